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

static const struct dag *dag_of(const struct share *s)
{
	return s->judge->in.facts->dag;
}

static struct progress *progress_of(const struct share *s)
{
	return repo_progress(s->judge->in.repo);
}

static size_t n_pieces(const struct share *s)
{
	return (s->n + PIECE - 1) / PIECE;
}

static size_t piece_end(const struct share *s, size_t piece)
{
	size_t end = (piece + 1) * PIECE;

	return end < s->n ? end : s->n;
}

/* Recomputes the merges of this piece and of those after it, up to `end`. */
static int look_ahead(struct share *s, size_t piece, size_t end,
		      struct error *err)
{
	const struct commit_in *in = &s->judge->in;
	const struct dag_node *nodes = dag_of(s)->nodes;
	struct oid_list merges = { 0 };
	int rc;

	s->seen_from = piece;
	s->seen_to = end - piece < PIECES_AHEAD ? end : piece + PIECES_AHEAD;
	for (size_t i = piece * PIECE; i < piece_end(s, s->seen_to - 1); i++)
		if (nodes[s->nodes[i]].n_parents > 1)
			oid_list_add(&merges, &nodes[s->nodes[i]].oid);
	rc = paths_look_ahead(in->paths, merges.v, merges.n,
			      in->facts->tree, err);
	free(merges.v);
	return rc;
}

static int judge_commits(struct share *s, size_t piece, size_t end,
			 struct verdict *verdict, struct error *err)
{
	int rc = 0;

	if (piece < s->seen_from || piece >= s->seen_to)
		rc = look_ahead(s, piece, end, err);
	for (size_t i = piece * PIECE; !rc && i < piece_end(s, piece); i++) {
		rc = commit_judge(s->judge, s->nodes[i], verdict, err);
		progress_done(progress_of(s), 1);
	}
	return rc;
}

/* In a worker process. */
static int judge_piece(void *ctx, size_t piece, size_t end,
		       struct buf *result, struct error *err)
{
	struct share *s = ctx;
	struct verdict verdict;
	int rc;

	verdict_init(&verdict, s->judge->in.facts->policy);
	verdict.hides = s->verdict->hides;
	rc = judge_commits(s, piece, end, &verdict, err);
	if (!rc)
		verdict_pack(&verdict, result);
	verdict_release(&verdict);
	return rc;
}

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	struct share *s = ctx;

	(void)piece;
	return verdict_unpack(s->verdict, result, len, err);
}

static int judge_shared(struct share *s, size_t n_workers, struct error *err)
{
	const struct workers_job job = {
		.n = n_pieces(s),
		.work = judge_piece, .take = take_piece, .ctx = s,
	};

	/*
	 * Made by this process, so that this process removes it even if a
	 * worker dies.
	 */
	if (scratch_open(s->judge->in.paths->scratch->scratch, err))
		return -1;
	return workers_run(&job, n_workers, err);
}

static int judge_all(struct share *s, struct error *err)
{
	size_t n_workers = s->n < MIN_SHARED ? 1 : workers_useful();
	int rc = 0;

	if (n_workers > 1)
		return judge_shared(s, n_workers, err);
	for (size_t i = 0; !rc && i < n_pieces(s); i++)
		rc = judge_commits(s, i, n_pieces(s), s->verdict, err);
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
