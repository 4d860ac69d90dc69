/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_READ_AHEAD_H
#define GIT_READ_AHEAD_H

#include "git/walk.h"

/*
 * Without a commit-graph, a walk to the roots spends most of its time on
 * inflating commits, each of which is found by the one before. But branches and
 * tags point into all parts of a history, so several processes can read it from
 * there on.
 * What they read is kept with the repository (git/commit_heads.h), where walks
 * look first: it saves time, and decides nothing.
 *
 * To be called where a walk that may go down to the roots is about to expand a
 * node; `is_sure` says that it will. Reads ahead once, where walks have read
 * many commits and come to one that is new to them.
 */
void read_ahead(struct walk *walk, uint32_t node, bool is_sure);

#endif
