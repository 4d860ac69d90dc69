/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/blocks.h"
#include "report/markup.h"
#include "report/pulls.h"
#include "rules/waive.h"

/*
 * How much of a block is shown: its commits, the paths of each commit, the
 * owners of each path, and the trees of all of these.
 */
enum { SHOWN_COMMITS = 3, SHOWN_PATHS = 3, SHOWN_OWNERS = 5, SHOWN_TREES = 5 };

static const char *const colors[] = {
	[SEVERITY_INFO] = "\033[36m",
	[SEVERITY_WARN] = "\033[33m",
	[SEVERITY_ERROR] = "\033[31m",
};

bool report_refuses(const struct report *report)
{
	return verdict_refuses(report->verdict) &&
	       (report->is_audit ||
		report->verdict->policy->head.mode == MODE_ENFORCE);
}

static void put(const char *text, FILE *out)
{
	struct buf escaped = BUF_INIT;

	text_escape(&escaped, text, strlen(text));
	fputs(buf_str(&escaped), out);
	buf_release(&escaped);
}

/* Begins a line that says what is refused: the push, or a finding. */
static void put_mark(const struct report *r, const struct finding *f, FILE *out)
{
	bool refuses = !f || (f->severity == SEVERITY_ERROR && !f->waiver);

	if (r->mark && refuses && report_refuses(r))
		fputs(r->mark, out);
}

/* Others choose how long a subject is. */
static void put_cut(const char *text, FILE *out)
{
	char *cut = text_cut(text, SHOWN_TEXT);

	put(cut, out);
	free(cut);
}

static void put_line(const char *label, const char *text, FILE *out)
{
	fprintf(out, "  %s", label);
	put(text, out);
	fputc('\n', out);
}

static void put_owners(const struct finding_path *v, size_t n, bool all,
		       FILE *out)
{
	size_t shown = all || n <= SHOWN_OWNERS ? n : SHOWN_OWNERS;

	if (!v->subsystem)
		return;
	for (size_t i = 0; i < shown; i++) {
		fputs(i ? "; " : "  (", out);
		put(v[i].subsystem, out);
		if (v[i].tree && *v[i].tree) {
			fputs(", tree ", out);
			put(v[i].tree, out);
		}
	}
	if (shown < n)
		fprintf(out, "; and %zu more", n - shown);
	fputc(')', out);
}

static void put_paths(const struct finding *f, bool all, FILE *out)
{
	size_t n_paths = 0, shown = 0, n;

	for (size_t i = 0; i < f->n_paths; i += n) {
		n = owners_of_path(f, i);
		n_paths++;
		if (!all && shown == SHOWN_PATHS)
			continue;
		shown++;
		fputs("      ", out);
		put(f->paths[i].path, out);
		put_owners(&f->paths[i], n, all, out);
		fputc('\n', out);
	}
	if (shown < n_paths)
		fprintf(out, "      and %zu more\n", n_paths - shown);
}

static void put_policy(const struct report *r, const struct finding *f,
		       FILE *out)
{
	if (!f->line)
		return;
	fputs("  policy: ", out);
	put(r->verdict->policy->file, out);
	fprintf(out, ":%d\n", f->line);
}

struct tree_count {
	const char *tree;
	size_t n;
	size_t last;		/* the finding counted last, from 1 */
};

struct tree_counts {
	struct tree_count *v;
	size_t n, cap;
};

static struct tree_count *count_of(struct tree_counts *counts,
				   const char *tree)
{
	for (size_t t = 0; t < counts->n; t++)
		if (counts->v[t].tree == tree)
			return &counts->v[t];
	GROW(counts->v, counts->n, counts->cap);
	counts->v[counts->n] = (struct tree_count){ .tree = tree };
	return &counts->v[counts->n++];
}

