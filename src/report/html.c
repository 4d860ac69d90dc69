/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "report/blocks.h"
#include "report/chapter.h"
#include "report/html_parts.h"
#include "report/markup.h"
#include "report/report.h"

/*
 * One page that needs nothing else: no network, no script. Long parts are
 * folded, and cut if they would be too large for a browser; counts are always
 * of everything.
 */
enum {
	MAX_HEADING = 200 << 10,	/* bytes of the findings of one rule */
	MAX_FINDINGS = 2 << 20,		/* and of all */
};

/* src/report/page.css; the build makes it. */
extern const char page_css[];

/* How many findings, from the first on, stand under its heading. */
static size_t heading_length(struct finding *const *v, size_t n)
{
	size_t len = 1;

	while (len < n && !starts_heading(v[0], v[len]))
		len++;
	return len;
}

static void put_about(const struct page *p, enum rule_id rule)
{
	struct buf text = BUF_INIT;

	chapter_render(rule_infos[rule].name, CHAPTER_PLAIN, &text);
	fputs("<details class=\"about\"><summary>About this rule</summary>"
	      "<pre>", p->out);
	for (const char *c = buf_str(&text); *c; c++) {
		const char one[] = { *c, '\0' };

		if (*c == '\n')
			fputc('\n', p->out);
		else
			put_xml(one, p->out);
	}
	fputs("</pre></details>\n", p->out);
	buf_release(&text);
}

static void put_heading(const struct page *p, struct finding *const *v,
			size_t n, bool is_open)
{
	const struct rule_info *rule = &rule_infos[v[0]->rule];

	fprintf(p->out, "<details%s><summary>", is_open ? " open" : "");
	html_put_word(finding_severity(v[0]), p->out);
	fprintf(p->out, "<code>%s</code>: %s <strong>(%zu)</strong></summary>"
		"\n", rule->name, rule->heading, n);
	put_about(p, v[0]->rule);
	page_put_findings(p, v, n);
	fputs("</details>\n", p->out);
}

static void put_findings(struct page *p)
{
	off_t end = ftello(p->out) + MAX_FINDINGS;
	size_t n, len;
	struct finding **v = findings_in_order(p->report->verdict, &n);

	fputs("<section id=\"rules\"><h2>By rule</h2>\n", p->out);
	if (!n)
		fputs("<p>Nothing was found.</p>\n", p->out);
	for (size_t i = 0; i < n; i += len) {
		len = heading_length(v + i, n - i);
		page_limit(p, MAX_HEADING, end);
		put_heading(p, v + i, len, !i);
	}
	fputs("</section>\n", p->out);
	free(v);
}

static void put_subject(const struct page *p)
{
	const struct report *r = p->report;

	html_put_cut(r->pulls ? "pulls" : r->tree ? r->tree : "", p->out);
}

static void put_head(const struct page *p)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; img-src data:; style-src "
	      "'unsafe-inline'\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n<title>", p->out);
	fputs("git-treaty: ", p->out);
	put_subject(p);
	fputs("</title>\n<style>\n", p->out);
	fputs(page_css, p->out);
	fputs("</style>\n</head>\n", p->out);
}

static void put_part(const char *id, const char *name, FILE *out)
{
	fprintf(out, "<li><a href=\"#%s\">%s</a></li>", id, name);
}

static void put_parts(const struct page *p)
{
	fputs("<nav aria-label=\"Parts\"><ul>", p->out);
	if (p->report->pulls)
		put_part("pulls", "By pull", p->out);
	put_part("rules", "By rule", p->out);
	put_part("trees", "By tree", p->out);
	if (!p->report->pulls)
		put_part("tags", "Shared tags", p->out);
	fputs("</ul></nav>", p->out);
}

static void put_verdict(const struct page *p)
{
	const struct report *r = p->report;
	bool refuses = report_refuses(r);

	fputs("<header><h1>Audit of ", p->out);
	put_subject(p);
	fprintf(p->out, "</h1>\n<p class=\"verdict %s\"><strong>%s</strong>: ",
		refuses ? "refuse" : "accept", refuses ? "found" : "clean");
	report_put_counts(r, p->out);
	fputs("</p>\n<p class=\"dim\">policy <code>", p->out);
	put_xml(r->verdict->policy->file, p->out);
	fputs("</code>, git-treaty " TREATY_VERSION "</p>\n", p->out);
	put_parts(p);
	fputs("</header>\n", p->out);
}

static void put_page(struct page *p)
{
	put_head(p);
	fputs("<body>\n<a class=\"skip\" href=\"#rules\">To the findings</a>\n",
	      p->out);
	put_verdict(p);
	fputs("<main>\n", p->out);
	if (p->report->pulls)
		page_put_pulls(p);
	put_findings(p);
	page_put_trees(p);
	if (!p->report->pulls)
		page_put_tags(p);
	fputs("</main>\n</body>\n</html>\n", p->out);
}

void report_html(const struct report *r, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	struct page page = { .report = r, .names_pulls = true,
			     .out = open_memstream(&text, &len) };

	if (!page.out)
		abort();
	put_page(&page);
	if (fclose(page.out))
		abort();
	fwrite(text, 1, len, out);
	free(text);
}
