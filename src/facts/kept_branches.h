/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_KEPT_BRANCHES_H
#define FACTS_KEPT_BRANCHES_H

#include "facts/refs.h"

/*
 * Finds out whether the commits of each branch outside `rewind` that the push
 * deletes stay on another one. Sets `is_kept` in its update if a branch has
 * them whichever updates git refuses; or else `kept_by`, to a branch of the
 * push that will have them if git takes it. Leaves out branches whose objects
 * are lost. For refs_find(), when all else of `refs` is there.
 */
int kept_branches_find(struct repo *repo, struct refs *refs, struct error *err);

#endif
