/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/share.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/progress.h"
#include "base/workers.h"

/* A test of few commits has pieces of its own size. */
#if !defined(SHARE_PIECE)
#define SHARE_PIECE 256
#endif

/*
 * Fewer commits than MIN_SHARED are not worth a process. The merges of
 * PIECES_AHEAD pieces are recomputed together.
 */
enum { PIECE = SHARE_PIECE, MIN_SHARED = 2 * PIECE, PIECES_AHEAD = 8 };

/* The commits of N in the order in which they are judged. */
struct share {
	struct commit_judge *judge;
	struct verdict *verdict;
	uint32_t *nodes;
	size_t n;
	size_t seen_from, seen_to;	/* pieces whose merges are looked at */
};

static const struct dag *dag_of(const struct share *d)
{
	return d->judge->in.facts->dag;
}

static struct progress *progress_of(const struct share *d)
{
	return repo_progress(d->judge->in.repo);
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

/* Recomputes the merges of this piece and of those after it, up to `end`. */
static int look_ahead(struct share *d, size_t piece, size_t end,
		      struct error *err)
{
	const struct commit_in *in = &d->judge->in;
	const struct dag_node *nodes = dag_of(d)->nodes;
	struct oid_list merges = { 0 };
	int rc;

	d->seen_from = piece;
	d->seen_to = end - piece < PIECES_AHEAD ? end : piece + PIECES_AHEAD;
	for (size_t i = piece * PIECE; i < piece_end(d, d->seen_to - 1); i++)
		if (nodes[d->nodes[i]].n_parents > 1)
			oid_list_add(&merges, &nodes[d->nodes[i]].oid);
	rc = paths_look_ahead(in->paths, merges.v, merges.n,
			      in->facts->tree, err);
	free(merges.v);
	return rc;
}

static int judge_commits(struct share *d, size_t piece, size_t end,
			 struct verdict *verdict, struct error *err)
{
	int rc = 0;

	if (piece < d->seen_from || piece >= d->seen_to)
		rc = look_ahead(d, piece, end, err);
	for (size_t i = piece * PIECE; !rc && i < piece_end(d, piece); i++) {
		rc = commit_judge(d->judge, d->nodes[i], verdict, err);
		progress_done(progress_of(d), 1);
	}
	return rc;
}

/* In a worker process. */
static int judge_piece(void *ctx, size_t piece, size_t end,
		       struct buf *result, struct error *err)
{
	struct share *d = ctx;
	struct verdict verdict;
	int rc;

	verdict_init(&verdict, d->judge->in.facts->policy);
	verdict.hides = d->verdict->hides;
	rc = judge_commits(d, piece, end, &verdict, err);
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

static int judge_shared(struct share *d, size_t n_workers, struct error *err)
{
	const struct workers_job job = {
		.n = n_pieces(d),
		.work = judge_piece, .take = take_piece, .ctx = d,
	};

	/*
	 * Made by this process, so that this process removes it even if a
	 * worker dies.
	 */
	if (scratch_open(d->judge->in.paths->scratch->scratch, err))
		return -1;
	return workers_run(&job, n_workers, err);
}

static int judge_all(struct share *d, struct error *err)
{
	size_t n_workers = d->n < MIN_SHARED ? 1 : workers_useful();
	int rc = 0;

	if (n_workers > 1)
		return judge_shared(d, n_workers, err);
	for (size_t i = 0; !rc && i < n_pieces(d); i++)
		rc = judge_commits(d, i, n_pieces(d), d->verdict, err);
	return rc;
}

static bool is_judged(const struct commit_in *in, const struct dag_node *node)
{
	return node->flags & in->facts->in_n &&
	       (!in->only || oidmap_get(in->only, &node->oid) >= 0);
}

int share_commits(struct commit_judge *judge, struct verdict *verdict,
		  struct error *err)
{
	const struct facts *facts = judge->in.facts;
	struct share share = {
		.judge = judge, .verdict = verdict,
		.nodes = xcalloc(facts->dag->n, sizeof(*share.nodes)),
	};
	int rc;

	for (size_t i = facts->dag->n; i-- > 0;)
		if (is_judged(&judge->in, &facts->dag->nodes[i]))
			share.nodes[share.n++] = (uint32_t)i;
	if (share.n)
		progress_step(progress_of(&share), "Judging commits", share.n);
	rc = judge_all(&share, err);
	free(share.nodes);
	return rc;
}
