/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_SUBTREE_MERGE_H
#define FACTS_SUBTREE_MERGE_H

#include "facts/merge_compare.h"

/*
 * If the merge is a subtree merge, makes a new list of its paths, and names the
 * directory in their `subtree`; else leaves that empty.
 */
int subtree_merge_compare(struct merge_compare *m, const struct commit *commit,
			  struct error *err);

#endif
