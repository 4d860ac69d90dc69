/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_LINE_DIFF_H
#define GIT_LINE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lines up two versions of a file as git merge does: by git's histogram diff
 * (xdiff/xhistogram.c), whose changes are then slid to where they end best
 * (xdl_change_compact() in xdiff/xdiffi.c, without the indent heuristic).
 */

/* A version of a file. Lines have numbers; equal lines have the same one. */
struct lines {
	const uint32_t *v;
	size_t n;
};

/* These lines of the old version are replaced by those of the new one. */
struct line_change {
	size_t old, n_old;
	size_t new, n_new;
};

struct line_changes {
	struct line_change *v;
	size_t n, cap;
};

/*
 * Appends the changes from `old` to `new`, in order; the caller frees their
 * array. All numbers of lines are below `n_ids`. Takes the steps that it needs
 * from `*steps`. Returns 0, or -1, with nothing appended, if
 *
 * - there are not enough steps, or the versions differ in too many places,
 * - git would take another algorithm, since all lines that the versions have in
 *   common are in the old one too often, or
 * - the result depends on the version of git.
 */
int line_diff(const struct lines *old, const struct lines *new, size_t n_ids,
	      int64_t *steps, struct line_changes *changes);

#endif
