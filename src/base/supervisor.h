/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SUPERVISOR_H
#define BASE_SUPERVISOR_H

#include <stddef.h>

#include "base/error.h"

/*
 * Runs a piece of work in a process of its own and sees to it that it ends:
 * in time, within its memory, and with nothing left running or lying about.
 * Whoever waits for the answer, such as the git that runs a hook, gets one
 * sentence even where the work dies.
 */
struct supervised {
	/* The work; returns its exit status. Runs in the child. */
	int (*work)(void *ctx);
	void *ctx;
	unsigned int time_limit;	/* seconds; 0: none */
	/*
	 * Called in the parent where the work did not end by itself; says why,
	 * in a clause, and returns the exit status.
	 */
	int (*broken)(void *ctx, const char *why);
};

/*
 * Returns the exit status of the work, or what `broken` returns: after a
 * signal to the work or to this process (SIGTERM, SIGHUP, SIGINT), where the
 * time is up or memory ran out, and where no process can be started. In those
 * cases every process that the work started is killed, and its scratch
 * directories (base/scratch.h) are removed. To be called while there is one
 * thread and no other child.
 */
int supervise(const struct supervised *supervised);

/*
 * For the work, to set other limits than those it started with, counted from
 * now. Memory is what one process may allocate, in bytes; 0: no limit. Outside
 * of supervise() nothing happens. An error where they cannot be set.
 */
int supervisor_limit(unsigned int seconds, size_t memory, struct error *err);

#endif
