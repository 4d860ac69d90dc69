/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_BROUGHT_BY_H
#define FACTS_BROUGHT_BY_H

#include "facts/new_commits.h"

/*
 * Which ref and which merge brought each commit that a start has; by node. What
 * is vouched for lies between commits of N.
 */
struct brought_by {
	uint32_t *start;		/* index of the start, or DAG_NONE */
	uint32_t *via;			/* a merge, or DAG_NONE */
};

/*
 * Fills a zeroed `brought_by` for a dag in which what the starts have is marked
 * STARTED. A commit belongs to the first start that has it, and to the oldest
 * merge on that one's line of first parents. Needs no repository.
 */
void brought_by_find(const struct dag *dag, const struct starts *starts,
		     struct brought_by *brought_by);
void brought_by_release(struct brought_by *brought_by);

#endif