/* How many findings of the block have paths of each tree. */
static void put_trees(struct finding *const *v, size_t n, FILE *out)
{
	struct tree_counts counts = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (size_t p = 0; p < v[i]->n_paths; p++) {
			struct tree_count *count;

			if (!v[i]->paths[p].tree || !*v[i]->paths[p].tree)
				continue;
			count = count_of(&counts, v[i]->paths[p].tree);
			count->n += count->last != i + 1;
			count->last = i + 1;
		}
	}
	for (size_t t = 0; t < counts.n && t < SHOWN_TREES; t++) {
		fputs(t ? ", " : "  trees: ", out);
		put(counts.v[t].tree, out);
		fprintf(out, " (%zu)", counts.v[t].n);
	}
	if (counts.n > SHOWN_TREES)
		fprintf(out, " and %zu more", counts.n - SHOWN_TREES);
	if (counts.n)
		fputc('\n', out);
	free(counts.v);
}

static void put_commits(const struct report *r, struct finding *const *v,
			size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		char name[OID_ABBREV + 1];

		if (!r->verbose && i == SHOWN_COMMITS &&
		    n > SHOWN_COMMITS + 1) {
			fprintf(out, "    and %zu more commits (--verbose "
				"lists all)\n", n - i);
			return;
		}
		oid_abbreviate(name, &v[i]->commit);
		fprintf(out, "    %s ", name);
		put_cut(v[i]->subject ? v[i]->subject : "", out);
		fputc('\n', out);
		put_paths(v[i], r->verbose, out);
		if (r->verbose && v[i]->why != v[0]->why)
			put_line("    why: ", v[i]->why, out);
		if (r->verbose && v[i]->fix != v[0]->fix)
			put_line("    fix: ", v[i]->fix, out);
	}
}

/*
 * Prints the first finding's reason. Commits that one merge brought in are put
 * together even if they have other reasons, which --verbose prints.
 */
static void put_why(const struct report *r, struct finding *const *v, size_t n,
		    FILE *out)
{
	bool differ = false;

	for (size_t i = 1; i < n; i++)
		differ |= v[i]->why != v[0]->why;
	put_mark(r, v[0], out);
	put_line("why: ", v[0]->why, out);
	if (differ && !r->verbose &&
	    rule_infos[v[0]->rule].grouping == GROUP_BY_WHY)
		fputs("       (of the first commit; others have other reasons, "
		      "which --verbose lists)\n", out);
	put_mark(r, v[0], out);
	put_line("fix: ", v[0]->fix, out);
}

static void put_waiver(const struct waiver *w, FILE *out)
{
	fputs("  waiver: ", out);
	put(w->section.name, out);
	fputs(", until ", out);
	put(w->expires.v[0].text, out);
	if (w->reason.n) {
		fputs(": ", out);
		put(w->reason.v[0].text, out);
	}
	fputc('\n', out);
}

/* Lines for the policy, which its author completes. */
static void put_suggestion(const struct report *r, struct finding *const *v,
			   size_t n, FILE *out)
{
	struct buf text = BUF_INIT;
	const char *line, *end;

	waiver_suggest(v, n, r->tree, r->now, &text);
	if (text.len)
		fputs("  a waiver for the policy, if its author agrees:\n",
		      out);
	for (line = buf_str(&text); *line; line = end + 1) {
		struct buf escaped = BUF_INIT;

		end = strchr(line, '\n');
		text_escape(&escaped, line, (size_t)(end - line));
		fprintf(out, "    %s\n", buf_str(&escaped));
		buf_release(&escaped);
	}
	buf_release(&text);
}

static void put_block(const struct report *r, struct finding *const *v,
		      size_t n, FILE *out)
{
	const struct finding *first = v[0];
	char via[OID_ABBREV + 1];

	put_mark(r, first, out);
	if (oid_is_zero(&first->commit)) {
		put_line("", first->ref, out);
	} else {
		fprintf(out, "  %zu commit%s in ", n, n > 1 ? "s" : "");
		put(first->ref, out);
		oid_abbreviate(via, &first->via);
		if (!oid_is_zero(&first->via))
			fprintf(out, ", brought in by merge %s", via);
		fputc('\n', out);
		if (n > 1)
			put_trees(v, n, out);
		put_commits(r, v, n, out);
	}
	put_why(r, v, n, out);
	put_policy(r, first, out);
	if (first->waiver)
		put_waiver(first->waiver, out);
	else if (r->suggest_waiver && first->severity == SEVERITY_ERROR)
		put_suggestion(r, v, n, out);
}

