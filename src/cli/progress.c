/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { DELAY = 1000, INTERVAL = 100 };	/* ms */

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_init(struct progress *progress, const struct options *options)
{
	*progress = (struct progress){
		.is_forced = options->progress,
		.is_wanted = options->progress ||
			     (!options->quiet && isatty(STDERR_FILENO)),
	};
	if (progress->is_wanted)
		progress->start = now();
}

static bool is_due(const struct progress *progress, int64_t at, bool is_last)
{
	if (!progress->is_shown)
		return progress->is_forced || at - progress->start >= DELAY;
	return is_last || at - progress->last >= INTERVAL;
}

static void put_rate(const struct progress *progress, int64_t at, size_t done,
		     size_t total)
{
	int64_t taken = at - progress->judging;
	double rate = (double)done * 1000 / (double)(taken > 0 ? taken : 1);

	fprintf(stderr, "\rJudging commits: %3zu%% (%zu/%zu)",
		done * 100 / total, done, total);
	if (done)
		fprintf(stderr, ", %.0f/s, %.0f s left  ", rate,
			(double)(total - done) / rate);
}

void progress_show(void *ctx, size_t done, size_t total)
{
	struct progress *progress = ctx;
	int64_t at = progress->is_wanted ? now() : 0;

	if (total && !progress->judging)
		progress->judging = at;
	if (!progress->is_wanted ||
	    !is_due(progress, at, total && done == total))
		return;
	if (total)
		put_rate(progress, at, done, total);
	else
		fputs("\rReading the history ...  ", stderr);
	fflush(stderr);
	progress->is_shown = true;
	progress->last = at;
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		fputc('\n', stderr);
	progress->is_shown = false;
}
