/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Divides work into pieces and does them in forked processes. Each sees memory
 * as it was at the fork and returns bytes. A worker does a run of consecutive
 * pieces, so that it profits from what it learned from the one before, and then
 * another run; when none is left, it takes over half of the longest one. The
 * results are handed on in the order of the pieces; early ones are kept until
 * then.
 */
struct workers_job {
	size_t n;			/* pieces, numbered from 0 */
	/*
	 * Called in a worker: appends the result. Unless other workers take
	 * some over, it will be called for the pieces up to `end` next.
	 */
	int (*work)(void *ctx, size_t piece, size_t end, struct buf *result,
		    struct error *err);
	/* Called in the parent, in the order of the pieces. */
	int (*take)(void *ctx, size_t piece, const char *result, size_t len,
		    struct error *err);
	void *ctx;
};

/* How many workers to use on this machine: 1 to 8; 1 within a worker. */
size_t workers_useful(void);

/*
 * Does the job with that many workers. The first error in the order of the
 * pieces is the job's; a worker that dies is an error at once. No worker
 * outlives the call.
 */
int workers_run(const struct workers_job *job, size_t n_workers,
		struct error *err);

#endif
