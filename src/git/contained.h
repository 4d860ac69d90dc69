/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_CONTAINED_H
#define GIT_CONTAINED_H

#include "base/oid.h"
#include "git/repo.h"

/*
 * Drops from `commits` most of those that `tip` contains: those on its line of
 * first parents, and those that were merged into it soon after they were made.
 * Releases are like that, and a walk that begins with them would go down to the
 * oldest one only to find nothing. What is dropped is certain, what is left is
 * not. Where history cannot be read, all is left.
 */
void contained_drop(struct repo *repo, const struct oid *tip,
		    struct oid_list *commits);

#endif
