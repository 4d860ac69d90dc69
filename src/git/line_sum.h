/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_LINE_SUM_H
#define GIT_LINE_SUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * The sum of a hash of each line, without its blanks and without what comes
 * after a NUL, as git-patch-id(1) reads lines. 0 if there are none. Anyone can
 * make two texts have the same sum: equal sums only say where to look more
 * closely.
 */
uint64_t line_sum(const char *text, size_t len);

/*
 * The sum of the new text less that of the old one. It depends on the lines
 * that a patch adds and removes, but not on how a diff lines up the two texts.
 */
uint64_t line_sum_between(const char *old, size_t old_len, const char *new,
			  size_t new_len);

#endif
