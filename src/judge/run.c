/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/run.h"

#include <stdlib.h>

#include "base/mem.h"
#include "facts/state.h"

const char *gather_keep(struct gather *g, char *text)
{
	GROW(g->texts, g->n_texts, g->cap_texts);
	return g->texts[g->n_texts++] = text;
}

int gather_walk(struct gather *g, const struct oid_list *from,
		const struct oid_list *not, struct history *history)
{
	if (history_walk(g->repo, from->v, from->n, not->v, not->n,
			 g->is_exact, history, g->err))
		return -1;
	g->is_doubtful |= !history->exact;
	return 0;
}

static int walk(struct gather *g)
{
	struct oid_list from = { 0 }, not = { 0 };
	int rc;

	for (size_t i = 0; i < g->n_starts; i++)
		oid_list_add(&from, &g->starts[i].commit);
	for (size_t i = 0; i < g->n_vouchers; i++)
		if (!g->vouchers[i].is_own &&
		    !oid_is_zero(&g->vouchers[i].commit))
			oid_list_add(&from, &g->vouchers[i].commit);
	oid_list_add_all(&not, &g->hidden);
	oid_list_add_all(&not, &g->upstream);
	rc = gather_walk(g, &from, &not, &g->history);
	free(from.v);
	free(not.v);
	return rc;
}

static void mark_starts(struct gather *g, uint32_t flag, bool branches_only)
{
	struct dag *dag = &g->history.dag;

	for (size_t i = 0; i < g->n_starts; i++) {
		uint32_t node = dag_find(dag, &g->starts[i].commit);

		if (g->starts[i].is_branch || !branches_only)
			dag_mark(dag, node, flag, 0);
	}
}

/* A tag of another tree that is not what it should be is judged itself. */
static void start_at_invalid(struct gather *g)
{
	for (size_t i = 0; i < g->n_vouchers; i++) {
		const struct voucher *v = &g->vouchers[i];

		if (v->is_pushed && !v->is_own && !v->is_valid &&
		    !v->upstream && !oid_is_zero(&v->commit))
			gather_start(g, v->name, &v->commit, false);
	}
}

static void mark_n(struct gather *g)
{
	struct dag *dag = &g->history.dag;

	mark_starts(g, NODE_STARTED, false);
	for (size_t i = 0; i < dag->n; i++)
		if ((dag->nodes[i].flags & (NODE_STARTED | NODE_VOUCHED |
					      NODE_UPSTREAM)) == NODE_STARTED)
			dag->nodes[i].flags |= NODE_IN_N;
}

static void gather_release(struct gather *g)
{
	for (size_t i = 0; i < g->n_facts; i++)
		free(g->names[i]);
	for (size_t i = 0; i < g->n_vouchers; i++)
		voucher_release(&g->vouchers[i]);
	for (size_t i = 0; i < g->n_texts; i++)
		free(g->texts[i]);
	tag_dag_free(g->tag_dag);
	free(g->texts);
	free(g->names);
	free(g->facts);
	free(g->sorted);
	free(g->branches_before.v);
	free(g->branches_after.v);
	free(g->branches_kept.v);
	free(g->hidden.v);
	free(g->upstream.v);
	free(g->starts);
	free(g->vouchers);
	free(g->labels);
	free(g->tags);
	free(g->loose_parents.v);
	buf_release(&g->unknown_fix);
	free(g->tag_facts);
	free(g->pulls);
	free(g->lost);
	free(g->copies);
	free(g->copy_of);
	free(g->doubled);
	free(g->leads_to_start);
	free(g->integration);
	free(g->integration_ref);
	repo_refs_release(&g->refs);
	refspecs_release(&g->refspecs);
	history_release(&g->history);
	changes_release(&g->changes);
}

static int gather_once(struct gather *g, struct verdict *verdict)
{
	if (gather_refs(g) || walk(g))
		return -1;
	mark_starts(g, NODE_MERGED, true);
	mark_starts(g, NODE_STARTED, false);
	if (gather_mergetags(g) || gather_integration(g) || gather_tags(g))
		return -1;
	start_at_invalid(g);
	mark_n(g);
	if (find_dropped_tags(g) || gather_copies(g) || find_doubled_tags(g))
		return -1;
	if (gather_verdict(g, verdict))
		return -1;
	return g->input->lists_tags ? gather_listing(g, verdict) : 0;
}

/* Whether the verdict says what more commits than there are could have made. */
static bool rests_on_walks(const struct gather *g,
			   const struct verdict *verdict)
{
	if (g->n_pulls || g->n_lost || g->n_twins || verdict->has_tags)
		return true;
	for (size_t i = 0; i < verdict->n; i++)
		if (!oid_is_zero(&verdict->findings[i].commit))
			return true;
	return false;
}

int judge_run(struct repo *repo, const struct policy *policy,
		     const struct tree *tree, const struct judge_input *input,
		     struct verdict *verdict, struct error *err)
{
	struct scratch scratch = { 0 };
	struct merge_scratch merges = { .scratch = &scratch };
	struct signers signers;
	bool exact = false, again;
	int rc;

	signers_init(&signers, policy, &input->keys, &scratch);
	do {
		struct gather g = {
			.repo = repo, .policy = policy, .tree = tree,
			.input = input, .err = err, .signers = &signers,
			.scratch = &scratch, .is_exact = exact,
		};

		changes_init(&g.changes, repo, policy, &merges);
		rc = gather_once(&g, verdict);
		again = !exact && g.is_doubtful &&
			(rc || rests_on_walks(&g, verdict));
		gather_release(&g);
		if (again) {
			verdict_release(verdict);
			verdict_init(verdict, policy);
			exact = true;
		}
	} while (again);
	signers_release(&signers);
	merge_scratch_release(&merges);
	scratch_release(&scratch);
	return rc;
}
