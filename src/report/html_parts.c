/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/html_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "report/graph.h"
#include "report/markup.h"

enum {
	CUT = 400,			/* bytes of a text */
	MAX_TREES = 200,		/* rows */
	MAX_TAGS = 300,
	MAX_DRAWN = 40,			/* tags in the picture */
	MAX_LISTED = 10,		/* of what one tag has */
};

void html_put_cut(const char *text, FILE *out)
{
	size_t len = strlen(text), n = 0, next;
	char *cut;

	while (n < len && n < CUT) {
		next = utf8_char(text + n, len - n);
		n += next ? next : 1;
	}
	cut = xstrndup(text, n);
	put_xml(cut, out);
	if (n < len)
		fputs("...", out);
	free(cut);
}

/* Trees */

struct tree_row {
	const char *tree;
	size_t counts[SEVERITY_ERROR + 1], waived;
	size_t last;			/* the finding counted last, from 1 */
};

struct tree_rows {
	struct tree_row *v;
	size_t n, cap;
	struct strmap index;
};

static struct tree_row *row_of(struct tree_rows *rows, const char *tree)
{
	int64_t at = strmap_get(&rows->index, tree);

	if (at < 0) {
		GROW(rows->v, rows->n, rows->cap);
		at = (int64_t)rows->n++;
		rows->v[at] = (struct tree_row){ .tree = tree };
		strmap_put(&rows->index, tree, (uint32_t)at);
	}
	return &rows->v[at];
}

static void count(struct tree_row *row, const struct finding *f, size_t number)
{
	if (row->last == number)
		return;
	row->last = number;
	if (f->waiver)
		row->waived++;
	else
		row->counts[f->severity]++;
}

static void count_trees(const struct verdict *v, struct tree_rows *rows)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct finding *f = &v->findings[i];

		if (f->is_known)
			continue;
		for (size_t p = 0; p < f->n_paths; p++)
			count(row_of(rows, f->paths[p].tree &&
				     *f->paths[p].tree ? f->paths[p].tree :
				     "nobody"), f, i + 1);
		if (!f->n_paths)
			count(row_of(rows, "no path"), f, i + 1);
	}
}

static int worst_first(const void *x, const void *y)
{
	const struct tree_row *a = x, *b = y;

	for (int s = SEVERITY_ERROR; s > SEVERITY_OFF; s--)
		if (a->counts[s] != b->counts[s])
			return a->counts[s] > b->counts[s] ? -1 : 1;
	return strcmp(a->tree, b->tree);
}

static void put_row(const struct tree_row *row, FILE *out)
{
	fputs("<tr><th scope=\"row\">", out);
	html_put_cut(row->tree, out);
	fprintf(out, "</th><td class=\"n\">%zu</td><td class=\"n\">%zu</td>"
		"<td class=\"n\">%zu</td><td class=\"n\">%zu</td></tr>\n",
		row->counts[SEVERITY_ERROR], row->counts[SEVERITY_WARN],
		row->counts[SEVERITY_INFO], row->waived);
}

static void put_more(size_t n, size_t shown, FILE *out)
{
	if (n > shown)
		fprintf(out, "<p>and %zu more</p>\n", n - shown);
}

void html_put_trees(const struct report *r, FILE *out)
{
	struct tree_rows rows = { 0 };

	count_trees(r->verdict, &rows);
	fputs("<section id=\"trees\"><h2>By tree</h2>\n<p class=\"dim\">Whose "
	      "paths the findings are about. A finding counts once for each "
	      "tree.</p>\n", out);
	if (rows.n) {
		qsort(rows.v, rows.n, sizeof(*rows.v), worst_first);
		fputs("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>"
		      "<th>tree</th><th class=\"n\">errors</th>"
		      "<th class=\"n\">warnings</th><th class=\"n\">infos</th>"
		      "<th class=\"n\">waived</th></tr></thead><tbody>\n", out);
		for (size_t i = 0; i < rows.n && i < MAX_TREES; i++)
			put_row(&rows.v[i], out);
		fputs("</tbody></table></div>\n", out);
		put_more(rows.n, MAX_TREES, out);
	}
	fputs("</section>\n", out);
	strmap_release(&rows.index);
	free(rows.v);
}

