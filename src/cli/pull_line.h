/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PULL_LINE_H
#define CLI_PULL_LINE_H

#include "cli/cli.h"
#include "git/repo.h"

/* The merges on the first-parent line that was asked for. */
struct pull_line {
	size_t n_tips;
	struct oid_list excluded;
	struct oid_list merges;		/* the youngest first */
};

/*
 * Has git rev-list find them, by a range (HEAD without one), --base and the
 * options that limit what is listed. Two tips are an error. The caller releases
 * the line, after an error as well.
 */
int pull_line_find(struct pull_line *line, struct repo *repo,
		   const struct options *options, int argc, char **argv,
		   struct error *err);
void pull_line_release(struct pull_line *line);

#endif
