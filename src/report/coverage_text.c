/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/coverage_text.h"

#include <stdlib.h>

#include "base/text.h"

enum { SHOWN = 10 };

static void put(const char *s, FILE *out)
{
	char *text = text_escaped(s);

	fputs(text, out);
	free(text);
}

static void put_counts(const struct coverage *s, const char *rev, FILE *out)
{
	const struct policy *p = s->policy;

	put(p->file, out);
	fputs(" against ", out);
	put(rev, out);
	fprintf(out, ": %zu files, %zu subsystems, %zu trees\n", s->n_paths,
		p->n_subsystems, p->n_trees);
	fprintf(out, "%8zu files that no subsystem owns%s\n", s->n_unowned,
		p->head.unowned == UNOWNED_DENY ? ", and nobody may change" :
		"");
	fprintf(out, "%8zu files that only patterns starting with * "
		"claim\n", s->n_star);
	fprintf(out, "%8zu files of subsystems without a tree, foreign to "
		"no tree\n", s->n_treeless);
	fprintf(out, "%8zu files that two trees own, in %zu groups of trees\n",
		s->n_contested, s->n_groups);
	fprintf(out, "%8zu files that anyone may change (commons)\n",
		s->n_common);
	fprintf(out, "%8zu patterns that match no file\n", s->n_dead);
	fprintf(out, "%8zu subsystems that claim files but own none of them\n",
		s->n_shadowed);
	fprintf(out, "%8zu maintainers' trees without 'branch': all their "
		"branches are governed\n", s->n_default_branch);
	fprintf(out, "%8zu maintainers' trees without 'signer': none of "
		"their tags can be verified\n", s->n_no_signer);
}

/* How many of n to list; says how many are left out. */
static size_t shown(size_t n, bool verbose)
{
	return verbose || n <= SHOWN + 1 ? n : SHOWN;
}

static void put_rest(size_t n, size_t shown_n, FILE *out)
{
	if (n > shown_n)
		fprintf(out, "  ... and %zu more (--verbose lists all)\n",
			n - shown_n);
}

static void put_groups(const struct coverage *s, bool verbose, FILE *out)
{
	size_t n = shown(s->n_groups, verbose);

	if (s->n_groups)
		fputs("\nfiles that two trees own, most first:\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct coverage_group *g = &s->groups[i];

		fprintf(out, "%8zu  ", g->n);
		put(g->trees, out);
		fputs("\n          such as ", out);
		put(g->example, out);
		fputs("  (", out);
		put(g->a->section.name, out);
		fputs("; ", out);
		put(g->b->section.name, out);
		fputs(")\n", out);
	}
	put_rest(s->n_groups, n, out);
}

static void put_unowned(const struct coverage *s, bool verbose, FILE *out)
{
	size_t n = shown(s->n_unowned, verbose);

	if (s->n_unowned)
		fputs("\nfiles that no subsystem owns:\n", out);
	for (size_t i = 0; i < n; i++) {
		fputs("  ", out);
		put(s->unowned[i], out);
		fputc('\n', out);
	}
	put_rest(s->n_unowned, n, out);
}

static void put_dead(const struct coverage *s, bool verbose, FILE *out)
{
	size_t n = shown(s->n_dead, verbose);

	if (s->n_dead)
		fputs("\npatterns that match no file:\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct coverage_pattern *d = &s->dead[i];

		fputs("  ", out);
		put(s->policy->file, out);
		fprintf(out, ":%d: %s = ", d->pattern->line, d->key);
		put(d->pattern->text, out);
		fputs(d->subsystem ? "  (" : "", out);
		put(d->subsystem ? d->subsystem->section.name : "", out);
		fputs(d->subsystem ? ")\n" : "\n", out);
	}
	put_rest(s->n_dead, n, out);
}

static void put_shadowed(const struct coverage *s, bool verbose, FILE *out)
{
	size_t n = shown(s->n_shadowed, verbose);

	if (s->n_shadowed)
		fputs("\nsubsystems that claim files but own none of them "
		      "(excludes or nearer subsystems take all):\n", out);
	for (size_t i = 0; i < n; i++) {
		fputs("  ", out);
		put(s->policy->file, out);
		fprintf(out, ":%d: ", s->shadowed[i]->section.line);
		put(s->shadowed[i]->section.name, out);
		fputc('\n', out);
	}
	put_rest(s->n_shadowed, n, out);
}

void coverage_text(const struct coverage *s, const char *rev, bool verbose,
		   FILE *out)
{
	put_counts(s, rev, out);
	put_groups(s, verbose, out);
	put_unowned(s, verbose, out);
	put_dead(s, verbose, out);
	put_shadowed(s, verbose, out);
}
