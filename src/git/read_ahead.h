/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_READ_AHEAD_H
#define GIT_READ_AHEAD_H

#include "git/walk.h"

/*
 * Without a commit-graph, a walk to the roots spends most of its time on
 * inflating commits, each of which names the next one. But branches and tags
 * point into all parts of a history, so several processes can read it from
 * there. What they read is kept with the repository (git/commit_heads.h), where
 * walks look first: it saves time, and decides nothing.
 *
 * Call it when a walk that may go down to the roots (if `is_sure`: will) is
 * about to expand a node. Reads ahead once for a repository, when walks have
 * read many commits and this one comes to a commit that none has read. Errors
 * are ignored.
 */
void read_ahead(struct walk *walk, uint32_t node, bool is_sure);

#endif
