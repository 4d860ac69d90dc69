/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

/*
 * What a long run is doing, and how much of that is done; cli/progress.h shows
 * it meanwhile. The numbers are in shared memory, so worker processes can add
 * to them; only the process that made it begins steps. Strings are static. All
 * functions accept NULL, and then do nothing.
 */
struct progress {
	_Atomic(const char *) step;	/* "Judging commits" */
	atomic_size_t total, done;	/* of the step; total 0: not known */
	atomic_size_t commits;		/* read by walks in this step */
	atomic_size_t signatures;	/* verified in this step */
	_Atomic(const char *) command;	/* of git, waited for; or NULL */
	void (*begun)(void *ctx);	/* called at each step; or NULL */
	void *ctx;
};

/* NULL if there is no memory for it. */
struct progress *progress_new(void);
void progress_free(struct progress *progress);

/* Begins a step; nothing of it is done yet. */
void progress_step(struct progress *progress, const char *step, size_t total);

/* So many more of the step's total are done. */
void progress_done(struct progress *progress, size_t n);

void progress_commit(struct progress *progress);
void progress_signature(struct progress *progress);

/* Which command of git is waited for from now on; NULL: none. */
void progress_wait(struct progress *progress, const char *command);

#endif
