/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "report/blocks.h"
#include "report/html_parts.h"

enum {
	MAX_TREES = 200,		/* rows */
	MAX_TREE = 100 << 10,		/* bytes of the findings of one */
	MAX_SECTION = 1 << 20,		/* and of all */
};

struct tree_row {
	const char *tree;
	size_t counts[SEVERITY_ERROR + 1], waived;
	struct finding **v;		/* each once */
	size_t n, cap;
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

static void add(struct tree_row *row, struct finding *f)
{
	if (row->n && row->v[row->n - 1] == f)
		return;
	GROW(row->v, row->n, row->cap);
	row->v[row->n++] = f;
	if (f->waiver)
		row->waived++;
	else
		row->counts[f->severity]++;
}

static void sort_out(struct finding *const *v, size_t n,
		     struct tree_rows *rows)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t p = 0; p < v[i]->n_paths; p++)
			add(row_of(rows, v[i]->paths[p].tree &&
				   *v[i]->paths[p].tree ?
				   v[i]->paths[p].tree : "nobody"), v[i]);
		if (!v[i]->n_paths)
			add(row_of(rows, "no path"), v[i]);
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

static void put_row(const struct page *p, const struct tree_row *row,
		    size_t number)
{
	fprintf(p->out, "<tr><th scope=\"row\"><a href=\"#tree-%zu\">", number);
	html_put_cut(row->tree, p->out);
	fprintf(p->out, "</a></th><td class=\"n\">%zu</td>"
		"<td class=\"n\">%zu</td><td class=\"n\">%zu</td>"
		"<td class=\"n\">%zu</td></tr>\n",
		row->counts[SEVERITY_ERROR], row->counts[SEVERITY_WARN],
		row->counts[SEVERITY_INFO], row->waived);
}

static void put_table(const struct page *p, const struct tree_rows *rows)
{
	fputs("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>"
	      "<th>tree</th><th class=\"n\">errors</th>"
	      "<th class=\"n\">warnings</th><th class=\"n\">infos</th>"
	      "<th class=\"n\">waived</th></tr></thead><tbody>\n", p->out);
	for (size_t i = 0; i < rows->n && i < MAX_TREES; i++)
		put_row(p, &rows->v[i], i + 1);
	fputs("</tbody></table></div>\n", p->out);
	html_put_more(rows->n, MAX_TREES, p->out);
}

static void put_tree(const struct page *p, const struct tree_row *row,
		     size_t number)
{
	fprintf(p->out, "<details id=\"tree-%zu\"><summary>", number);
	html_put_cut(row->tree, p->out);
	fprintf(p->out, " <strong>(%zu)</strong></summary>\n", row->n);
	page_put_findings(p, row->v, row->n);
	fputs("</details>\n", p->out);
}

static void put_lists(struct page *p, const struct tree_rows *rows)
{
	off_t end = ftello(p->out) + MAX_SECTION;

	p->names_rules = true;
	for (size_t i = 0; i < rows->n && i < MAX_TREES; i++) {
		page_limit(p, MAX_TREE, end);
		put_tree(p, &rows->v[i], i + 1);
	}
	p->names_rules = false;
}

void page_put_trees(struct page *p)
{
	struct tree_rows rows = { 0 };
	size_t n;
	struct finding **v = findings_in_order(p->report->verdict, &n);

	sort_out(v, n, &rows);
	fputs("<section id=\"trees\"><h2>By tree</h2>\n<p class=\"dim\">Whose "
	      "paths the findings are about. A finding counts once for each "
	      "tree.</p>\n", p->out);
	if (rows.n) {
		qsort(rows.v, rows.n, sizeof(*rows.v), worst_first);
		put_table(p, &rows);
		put_lists(p, &rows);
	}
	fputs("</section>\n", p->out);
	for (size_t i = 0; i < rows.n; i++)
		free(rows.v[i].v);
	strmap_release(&rows.index);
	free(rows.v);
	free(v);
}
