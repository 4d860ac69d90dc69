/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/workers.h"
#include "judge/commit.h"
#include "facts/brought_by.h"
#include "facts/state.h"
#include "rules/rules.h"

/*
 * Fewer commits than MIN_SHARED are not worth a process. Merges are looked at
 * for PIECES_AHEAD at once.
 */
enum { PIECE = 256, MIN_SHARED = 500, PIECES_AHEAD = 8 };

/* The commits of N in the order in which they are judged. */
struct share {
	struct gather *g;
	const struct facts *facts;
	const struct brought_by *brought_by;
	struct verdict *verdict;
	uint32_t *nodes;
	size_t n;
	size_t seen_from, seen_to;	/* pieces whose merges are looked at */
};

static void show_progress(const struct share *d, size_t done)
{
	const struct judge_input *input = d->g->input;

	if (input->progress)
		input->progress(input->progress_ctx, done, d->n);
}

static size_t n_pieces(const struct share *d)
{
	return (d->n + PIECE - 1) / PIECE;
}

static size_t piece_end(const struct share *d, size_t piece)
{
	size_t end = (piece + 1) * PIECE;

	return end < d->n ? end : d->n;
}

/* At the merges of this piece and of those that come next, before `end`. */
static int look_ahead(struct share *d, size_t piece, size_t end)
{
	const struct dag_node *nodes = d->g->commits.history.dag.nodes;
	struct oid_list merges = { 0 };
	int rc;

	d->seen_from = piece;
	d->seen_to = end - piece < PIECES_AHEAD ? end : piece + PIECES_AHEAD;
	for (size_t i = piece * PIECE; i < piece_end(d, d->seen_to - 1); i++)
		if (nodes[d->nodes[i]].n_parents > 1)
			oid_list_add(&merges, &nodes[d->nodes[i]].oid);
	rc = changes_look_ahead(&d->g->changes, merges.v, merges.n, d->g->tree,
				d->g->err);
	free(merges.v);
	return rc;
}

static int judge_commits(struct share *d, size_t piece, size_t end,
			 struct verdict *verdict)
{
	int rc = 0;

	if (piece < d->seen_from || piece >= d->seen_to)
		rc = look_ahead(d, piece, end);
	for (size_t i = piece * PIECE; !rc && i < piece_end(d, piece); i++)
		rc = gather_judge_commit(d->g, d->facts, d->brought_by,
					 d->nodes[i], verdict);
	return rc;
}

/* In a worker process. */
static int judge_piece(void *ctx, size_t piece, size_t end,
		       struct buf *result, struct error *err)
{
	struct share *d = ctx;
	struct verdict verdict;
	int rc;

	d->g->err = err;
	verdict_init(&verdict, d->g->policy);
	rc = judge_commits(d, piece, end, &verdict);
	if (!rc)
		verdict_pack(&verdict, result);
	verdict_release(&verdict);
	return rc;
}

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	struct share *d = ctx;

	(void)piece;
	return verdict_unpack(d->verdict, result, len, err);
}

static void count_pieces(void *ctx, size_t n_done)
{
	const struct share *d = ctx;

	show_progress(d, piece_end(d, n_done - 1));
}

static int judge_shared(struct share *d, size_t n_workers)
{
	const struct workers_job job = {
		.n = n_pieces(d),
		.work = judge_piece, .take = take_piece,
		.arrived = count_pieces, .ctx = d,
	};

	/* Made here, it is taken away here, whatever becomes of them. */
	if (scratch_open(d->g->changes.scratch->scratch, d->g->err))
		return -1;
	return workers_run(&job, n_workers, d->g->err);
}

static int judge_docket(struct share *d)
{
	size_t n_workers = d->n < MIN_SHARED ? 1 : workers_useful();
	int rc = 0;

	if (n_workers > 1)
		return judge_shared(d, n_workers);
	for (size_t i = 0; !rc && i < n_pieces(d); i++) {
		rc = judge_commits(d, i, n_pieces(d), d->verdict);
		show_progress(d, piece_end(d, i));
	}
	return rc;
}

static bool is_in_n(void *ctx, const struct oid *commit)
{
	const struct dag *dag = ctx;
	uint32_t node = dag_find(dag, commit);

	return node != DAG_NONE && dag->nodes[node].flags & NODE_IN_N;
}

int gather_verdict(struct gather *g, struct verdict *verdict)
{
	struct dag *dag = &g->commits.history.dag;
	struct facts_paths paths = { 0 };
	struct facts facts = {
		.policy = g->policy, .tree = g->tree,
		.refs = g->refs.updates, .n_refs = g->refs.n_updates,
		.tags = g->tags.facts, .n_tags = g->tags.n_facts,
		.pulls = g->pulls.v, .n_pulls = g->pulls.n,
		.doubled = g->doubled, .n_twins = g->n_twins,
		.lost = g->lost, .n_lost = g->n_lost,
		.dag = dag, .in_n = NODE_IN_N, .paths = &paths,
	};
	struct brought_by brought_by = { 0 };
	struct share share = {
		.g = g, .facts = &facts, .brought_by = &brought_by, .verdict = verdict,
		.nodes = xcalloc(dag->n, sizeof(*share.nodes)),
	};
	int rc;

	g->changes.marks_only = !(g->needs & NEED_MERGE_PATHS);
	g->changes.is_judged = is_in_n;
	g->changes.judged_ctx = dag;
	brought_by_find(dag, &g->commits.starts, &brought_by);
	rules_judge_refs(&facts, verdict);
	for (size_t i = dag->n; i-- > 0;)
		if (dag->nodes[i].flags & NODE_IN_N)
			share.nodes[share.n++] = (uint32_t)i;
	rc = judge_docket(&share);
	free(share.nodes);
	free(paths.from);
	brought_by_release(&brought_by);
	return rc;
}
