/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/run.h"

#include <stdlib.h>

#include "base/mem.h"
#include "facts/state.h"

static int walk(struct gather *g)
{
	struct oid_list from = { 0 }, not = { 0 };
	int rc;

	for (size_t i = 0; i < g->starts.n; i++)
		oid_list_add(&from, &g->starts.v[i].commit);
	for (size_t i = 0; i < g->vouchers.n; i++)
		if (!g->vouchers.v[i].is_own &&
		    !oid_is_zero(&g->vouchers.v[i].commit))
			oid_list_add(&from, &g->vouchers.v[i].commit);
	oid_list_add_all(&not, &g->refs.hidden);
	oid_list_add_all(&not, &g->refs.upstream);
	rc = walker_walk(&g->walker, &from, &not, &g->history, g->err);
	free(from.v);
	free(not.v);
	return rc;
}

static void mark_starts(struct gather *g, uint32_t flag, bool branches_only)
{
	struct dag *dag = &g->history.dag;

	for (size_t i = 0; i < g->starts.n; i++) {
		uint32_t node = dag_find(dag, &g->starts.v[i].commit);

		if (g->starts.v[i].is_branch || !branches_only)
			dag_mark(dag, node, flag, 0);
	}
}

/* A tag of another tree that is not what it should be is judged itself. */
static void start_at_invalid(struct gather *g)
{
	for (size_t i = 0; i < g->vouchers.n; i++) {
		const struct voucher *v = &g->vouchers.v[i];

		if (v->is_pushed && !v->is_own && !v->is_valid &&
		    !v->upstream && !oid_is_zero(&v->commit))
			starts_add(&g->starts, v->name, &v->commit, false);
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
	refs_release(&g->refs);
	refspecs_release(&g->refspecs);
	free(g->starts.v);
	vouchers_release(&g->vouchers);
	known_tags_release(&g->known);
	text_pool_release(&g->texts);
	tag_dag_free(g->tag_dag);
	free(g->labels);
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
			.input = input, .request = &input->request,
			.err = err, .signers = &signers, .scratch = &scratch,
			.walker = { .repo = repo, .exact = exact },
		};

		g.known = (struct known_tags){
			.repo = repo, .policy = policy, .refs = &g.refs,
			.vouchers = &g.vouchers,
			.is_audit = input->request.mode == JUDGE_AUDIT,
		};
		changes_init(&g.changes, repo, policy, &merges);
		rc = gather_once(&g, verdict);
		again = !exact && g.walker.is_doubtful &&
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
