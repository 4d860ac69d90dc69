/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdio.h>

#include "cli/cli.h"
#include "git/repo.h"
#include "report/lines.h"

/*
 * Where a command prints text for people. On a terminal, it goes through the
 * pager that git would use, folded to the terminal's width. COLUMNS sets the
 * width for pipes and files, too; without it, these get lines as they are.
 */
struct terminal {
	FILE *out;			/* write to this */
	bool has_color;
	struct lines lines;
	FILE *pager;			/* or NULL */
};

/* The repository may be NULL. */
void terminal_open(struct terminal *terminal, const struct options *options,
		   struct repo *repo);

/* Waits until the pager has ended. */
void terminal_close(struct terminal *terminal);

/*
 * Whether to use colors: by --color and --no-color, else by color.ui of the
 * repository, which may be NULL. By default they are used on a terminal, or in
 * a pager of git's, unless NO_COLOR is set.
 */
bool wants_color(const struct options *options, struct repo *repo, FILE *out);

#endif
