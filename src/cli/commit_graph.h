/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_COMMIT_GRAPH_H
#define CLI_COMMIT_GRAPH_H

#include "git/repo.h"

/*
 * Advice for the owner of a repository that has more than 10,000 commits and no
 * commit-graph: every push reads its history commit by commit. `*advice` is a
 * sentence with the command that writes one, a new string, or NULL if none is
 * needed. Counts no more than that many commits. -1 if git cannot be run.
 */
int commit_graph_advice(struct repo *repo, char **advice, struct error *err);

#endif
