/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/learn.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

enum { SHOWN_TO_MEND = 20 };

/* Escapes what others chose, so that it does not leave the comment. */
static void put(const char *text, FILE *out)
{
	char *escaped = text_escaped(text);

	fputs(escaped, out);
	free(escaped);
}

static size_t count_kind(const struct learned *learned, enum learned_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < learned->n; i++)
		n += learned->v[i].kind == kind;
	return n;
}

static double percent(size_t part, size_t all)
{
	return all ? 100.0 * (double)part / (double)all : 0;
}

static void put_measure(const char *what, size_t n_lines,
			const struct measure *m, FILE *out)
{
	fprintf(out, ";   %-28s %5zu %8.1f%% %8.1f%% %8.1f%%\n", what, n_lines,
		percent(m->n_flagged, m->n_commits),
		percent(m->n_refused, m->n_pulls),
		percent(m->n_caught, m->n_tried));
}

static void put_span(const struct learn_report *r, size_t from, size_t to,
		     FILE *out)
{
	size_t n_pulls = 0, n_commits = 0;
	char first[DATE_LEN + 1], last[DATE_LEN + 1];

	for (size_t i = from; i < to; i++) {
		n_pulls += r->pulls[i].tree != NULL;
		n_commits += r->pulls[i].n_commits;
	}
	fprintf(out, "%zu pulls, %zu commits", n_pulls, n_commits);
	if (from >= to)
		return;
	date_format(first, (time_t)r->pulls[from].time, 0);
	date_format(last, (time_t)r->pulls[to - 1].time, 0);
	fprintf(out, ", %s to %s", first, last);
}

static void put_measures(const struct learn_report *r, FILE *out)
{
	static const char *const names[LEARNED_KINDS] = {
		[LEARNED_TREE] = "trees of sections",
		[LEARNED_EXCLUDE] = "what sections leave alone",
		[LEARNED_GLUE] = "incidental and common paths",
		[LEARNED_NEIGHBOUR] = "neighbours",
	};

	fputs("; Learned from ", out);
	put_span(r, 0, r->split, out);
	fputs(";\n; measured on ", out);
	put_span(r, r->split, r->n_pulls, out);
	fputs(".\n;                                 lines   commits    pulls   "
	      "  wrong\n;                                         flagged  "
	      "refused     tree\n", out);
	put_measure("the policy as it is", 0, &r->measures[0], out);
	for (size_t i = 0; i < LEARNED_KINDS; i++) {
		char *what = xasprintf("with %s", names[i]);

		put_measure(what, count_kind(r->learned,
					     (enum learned_kind)i),
			    &r->measures[1 + i], out);
		free(what);
	}
	put_measure("with all of them", r->learned->n,
		    &r->measures[1 + LEARNED_KINDS], out);
	fputs("; wrong tree: commits with paths of their own tree, by the "
	      "policy as it is,\n; that are flagged when another tree pushes "
	      "them.\n", out);
}

static int by_commits(const void *a, const void *b)
{
	const struct learned_line *const *x = a, *const *y = b;

	if ((*x)->n_commits != (*y)->n_commits)
		return (*x)->n_commits > (*y)->n_commits ? -1 : 1;
	return strcmp((*x)->value, (*y)->value);
}

static void put_to_mend(const struct learn_report *r, FILE *out)
{
	const struct learned *list = r->to_mend;
	const struct learned_line **v = xcalloc(list->n + 1, sizeof(*v));

	for (size_t i = 0; i < list->n; i++)
		v[i] = &list->v[i];
	qsort(v, list->n, sizeof(*v), by_commits);
	if (list->n)
		fputs(";\n; Sections that another tree changes most, for their "
		      "maintainers to mend:\n", out);
	for (size_t i = 0; i < list->n && i < SHOWN_TO_MEND; i++) {
		fprintf(out, ";   %zu pulls, %zu commits: ", v[i]->n_pulls,
			v[i]->n_commits);
		put(v[i]->value, out);
		fputc('\n', out);
	}
	free(v);
}

void learn_figures(const struct learn_report *r, FILE *out)
{
	put_measures(r, out);
	put_to_mend(r, out);
	if (r->unknown->n)
		fputs(";\n; Pulled from, and no tree of the policy has it as "
		      "`url`:\n", out);
	for (size_t i = 0; i < r->unknown->n; i++) {
		fputs(";   ", out);
		put(r->unknown->v[i], out);
		fputc('\n', out);
	}
}

/* The head of the section that stands at that line. */
static void put_head(const struct policy *policy, int line, FILE *out)
{
	struct buf name = BUF_INIT;
	const char *kind = "policy", *text = NULL;

	for (size_t i = 0; i < policy->n_trees; i++)
		if (policy->trees[i].section.line == line) {
			kind = "tree";
			text = policy->trees[i].section.name;
		}
	for (size_t i = 0; i < policy->n_subsystems; i++)
		if (policy->subsystems[i].section.line == line) {
			kind = "subsystem";
			text = policy->subsystems[i].section.name;
		}
	for (const char *p = text; p && *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_addch(&name, '\\');
		buf_addch(&name, *p);
	}
	if (text)
		fprintf(out, "\n[%s \"%s\"]\n", kind, buf_str(&name));
	else
		fprintf(out, "\n[%s]\n", kind);
	buf_release(&name);
}

void learn_lines_text(const struct learn_report *r, FILE *out)
{
	const struct learned *learned = r->learned;

	for (size_t i = 0; i < learned->n; i++) {
		struct buf line = BUF_INIT;

		if (!i || learned->v[i].section != learned->v[i - 1].section)
			put_head(r->policy, learned->v[i].section, out);
		learned_print(&learned->v[i], &line);
		fputs(buf_str(&line), out);
		buf_release(&line);
	}
}