/* Tags */

static void put_bases(const struct listed_tag *tag, FILE *out)
{
	char name[OID_ABBREV + 1];

	for (size_t i = 0; i < tag->n_bases && i < MAX_LISTED; i++) {
		fputs(i ? ", " : "", out);
		oid_abbreviate(name, &tag->bases[i].commit);
		if (tag->bases[i].tag)
			html_put_cut(tag->bases[i].tag, out);
		else if (oid_is_zero(&tag->bases[i].commit))
			fputs("a commit without parents", out);
		else
			fprintf(out, "<code>%s</code>", name);
	}
	if (tag->n_bases > MAX_LISTED)
		fprintf(out, " and %zu more", tag->n_bases - MAX_LISTED);
}

static void put_pulls(const struct listed_tag *tag, FILE *out)
{
	char name[OID_ABBREV + 1];

	for (size_t i = 0; i < tag->n_pulls && i < MAX_LISTED; i++) {
		fputs(i ? ", " : "", out);
		html_put_cut(tag->pulls[i].ref, out);
		oid_abbreviate(name, &tag->pulls[i].merge);
		if (!oid_is_zero(&tag->pulls[i].merge))
			fprintf(out, " (merge <code>%s</code>)", name);
	}
	if (tag->n_pulls > MAX_LISTED)
		fprintf(out, " and %zu more", tag->n_pulls - MAX_LISTED);
	if (!tag->n_pulls)
		fputs("by no branch here", out);
}

static void put_signer(const struct listed_tag *tag, FILE *out)
{
	if (tag->signer)
		html_put_cut(tag->signer, out);
	else if (!tag->unsigned_why)
		fputs("none needed", out);
	else {
		fputs("none that counts: ", out);
		html_put_cut(tag->unsigned_why, out);
	}
}

static void put_tag(const struct listed_tag *tag, FILE *out)
{
	fputs("<tr><th scope=\"row\"><code>", out);
	html_put_cut(tag->name, out);
	fputs("</code></th><td>", out);
	html_put_cut(tag->shared->tree.v[0].text, out);
	fprintf(out, "</td><td>%s%s</td><td>",
		tag->is_frozen ? "frozen" : "draft", tag->is_valid ? "" :
		", <span class=\"word error\">does not count</span>");
	put_signer(tag, out);
	fputs("</td><td>", out);
	put_bases(tag, out);
	fputs("</td><td>", out);
	put_pulls(tag, out);
	fputs("</td></tr>\n", out);
}

static void put_picture(const struct report *r, FILE *out)
{
	struct buf svg = BUF_INIT;
	struct error err;

	fputs("<h3>Who made and pulled what</h3>\n", out);
	if (graph_draw(r, MAX_DRAWN, &svg, &err)) {
		fputs("<p class=\"dim\">There is no picture, because "
		      "Graphviz is missing: ", out);
		put_xml(err.msg, out);
		fputs("</p>\n", out);
	} else {
		fprintf(out, "<figure tabindex=\"0\">%s</figure>\n",
			buf_str(&svg));
		if (r->verdict->n_tags > MAX_DRAWN)
			fprintf(out, "<p class=\"dim\">The picture has the "
				"first %d tags.</p>\n", MAX_DRAWN);
	}
	buf_release(&svg);
}

void html_put_tags(const struct report *r, FILE *out)
{
	const struct verdict *v = r->verdict;

	fputs("<section id=\"tags\"><h2>Shared tags</h2>\n", out);
	if (v->n_tags) {
		fputs("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>"
		      "<th>tag</th><th>of</th><th>state</th><th>signer</th>"
		      "<th>base</th><th>pulled</th></tr></thead><tbody>\n",
		      out);
		for (size_t i = 0; i < v->n_tags && i < MAX_TAGS; i++)
			put_tag(&v->tags[i], out);
		fputs("</tbody></table></div>\n", out);
		put_more(v->n_tags, MAX_TAGS, out);
	} else {
		fputs("<p>There are none in what was audited.</p>\n", out);
	}
	put_picture(r, out);
	fputs("</section>\n", out);
}
