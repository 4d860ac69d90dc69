/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"

/*
 * Prints progress on standard error: that history is read; then commits done
 * and in all, how many per second, and the time left. As in git, only on a
 * terminal and only after a while, unless it was asked for.
 */
struct progress {
	bool is_wanted, is_forced;
	bool is_shown;			/* a line stands unfinished */
	int64_t start, last;		/* ms */
	int64_t judging;		/* since when; 0: not yet */
};

void progress_init(struct progress *progress, const struct options *options);

/* For judge_input.progress. */
void progress_show(void *ctx, size_t done, size_t total);

/* Ends the line, if there is one. */
void progress_end(struct progress *progress);

#endif
