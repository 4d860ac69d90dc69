/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include "cli/find_policy.h"
#include "cli/find_tree.h"

/*
 * What judges here: the repository, its policy, and the tree that it is.
 */
struct place {
	struct repo *repo;
	struct policy_source source;
	struct policy *policy;
	const struct tree *tree;	/* of the policy */
	bool is_confined;		/* see limits_confine() */
};

/*
 * Opens the repository and reads its policy, see policy_load(). What was found
 * before an error stays until place_release().
 */
int place_open(struct place *place, const struct options *options,
	       const struct push *push, struct error *err);

/* Finds the tree, see tree_find(). */
int place_find_tree(struct place *place, const struct options *options,
		    const struct push_target *target, struct error *err);

/* Accepts a zeroed struct. */
void place_release(struct place *place);

#endif
