/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_FIND_TREE_H
#define CLI_FIND_TREE_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/cli.h"
#include "git/repo.h"
#include "policy/policy.h"

/* Finds the tree to which a repository belongs. */

/* Where a push goes, in pre-push. */
struct push_target {
	const char *url;	/* as git names it */
	const char *known;	/* the spelling that a tree has, or NULL */
	bool is_trees;		/* whether any tree, or several, have it */
};

/*
 * Finds the tree of this repository by the target of a push (may be NULL),
 * --tree, git config treaty.tree, or `repository =`. `*how` (may be NULL) says
 * which of them. The tree is borrowed from the policy. Returns NULL and fills
 * `err` if none is found.
 */
const struct tree *tree_find(struct repo *repo, const struct policy *policy,
			     const struct options *options,
			     const struct push_target *target,
			     const char **how, struct error *err);

/*
 * Whether each push's URL decides the tree: the repository is a working clone,
 * nothing names its tree, and the policy has URLs.
 */
bool tree_is_by_url(struct repo *repo, const struct policy *policy,
		    const struct options *options);

#endif
