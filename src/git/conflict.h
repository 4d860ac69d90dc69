/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_CONFLICT_H
#define GIT_CONFLICT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether `result` is `merged`, a file as git merge leaves it with its
 * conflicts marked (git-merge(1), HOW CONFLICTS ARE PRESENTED), with
 * something in the place of each conflict and nothing else changed. False for
 * a `merged` without marks, where git could only take one side: a binary
 * file, or one that the other side has deleted.
 */
bool conflict_fits(const char *merged, size_t merged_len, const char *result,
		   size_t result_len);

#endif
