/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_LOOSE_PARENTS_H
#define FACTS_LOOSE_PARENTS_H

#include "facts/known_tags.h"

struct loose_parents_in {
	struct repo *repo;
	const struct tree *tree;
	const struct request *request;
	const struct refs *refs;
	struct known_tags *known;
	const struct dag *dag;		/* the new commits */
};

/*
 * Fills in the parents of one of N's commits at which no work may start:
 * `loose`, reused from call to call, has them. `fact` is filled in otherwise.
 */
int loose_parents_find(const struct loose_parents_in *in,
		       const struct commit *commit, struct commit_fact *fact,
		       struct oid_list *loose, struct error *err);

#endif
