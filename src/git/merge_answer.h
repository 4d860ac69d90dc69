/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGE_ANSWER_H
#define GIT_MERGE_ANSWER_H

#include <stddef.h>

#include "base/oid.h"

/*
 * What git merge-tree --stdin -z --name-only --no-messages says of a merge
 * (git-merge-tree(1), OUTPUT): whether it is clean, its tree, and the paths
 * that conflict, which are in the tree with conflict markers.
 */
struct merge_answer {
	struct oid tree;
	const char *conflicts;		/* each with a NUL at its end */
	size_t conflicts_len;
};

/*
 * Reads exactly `n` answers; they borrow the output. -1 where it holds fewer,
 * or more, or anything else.
 */
int merge_answers_parse(const char *output, size_t len,
			struct merge_answer *answers, size_t n);

#endif
