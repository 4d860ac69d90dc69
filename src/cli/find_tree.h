/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_FIND_TREE_H
#define CLI_FIND_TREE_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/cli.h"
#include "git/repo.h"
#include "policy/policy.h"

/*
 * Whose repository this is.
 */

/*
 * The tree this repository is: by `url` (of a push; may be NULL), --tree, git
 * config treaty.tree, `repository =`. `*how` (may be NULL) tells by which.
 * Borrowed from the policy; NULL with the reason in `err`.
 */
const struct tree *tree_find(struct repo *repo, const struct policy *policy,
			     const struct options *options, const char *url,
			     const char **how, struct error *err);

/*
 * Whether the tree is left to the url of each push: the repository is a
 * working clone, nothing names its tree, and the policy has urls.
 */
bool tree_is_by_url(struct repo *repo, const struct policy *policy,
		    const struct options *options);

#endif
