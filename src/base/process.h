/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * Runs other programs: git, gpgv, ssh-keygen, and the hooks that were here
 * before.
 */
struct process {
	const char *const *argv;	/* NULL-terminated; argv[0] is looked
					 * for in PATH */
	const char *const *env;		/* "NAME=VALUE" to set, "NAME" to unset;
					 * NULL-terminated, may be NULL */
	const char *input;		/* all of its standard input */
	size_t input_len;
	const char *input_file;		/* or NULL; instead of `input` */
	struct buf *output;		/* its standard output, or NULL: ours */
	const char *output_file;	/* or NULL; created or emptied,
					 * instead */
	bool quiet;			/* its standard error goes nowhere, */
	struct buf *errors;		/* or its start is kept here; else it
					 * is ours */
	int time_limit;			/* seconds; such a program also dies
					 * with us. 0: none */
	int64_t cpu_limit;		/* see process_limit_cpu(). 0: none */
	int memory_percent;		/* what it may allocate, of what we may
					 * (RLIMIT_DATA). 0: as much */
};

/*
 * Runs it to its end. Returns 0 with its exit status in `*status` (128 + N when
 * the signal N ended it), or -1 when it could not be run. A program that does
 * not read all of its input is no error.
 */
int process_run(const struct process *process, int *status,
		struct error *err);

/*
 * Lets this process have so much of one processor, in nanoseconds, or up to a
 * quarter and a second more. 0: any amount.
 */
void process_limit_cpu(int64_t limit);

/*
 * The processor time of all processes that ran so far and have ended:
 * nanoseconds.
 */
int64_t process_cpu_time(void);

/*
 * The error for a program that failed: "<what> failed (exit status N): <what it
 * wrote to standard error>", cut to a few lines. `errors` may be empty. Returns
 * -1.
 */
int process_failed(const char *what, int status, const struct buf *errors,
		   struct error *err);

/*
 * Runs it, and makes any exit status but 0 such an error. `quiet` and `errors`
 * are not looked at.
 */
int process_check(const struct process *process, const char *what,
		  struct error *err);

#endif
