/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_SHARE_H
#define JUDGE_SHARE_H

#include "judge/commit.h"

/*
 * Has each commit of N judged, the oldest first, by as many processes as that
 * is worth. Adds the findings to `verdict` in the order of the commits, however
 * they are shared. -1 if one cannot be judged.
 */
int share_commits(struct commit_judge *judge, struct verdict *verdict,
		  struct error *err);

#endif
