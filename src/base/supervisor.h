/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SUPERVISOR_H
#define BASE_SUPERVISOR_H

#include <stddef.h>

#include "base/error.h"

/*
 * Runs a piece of work in a process of its own and sees to it that it ends: in
 * time, within its memory, and with nothing left running or lying about.
 * Whoever waits for the answer, such as the git that runs a hook, gets one
 * sentence even if the work dies.
 */
struct supervised {
	/* The work; returns its exit status. Runs in the child. */
	int (*work)(void *ctx);
	/*
	 * Gives back what the work holds, or NULL. Called after the work where
	 * a sanitizer looks for leaks; elsewhere the end of the process does it
	 * faster.
	 */
	void (*release)(void *ctx);
	void *ctx;
	unsigned int time_limit;	/* seconds; 0: none */
	/*
	 * Called in the parent if the work did not end by itself. `why` is a
	 * clause. Returns the exit status.
	 */
	int (*broken)(void *ctx, const char *why);
};

/*
 * Returns the exit status of the work, or what `broken` returns: after a signal
 * to the work or to this process (SIGTERM, SIGHUP, SIGINT), if the time is up
 * or memory ran out, and if no process can be started. In those cases every
 * process that the work started is killed, and its scratch directories
 * (base/scratch.h) are removed. To be called while there is one thread and no
 * other child.
 */
int supervise(const struct supervised *supervised);

/*
 * Called by the work: replaces the limits that it started with, counted from
 * now. Memory is what one process may allocate, in bytes; 0: no limit. Does
 * nothing outside of supervise(). It is an error if they cannot be set.
 */
int supervisor_limit(unsigned int seconds, size_t memory, struct error *err);

#endif
