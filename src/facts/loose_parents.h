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
 * Fills in the loose parents of `fact`, a commit of N: those at which no work
 * may start. They are borrowed from `loose`, which is emptied first and may be
 * reused. Everything else of `fact` is there already.
 */
int loose_parents_find(const struct loose_parents_in *in,
		       const struct commit *commit, struct commit_fact *fact,
		       struct oid_list *loose, struct error *err);

#endif
