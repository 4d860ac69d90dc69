/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * A process that waits until it is told to do one thing, which it still may do
 * when this process has given up its rights (base/sandbox.h). Zero it first.
 */
struct errand {
	pid_t pid;			/* 0: there is none */
	const char *what;		/* see errand_start() */
	int fd;				/* to it and from it */
};

/*
 * Starts the process, in which `work` will get `ctx` as it is now. `what` says
 * for an error what it is to do, as in "read the file"; it is borrowed. To be
 * called while there is one thread.
 */
int errand_start(struct errand *errand, const char *what,
		 int (*work)(void *ctx, struct buf *out, struct error *err),
		 void *ctx, struct error *err);

/*
 * Has the work done, once, and appends what it puts out. Its error is an error
 * here, and so is its death.
 */
int errand_run(struct errand *errand, struct buf *out, struct error *err);

/* Ends the process, whether or not it was told anything. Accepts zeroes. */
void errand_release(struct errand *errand);

#endif
