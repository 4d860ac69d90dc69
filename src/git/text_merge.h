/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_TEXT_MERGE_H
#define GIT_TEXT_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Merges two versions of a text. The result has the very bytes that git merge
 * gives (xdiff/xmerge.c, with the parameters of ll_xdl_merge()).
 */
struct text {
	const char *p;			/* NULL only if it is empty */
	size_t len;
};

/* Everything is borrowed. */
struct text_merge {
	struct text base, ours, theirs;
	struct text result;		/* of the author; only `may_be_clean`
					 * depends on it */
	const char *our_name, *their_name;	/* in the marks of conflicts;
						 * or NULL */
	int64_t steps;			/* in: the most to take; out: the rest,
					 * maybe below 0 */
	bool may_be_clean;		/* out: `result` may be a merge without
					 * conflicts by another diff than that
					 * of git merge */
};

/*
 * Appends the merged text to `merged`, with marks around conflicts, and sets
 * `*n_conflicts`. Returns 0, or -1, with nothing appended, if only git itself
 * can tell: a text is binary, or line_diff() fails. Either way it sets `steps`
 * and `may_be_clean`.
 */
int text_merge(struct text_merge *merge, struct buf *merged,
	       size_t *n_conflicts);

#endif
