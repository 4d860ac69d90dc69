/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * Programs run for us: git where it knows better, hooks that were here before.
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
	const char *output_file;	/* or NULL; made anew, instead */
	bool quiet;			/* its standard error goes nowhere */
	int time_limit;			/* seconds, and no longer than we live;
					 * 0: none */
};

/*
 * Runs it to its end. 0, with its exit status in `*status` (128 + N where the
 * signal N ended it), or -1 where it could not be started. A program that does
 * not read all of its input is no error.
 */
int process_run(const struct process *process, int *status,
		struct error *err);

#endif
