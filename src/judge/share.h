/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_SHARE_H
#define JUDGE_SHARE_H

#include "judge/commit.h"

/* Told now and then how many commits are judged; `show` may be NULL. */
struct share_progress {
	void (*show)(void *ctx, size_t done, size_t total);
	void *ctx;
};

/*
 * Has each commit of N judged, the oldest last, by as many processes as that is
 * worth. The findings come in the order of the commits, however they are
 * shared. -1 where one cannot be judged.
 */
int share_commits(struct commit_judge *judge,
		  const struct share_progress *progress,
		  struct verdict *verdict, struct error *err);

#endif
