/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "base/progress.h"
#include "cli/cli.h"
#include "git/repo.h"

/*
 * Shows on standard error what a long run is at (base/progress.h): one line,
 * written again and again by a thread of its own, so that it shows the time
 * even while a step waits for another program. As in git, only on a terminal
 * and after a second, unless it was asked for.
 */
struct progress_line;

/* NULL if nobody wants to see it. From now on, work on `repo` is counted. */
struct progress_line *progress_line_start(struct repo *repo,
					  const struct options *options);

/*
 * Ends the line, if there is one; it then says how long the run took, or that
 * it failed. Accepts NULL.
 */
void progress_line_end(struct progress_line *line, bool has_failed);

#endif
