/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_CONTAINED_H
#define GIT_CONTAINED_H

#include "base/oid.h"
#include "git/repo.h"

/*
 * Drops from `commits` most of those that `tip` contains: those on its line of
 * first parents, and those that were merged into that soon after they were
 * made. Releases are like that, and a walk that begins with them would go down
 * to the oldest one only to find nothing. `tip` surely contains what is
 * dropped; it may contain some of what is left. If history cannot be read,
 * nothing is dropped.
 */
void contained_drop(struct repo *repo, const struct oid *tip,
		    struct oid_list *commits);

#endif
