/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "report/blocks.h"
#include "report/html_parts.h"
#include "report/markup.h"
#include "report/pulls.h"

enum {
	MAX_COMMITS = 200,		/* of a block */
	MAX_PATHS = 20,			/* of a commit */
	OPEN_COMMITS = 10,		/* a block with more is folded */
};

void html_put_cut(const char *text, FILE *out)
{
	char *cut = text_cut(text, SHOWN_TEXT);

	put_xml(cut, out);
	free(cut);
}

void html_put_more(size_t n, size_t shown, FILE *out)
{
	if (n > shown)
		fprintf(out, "<p>and %zu more</p>\n", n - shown);
}

void page_limit(struct page *p, off_t bytes, off_t end)
{
	p->limit = ftello(p->out) + bytes;
	if (p->limit > end)
		p->limit = end;
}

bool page_is_full(const struct page *p)
{
	return ftello(p->out) > p->limit;
}

void html_put_entry(const char *term, const char *text, FILE *out)
{
	if (!text)
		return;
	fprintf(out, "<dt>%s</dt><dd>", term);
	html_put_cut(text, out);
	fputs("</dd>", out);
}

void html_put_word(const char *severity, FILE *out)
{
	fprintf(out, "<span class=\"word %s\">%s</span> ", severity, severity);
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

static void put_pull(const struct page *p, const struct finding *f)
{
	const struct merged_pull *pull = f->pull;
	char name[OID_ABBREV + 1];

	if (!pull || !p->names_pulls)
		return;
	oid_abbreviate(name, &pull->merge);
	fprintf(p->out, "<dt>pull</dt><dd><a href=\"#pull-%s\"><code>%s</code>"
		"</a> ", name, name);
	html_put_cut(pull->subject, p->out);
	fputs("</dd>", p->out);
}

static void put_reasons(const struct page *p, const struct finding *f)
{
	const struct waiver *w = f->waiver;

	fputs("<dl>", p->out);
	html_put_entry("why", f->why, p->out);
	html_put_entry("fix", f->fix, p->out);
	if (f->line) {
		fputs("<dt>policy</dt><dd><code>", p->out);
		put_xml(p->report->verdict->policy->file, p->out);
		fprintf(p->out, ":%d</code></dd>", f->line);
	}
	if (w) {
		html_put_entry("waiver", w->section.name, p->out);
		html_put_entry("until", w->expires.v[0].text, p->out);
	}
	put_pull(p, f);
	fputs("</dl>\n", p->out);
}

/* For programs that read the page. */
static void put_data(const struct page *p, const struct finding *f)
{
	const struct merged_pull *pull = f->pull;
	char hex[OID_HEX + 1];

	fprintf(p->out, " data-rule=\"%s\" data-severity=\"%s\"",
		rule_infos[f->rule].name, finding_severity(f));
	oid_format(hex, &f->commit);
	if (oid_is_zero(&f->commit)) {
		fputs(" data-ref=\"", p->out);
		put_xml(f->ref, p->out);
		fputc('"', p->out);
	} else {
		fprintf(p->out, " data-commit=\"%s\"", hex);
	}
	if (!pull)
		return;
	oid_format(hex, &pull->merge);
	fprintf(p->out, " data-pull=\"%s\"", hex);
}

static bool has_same_reasons(const struct finding *a, const struct finding *b)
{
	return a->line == b->line && !strcmp(a->why, b->why) &&
	       !strcmp(a->fix, b->fix);
}

/* The reasons stand above the first one, and those of others with them. */
static void put_commit(const struct page *p, const struct finding *f,
		       const struct finding *first)
{
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &f->commit);
	fputs("<li", p->out);
	put_data(p, f);
	fprintf(p->out, "><code>%s</code> ", name);
	html_put_cut(f->subject ? f->subject : "", p->out);
	put_paths(p, f);
	if (!has_same_reasons(f, first))
		put_reasons(p, f);
	fputs("</li>\n", p->out);
}

static void put_commits(const struct page *p, struct finding *const *v,
			size_t n)
{
	size_t i;

	if (n > OPEN_COMMITS)
		fprintf(p->out, "<details><summary>%zu commits</summary>", n);
	fputs("<ul>\n", p->out);
	for (i = 0; i < n && i < MAX_COMMITS && !page_is_full(p); i++)
		put_commit(p, v[i], v[0]);
	if (i < n)
		fprintf(p->out, "<li>and %zu more</li>\n", n - i);
	fputs("</ul>\n", p->out);
	if (n > OPEN_COMMITS)
		fputs("</details>\n", p->out);
}

static void put_title(const struct page *p, const struct finding *f, size_t n)
{
	char via[OID_ABBREV + 1];

	fputs("<h3>", p->out);
	if (p->names_rules) {
		html_put_word(finding_severity(f), p->out);
		fprintf(p->out, "<code>%s</code>: ", rule_infos[f->rule].name);
	}
	if (!oid_is_zero(&f->commit))
		fprintf(p->out, "%zu commit%s in ", n, n > 1 ? "s" : "");
	html_put_cut(f->ref, p->out);
	oid_abbreviate(via, &f->via);
	if (!oid_is_zero(&f->via))
		fprintf(p->out, ", brought in by merge <code>%s</code>", via);
	fputs("</h3>\n", p->out);
}

static void put_block(const struct page *p, struct finding *const *v, size_t n)
{
	bool is_of_ref = oid_is_zero(&v[0]->commit);

	fputs("<article", p->out);
	if (is_of_ref)
		put_data(p, v[0]);
	fputc('>', p->out);
	put_title(p, v[0], n);
	put_reasons(p, v[0]);
	if (!is_of_ref)
		put_commits(p, v, n);
	fputs("</article>\n", p->out);
}

void page_put_findings(const struct page *p, struct finding *const *v, size_t n)
{
	size_t i, len;

	for (i = 0; i < n && !page_is_full(p); i += len) {
		len = block_length(v + i, n - i);
		put_block(p, v + i, len);
	}
	if (i < n)
		fprintf(p->out, "<p>and %zu more findings</p>\n", n - i);
}
