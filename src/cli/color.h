/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_COLOR_H
#define CLI_COLOR_H

#include <stdio.h>

#include "cli/cli.h"
#include "git/repo.h"

/*
 * Whether to use colors: --color and --no-color say so, else color.ui of the
 * repository, which may be NULL. By default they are used on a terminal, or in
 * a pager of git's, unless NO_COLOR is set.
 */
bool wants_color(const struct options *options, struct repo *repo, FILE *out);

#endif
