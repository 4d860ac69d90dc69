/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"

/*
 * How far a long judgement is, on standard error: commits done and in all, how
 * many a second, how long it will take. As in git only on a terminal, and only
 * what takes long; where asked for, always and from the first.
 */
struct progress {
	bool is_wanted, is_forced;
	bool is_shown;			/* a line stands unfinished */
	int64_t start, last;		/* ms */
};

void progress_init(struct progress *progress, const struct options *options);

/* For judge_input.progress. */
void progress_show(void *ctx, size_t done, size_t total);

/* Ends the line, if there is one. */
void progress_end(struct progress *progress);

#endif
