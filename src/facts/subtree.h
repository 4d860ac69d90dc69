/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_SUBTREE_H
#define FACTS_SUBTREE_H

#include "base/buf.h"
#include "base/error.h"
#include "git/repo.h"

/*
 * Subtree merges: another history, put into a directory (git-merge(1), MERGE
 * STRATEGIES; git-subtree(1)).
 */
struct subtree_in {
	struct repo *repo;
	struct oid parents[2];		/* of the merge */
	const struct oid *trees;	/* the merge's, its parents', and those
					 * of their merge bases */
	size_t n_trees;			/* 3: the parents are unrelated */
};

/*
 * Appends to `dir` the directory that the second parent was put into; nothing
 * where the merge is no subtree merge. It is one if
 * - most of the paths in which it differs from its first parent are below the
 *   directory, and the second parent (or, of paths gone, a merge base) has them
 *   without the directory; and
 * - the parents are unrelated, or the first one's history has an earlier merge
 *   that brought the second one's history to the same directory.
 * Costs a comparison of two trees, and where most paths agree on a directory of
 * related histories a walk of the second one, and of the first one down to that
 * earlier merge.
 */
int subtree_find(const struct subtree_in *in, struct buf *dir,
		 struct error *err);

/* The tree of a directory; zero where there is none. */
int subtree_enter(struct repo *repo, const struct oid *tree, const char *dir,
		  struct oid *inner, struct error *err);

#endif
