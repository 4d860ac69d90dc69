/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include <stddef.h>
#include <stdio.h>

/*
 * A stream that hands each line that is written to it to `put`, without its
 * end, and with a NUL after it. fclose() hands on a last line that has no
 * newline. Keeps no more than a line.
 */
struct lines {
	void (*put)(const struct lines *lines, const char *line, size_t len);
	FILE *out;			/* for `put` */
	size_t width;			/* the same */
};

/* The stream borrows `lines` until it is closed. */
FILE *lines_open(const struct lines *lines);

/*
 * For `put`: folds lines at blanks, so that they fit into `width` columns
 * unless a word does not. Continued lines are indented. Sequences that set
 * colors have no width.
 */
void lines_fold(const struct lines *lines, const char *line, size_t len);

#endif
