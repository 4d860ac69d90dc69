/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/blocks.h"
#include "report/html_parts.h"
#include "report/pulls.h"

enum {
	MAX_PULL = 100 << 10,		/* bytes of the findings of one */
	MAX_SECTION = 5 << 18,		/* and of all */
};

static void put_verdict(const struct page *p, size_t i)
{
	const struct verdict *v = &p->report->pulls->verdicts[i];

	fputs("<dt>verdict</dt><dd>", p->out);
	fprintf(p->out, "%s: %zu error%s, %zu warning%s</dd>",
		pulls_verdict(p->report->pulls, i), v->counts[SEVERITY_ERROR],
		v->counts[SEVERITY_ERROR] == 1 ? "" : "s",
		v->counts[SEVERITY_WARN],
		v->counts[SEVERITY_WARN] == 1 ? "" : "s");
}

static void put_about(const struct page *p, size_t i)
{
	const struct merged_pull *pull = &p->report->pulls->pulls->v[i];

	fputs("<dl>", p->out);
	html_put_entry("tree", pull->tree ? pull->tree->section.name :
					    "cannot be told", p->out);
	html_put_entry("told by its", told_by_name(pull->how), p->out);
	html_put_entry("tag", pull->tag, p->out);
	html_put_entry("signed by", pull->signer, p->out);
	html_put_entry("no signature that counts", pull->unsigned_why, p->out);
	fprintf(p->out, "<dt>commits</dt><dd>%zu</dd>",
		p->report->pulls->verdicts[i].n_commits);
	put_verdict(p, i);
	fputs("</dl>\n", p->out);
}

/* Those from `start` on in the verdict are the i-th pull's. */
static void put_findings(const struct page *p, size_t i, size_t start)
{
	const struct verdict part = {
		.findings = p->report->verdict->findings + start,
		.n = p->report->pulls->verdicts[i].n,
	};
	size_t n;
	struct finding **v = findings_in_order(&part, &n);

	page_put_findings(p, v, n);
	free(v);
}

static void put_pull(const struct page *p, size_t i, size_t start)
{
	const struct merged_pull *pull = &p->report->pulls->pulls->v[i];
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &pull->merge);
	fprintf(p->out, "<details id=\"pull-%s\"><summary><code>%s</code> ",
		name, name);
	html_put_cut(pull->subject, p->out);
	fputs("</summary>\n", p->out);
	put_about(p, i);
	put_findings(p, i, start);
	fputs("</details>\n", p->out);
}

struct group {
	const char *verdict, *color;
	size_t n;
};

static void put_group(struct page *p, const struct group *group, off_t end)
{
	const struct pulls_report *r = p->report->pulls;
	size_t shown = 0, start = 0;

	if (!group->n)
		return;
	fprintf(p->out, "<details%s><summary><span class=\"word %s\">%s</span> "
		"<strong>(%zu)</strong></summary>\n",
		*group->verdict == 'r' ? " open" : "", group->color,
		group->verdict, group->n);
	for (size_t i = 0; i < r->pulls->n && ftello(p->out) <= end; i++) {
		if (!strcmp(pulls_verdict(r, i), group->verdict)) {
			page_limit(p, MAX_PULL, end);
			put_pull(p, i, start);
			shown++;
		}
		start += r->verdicts[i].n;
	}
	html_put_more(group->n, shown, p->out);
	fputs("</details>\n", p->out);
}

static void put_groups(struct page *p)
{
	const struct pulls_report *r = p->report->pulls;
	size_t n_refused = pulls_n_refused(r), n_untold = pulls_n_untold(r);
	const struct group groups[] = {
		{ "refused", "error", n_refused },
		{ "accepted", "good", r->pulls->n - n_refused - n_untold },
		{ "not judged", "dim", n_untold },
	};
	off_t end = ftello(p->out) + MAX_SECTION;

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		put_group(p, &groups[i], end);
}

void page_put_pulls(struct page *p)
{
	p->names_rules = true;
	p->names_pulls = false;
	fputs("<section id=\"pulls\"><h2>By pull</h2>\n", p->out);
	if (!p->report->pulls->pulls->n)
		fputs("<p>There are no merges in what was audited.</p>\n",
		      p->out);
	put_groups(p);
	page_put_picture(p, "Whose work was pulled");
	fputs("</section>\n", p->out);
	p->names_rules = false;
	p->names_pulls = true;
}
