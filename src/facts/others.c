/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/others.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "base/workers.h"

/* A test of few commits has pieces of its own size. */
#if !defined(OTHERS_PIECE)
#define OTHERS_PIECE 512
#endif

/* Fewer than MIN_SHARED are not worth a process. */
enum { PIECE = OTHERS_PIECE, MIN_SHARED = 4 * PIECE };

struct look {
	const struct others *in;
	const uint32_t *nodes;
	size_t n;
};

static int look_at(const struct others *in, uint32_t node,
		   struct reverts *reverts, struct work *work, bool *is_like,
		   struct error *err)
{
	const struct oid *oid = &in->history->commits.dag.nodes[node].oid;
	struct object object;
	struct commit commit;
	int rc;

	progress_done(repo_progress(in->repo), 1);
	if (repo_read_commit(in->repo, oid, &object, &commit, err))
		return -1;
	reverts_add(reverts, commit.message, commit.message_len, oid,
		    DAG_NONE);
	rc = equal_patches_look(in->patches, oid, &commit, node,
				original_history_news(in->history, node), work,
				is_like, err);
	object_release(&object);
	return rc;
}

/* In a worker process. The result: how many are alike, these, and reverts. */
static int look_at_piece(void *ctx, size_t piece, size_t end,
			 struct buf *result, struct error *err)
{
	const struct look *l = ctx;
	struct buf alike = BUF_INIT;
	struct reverts reverts = { 0 };
	size_t n = 0;
	int rc = 0;

	(void)end;
	for (size_t i = piece * PIECE; !rc && i < l->n &&
	     i < (piece + 1) * PIECE; i++) {
		struct work work;
		bool is_like = false;

		rc = look_at(l->in, l->nodes[i], &reverts, &work, &is_like,
			     err);
		if (is_like)
			buf_add(&alike, &work, sizeof(work));
		n += is_like;
	}
	buf_add(result, &n, sizeof(n));
	buf_add(result, buf_str(&alike), alike.len);
	buf_add(result, reverts.v, reverts.n * sizeof(*reverts.v));
	buf_release(&alike);
	free(reverts.v);
	return rc;
}

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	const struct look *l = ctx;
	const char *p = result, *end = result + len;
	size_t n;

	(void)piece;
	(void)err;
	memcpy(&n, p, sizeof(n));
	p += sizeof(n);
	for (struct work work; n--; p += sizeof(work)) {
		memcpy(&work, p, sizeof(work));
		equal_patches_add_other(l->in->patches, &work);
	}
	for (struct revert revert; p < end; p += sizeof(revert)) {
		memcpy(&revert, p, sizeof(revert));
		reverts_take(l->in->reverts, &revert);
	}
	return 0;
}

static int look_alone(const struct look *l, struct error *err)
{
	for (size_t i = 0; i < l->n; i++) {
		struct work work;
		bool is_like;

		if (look_at(l->in, l->nodes[i], l->in->reverts, &work,
			    &is_like, err))
			return -1;
		if (is_like)
			equal_patches_add_other(l->in->patches, &work);
	}
	return 0;
}

int others_look(const struct others *others, const uint32_t *nodes, size_t n,
		struct error *err)
{
	struct look l = { others, nodes, n };
	const struct workers_job job = { .n = (n + PIECE - 1) / PIECE,
					 .work = look_at_piece,
					 .take = take_piece, .ctx = &l };
	size_t n_workers = n < MIN_SHARED ? 1 : workers_useful();

	return n_workers > 1 ? workers_run(&job, n_workers, err) :
			       look_alone(&l, err);
}
