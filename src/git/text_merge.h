/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_TEXT_MERGE_H
#define GIT_TEXT_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Merges two versions of a text as git merge does (xdiff/xmerge.c, with what
 * ll_xdl_merge() asks of it), byte by byte.
 */
struct text {
	const char *p;
	size_t len;
};

struct text_merge {
	struct text base, ours, theirs;
	struct text result;		/* what somebody else made of it */
	const char *our_name, *their_name;	/* for conflicts' marks */
	int64_t steps;			/* the most to be taken; then what is
					 * left of them */
	bool may_be_clean;		/* found out: `result` may be a merge
					 * without conflicts if lines are lined
					 * up otherwise */
};

/*
 * Appends to `merged`, with conflicts marked, and counts these. -1 where only
 * git itself can tell: of binary files, and as line_diff() has it.
 */
int text_merge(struct text_merge *merge, struct buf *merged,
	       size_t *n_conflicts);

#endif
