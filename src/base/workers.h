/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Pieces of work done by processes forked off for them: each sees memory as it
 * was, and hands back bytes. Each worker does a run of pieces, one after the
 * other, so that it profits from what it learned from the last one; who is done
 * takes over the second half of the longest run that is left. The results are
 * taken in the order of the pieces; those that come too early are kept.
 */
struct workers_job {
	size_t n;			/* pieces, numbered from 0 */
	/*
	 * In a worker: appends the result. It will be asked for the pieces up
	 * to `end` next, unless others take some of them over.
	 */
	int (*work)(void *ctx, size_t piece, size_t end, struct buf *result,
		    struct error *err);
	/* Here, piece after piece. */
	int (*take)(void *ctx, size_t piece, const char *result, size_t len,
		    struct error *err);
	/* May be NULL. Here: so many pieces are done, taken or not. */
	void (*arrived)(void *ctx, size_t n_done);
	void *ctx;
};

/* How many workers this machine has a use for: 1 to 8. */
size_t workers_useful(void);

/*
 * Does the job with that many workers. The first error in the order of the
 * pieces is the job's; a worker that dies is one at once. No worker outlives
 * the call.
 */
int workers_run(const struct workers_job *job, size_t n_workers,
		struct error *err);

#endif
