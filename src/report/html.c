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
	MAX_FINDINGS = 3 << 20,		/* and of all */
	MAX_COMMITS = 200,		/* of a block */
	MAX_PATHS = 20,			/* of a commit */
	OPEN_COMMITS = 10,		/* a block with more is folded */
};

/* src/report/page.css; the build makes it. */
extern const char page_css[];

struct page {
	const struct report *report;
	FILE *out;
	off_t limit;			/* where the findings must end */
};

static bool is_full(const struct page *p)
{
	return ftello(p->out) > p->limit;
}

static void put_paths(const struct page *p, const struct finding *f)
{
	size_t n = 0;

	if (!f->n_paths)
		return;
	fputs("<ul>", p->out);
	for (size_t i = 0; i < f->n_paths; i += owners_of_path(f, i)) {
		if (n++ >= MAX_PATHS)
			continue;
		fputs("<li><code>", p->out);
		html_put_cut(f->paths[i].path, p->out);
		fputs("</code>", p->out);
		if (f->paths[i].tree && *f->paths[i].tree) {
			fputs(" <span class=\"dim\">of ", p->out);
			html_put_cut(f->paths[i].tree, p->out);
			fputs("</span>", p->out);
		}
		fputs("</li>", p->out);
	}
	if (n > MAX_PATHS)
		fprintf(p->out, "<li>and %zu more</li>", n - MAX_PATHS);
	fputs("</ul>", p->out);
}

static void put_commit(const struct page *p, const struct finding *f)
{
	char hex[OID_HEX + 1];

	oid_format(hex, &f->commit);
	fprintf(p->out, "<li data-rule=\"%s\" data-commit=\"%s\" "
		"data-severity=\"%s\"><code>%.12s</code> ",
		rule_infos[f->rule].name, hex, finding_severity(f), hex);
	html_put_cut(f->subject ? f->subject : "", p->out);
	put_paths(p, f);
	fputs("</li>\n", p->out);
}

static void put_commits(const struct page *p, struct finding *const *v,
			size_t n)
{
	size_t i;

	if (n > OPEN_COMMITS)
		fprintf(p->out, "<details><summary>%zu commits</summary>", n);
	fputs("<ul>\n", p->out);
	for (i = 0; i < n && i < MAX_COMMITS && !is_full(p); i++)
		put_commit(p, v[i]);
	if (i < n)
		fprintf(p->out, "<li>and %zu more</li>\n", n - i);
	fputs("</ul>\n", p->out);
	if (n > OPEN_COMMITS)
		fputs("</details>\n", p->out);
}

static void put_entry(const char *term, const char *text, FILE *out)
{
	fprintf(out, "<dt>%s</dt><dd>", term);
	html_put_cut(text, out);
	fputs("</dd>", out);
}

static void put_reasons(const struct page *p, const struct finding *f)
{
	const struct waiver *w = f->waiver;

	fputs("<dl>", p->out);
	put_entry("why", f->why, p->out);
	put_entry("fix", f->fix, p->out);
	if (f->line) {
		fputs("<dt>policy</dt><dd><code>", p->out);
		put_xml(p->report->verdict->policy->file, p->out);
		fprintf(p->out, ":%d</code></dd>", f->line);
	}
	if (w) {
		put_entry("waiver", w->section.name, p->out);
		put_entry("until", w->expires.v[0].text, p->out);
	}
	fputs("</dl>\n", p->out);
}

static void put_block(const struct page *p, struct finding *const *v, size_t n)
{
	const struct finding *f = v[0];
	char via[OID_ABBREV + 1];

	if (oid_is_zero(&f->commit)) {
		fprintf(p->out, "<article data-rule=\"%s\" data-severity="
			"\"%s\" data-ref=\"", rule_infos[f->rule].name,
			finding_severity(f));
		put_xml(f->ref, p->out);
		fputs("\"><h3>", p->out);
	} else {
		fprintf(p->out, "<article><h3>%zu commit%s in ", n,
			n > 1 ? "s" : "");
	}
	html_put_cut(f->ref, p->out);
	oid_abbreviate(via, &f->via);
	if (!oid_is_zero(&f->via))
		fprintf(p->out, ", brought in by merge <code>%s</code>", via);
	fputs("</h3>\n", p->out);
	put_reasons(p, f);
	if (!oid_is_zero(&f->commit))
		put_commits(p, v, n);
	fputs("</article>\n", p->out);
}

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
	fputs("<details><summary>About this rule</summary><pre>", p->out);
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
	const char *severity = finding_severity(v[0]);
	const struct rule_info *rule = &rule_infos[v[0]->rule];
	size_t i, len;

	fprintf(p->out, "<details%s><summary><span class=\"word %s\">%s</span> "
		"<code>%s</code>: %s <strong>(%zu)</strong></summary>\n",
		is_open ? " open" : "", severity, severity, rule->name,
		rule->heading, n);
	put_about(p, v[0]->rule);
	for (i = 0; i < n && !is_full(p); i += len) {
		len = block_length(v + i, n - i);
		put_block(p, v + i, len);
	}
	if (i < n)
		fprintf(p->out, "<p>and %zu more findings</p>\n", n - i);
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
		p->limit = ftello(p->out) + MAX_HEADING;
		if (p->limit > end)
			p->limit = end;
		put_heading(p, v + i, len, !i);
	}
	fputs("</section>\n", p->out);
	free(v);
}

static const char *audited(const struct report *r)
{
	return r->pulls ? "pulls" : r->tree ? r->tree : "";
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
	html_put_cut(audited(p->report), p->out);
	fputs("</title>\n<style>\n", p->out);
	fputs(page_css, p->out);
	fputs("</style>\n</head>\n", p->out);
}

static void put_verdict(const struct page *p)
{
	const struct report *r = p->report;
	bool refuses = report_refuses(r);

	fputs("<header><h1>Audit of ", p->out);
	html_put_cut(audited(r), p->out);
	fprintf(p->out, "</h1>\n<p class=\"verdict %s\"><strong>%s</strong>: ",
		refuses ? "refuse" : "accept", refuses ? "found" : "clean");
	report_put_counts(r->verdict, p->out);
	fputs("</p>\n<p class=\"dim\">policy <code>", p->out);
	put_xml(r->verdict->policy->file, p->out);
	fputs("</code>, git-treaty " TREATY_VERSION "</p>\n<nav aria-label=\""
	      "Parts\"><ul><li><a href=\"#rules\">By rule</a></li>"
	      "<li><a href=\"#trees\">By tree</a></li>"
	      "<li><a href=\"#tags\">Shared tags</a></li></ul></nav>"
	      "</header>\n",
	      p->out);
}

static void put_page(struct page *p)
{
	put_head(p);
	fputs("<body>\n<a class=\"skip\" href=\"#rules\">To the findings</a>\n",
	      p->out);
	put_verdict(p);
	fputs("<main>\n", p->out);
	put_findings(p);
	html_put_trees(p->report, p->out);
	html_put_tags(p->report, p->out);
	fputs("</main>\n</body>\n</html>\n", p->out);
}

void report_html(const struct report *r, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	struct page page = { .report = r, .out = open_memstream(&text, &len) };

	if (!page.out)
		abort();
	put_page(&page);
	if (fclose(page.out))
		abort();
	fwrite(text, 1, len, out);
	free(text);
}