static void put_rule(const struct report *r, const struct finding *f,
		     FILE *out)
{
	const char *severity = finding_severity(f);

	fputc('\n', out);
	put_mark(r, f, out);
	if (r->color)
		fprintf(out, "%s%s\033[m: \033[1m%s\033[m: %s\n",
			colors[f->severity], severity,
			rule_infos[f->rule].name, rule_infos[f->rule].heading);
	else
		fprintf(out, "%s: %s: %s\n", severity,
			rule_infos[f->rule].name, rule_infos[f->rule].heading);
}

void report_put_hint(enum rule_id rule, FILE *out)
{
	fprintf(out, "  help: git treaty explain %s\n", rule_infos[rule].name);
}

void report_findings_text(const struct report *r, FILE *out)
{
	const struct finding *last = NULL;
	size_t n, len;
	struct finding **v = findings_in_order(r->verdict, &n);

	for (size_t i = 0; i < n; i += len) {
		len = block_length(v + i, n - i);
		if (starts_heading(last, v[i]))
			put_rule(r, v[i], out);
		put_block(r, v + i, len, out);
		last = v[i];
		if (!r->no_hints &&
		    (i + len == n || v[i + len]->rule != last->rule))
			report_put_hint(last->rule, out);
	}
	free(v);
}

static void put_number(size_t n, const char *what, const char *after,
		       FILE *out)
{
	fprintf(out, "%zu %s%s%s", n, what, n == 1 ? "" : "s", after);
}

static void put_counts_of_pulls(const struct report *r, FILE *out)
{
	size_t n_untold = pulls_n_untold(r->pulls);

	fprintf(out, "%zu of ", pulls_n_refused(r->pulls));
	put_number(r->pulls->pulls->n, "pull", " refused, ", out);
	put_number(r->verdict->n_commits, "commit", " judged", out);
	if (r->verdict->has_baseline)
		fprintf(out, ", %zu known before", r->verdict->n_known);
	if (n_untold)
		fprintf(out, ", %zu of a tree that cannot be told", n_untold);
}

void report_put_counts(const struct report *r, FILE *out)
{
	const struct verdict *v = r->verdict;

	if (r->pulls) {
		put_counts_of_pulls(r, out);
		return;
	}
	put_number(v->counts[SEVERITY_ERROR], "error", ", ", out);
	put_number(v->counts[SEVERITY_WARN], "warning", ", ", out);
	if (v->n_waived)
		fprintf(out, "%zu waived, ", v->n_waived);
	if (v->has_baseline)
		fprintf(out, "%zu known before, ", v->n_known);
	put_number(v->n_commits, "new commit", " judged", out);
}

void report_text(const struct report *r, FILE *out)
{
	bool refused = report_refuses(r);
	const char *word = r->is_audit ? (refused ? "found" : "clean") :
			   refused ? "refused" : "accepted";

	if (r->pulls) {
		pulls_text(r, out);
		return;
	}
	if (r->verdict->has_tags)
		report_tags_text(r, out);
	if (r->verdict->n > r->verdict->n_known) {
		report_findings_text(r, out);
		fputc('\n', out);
	}
	put_mark(r, NULL, out);
	fprintf(out, "git-treaty: %s: ", word);
	report_put_counts(r, out);
	fputs(" (tree ", out);
	put(r->tree, out);
	fputs(", policy ", out);
	put(r->verdict->policy->file, out);
	fputs(")\n", out);
	if (!refused && verdict_refuses(r->verdict))
		fputs("git-treaty: this push would have been refused, but "
		      "the policy says 'mode = report'\n", out);
}
