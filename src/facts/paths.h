/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_PATHS_H
#define FACTS_PATHS_H

#include "base/oid.h"
#include "base/strmap.h"
#include "facts/facts.h"
#include "git/merge.h"
#include "git/merge_base.h"
#include "git/object.h"
#include "git/repo.h"
#include "policy/owners.h"

/* What paths_look_ahead() has seen. */
struct merges_ahead {
	bool is_looking;		/* now: git is not asked yet */
	struct merge_pair *pairs;	/* what git has to be asked about */
	size_t n_pairs, cap_pairs;
	const struct tree *tree;	/* as this one sees them */
	struct oidmap plain;		/* these merges change nothing */
};

/*
 * The paths that a commit changes: a commit with one parent against it, a root
 * against the empty tree, a merge against what merging its parents gives, where
 * only paths foreign to a tree are looked at (and marker paths, wherever).
 */
struct commit_paths {
	struct repo *repo;
	const struct policy *policy;
	struct merge_scratch *scratch;
	struct merge_bases bases;
	struct owners owners;		/* of the directory looked at */
	const struct tree *judged_by;	/* see paths_find_judged() */
	struct strmap pruned;		/* directories: flags of enum prune */
	char **dirs;			/* its keys */
	size_t n_dirs, cap_dirs;
	bool marks_only;		/* the caller's: of a merge, only marker
					 * paths that it has count */
	/* The caller's, may be NULL: upstream's tips. What they have may come
	 * into a directory of others by a subtree merge. */
	const struct oid_list *upstream;
	struct merges_ahead ahead;
	/* Of the last commit asked about: */
	struct path_fact *v;
	size_t n, cap;
	struct buf names;		/* the paths, each with its NUL */
	struct buf subtree;		/* the directory that a merge put its
					 * second parent into, or empty */
	bool changes_own;		/* a directory of `judged_by` alone
					 * differs and was left out */
};

/*
 * `scratch` outlives it: once the repository reads its objects, they must stay
 * for as long as it is open.
 */
void paths_init(struct commit_paths *paths, struct repo *repo,
		const struct policy *policy, struct merge_scratch *scratch);

/*
 * Lists the paths that a commit, whose name is `oid`, changes, as `tree` sees
 * it. More than two million paths, or a merge that cannot be made again, is an
 * error.
 */
int paths_find(struct commit_paths *paths, const struct commit *commit,
	       const struct oid *oid, const struct tree *tree,
	       struct error *err);

/*
 * The same for the rules that judge commits: what lies in a directory in which
 * no path is foreign to `tree` or bears a mark is left out, and not even read.
 * Always the same tree.
 */
int paths_find_judged(struct commit_paths *paths, const struct commit *commit,
		      const struct oid *oid, const struct tree *tree,
		      struct error *err);

/*
 * The same for a commit with one parent or none whose trees are known: its own
 * and its parent's, zero where it has none.
 */
int paths_between(struct commit_paths *paths, const struct oid trees[2],
		  const struct oid *oid, const struct tree *tree,
		  struct error *err);

/*
 * Looks at merges that paths_find() will soon be asked about for the same
 * tree, so that one git makes all of those again that it has to. They need not
 * be all, nor in order: it only saves time. Errors are those of paths_find().
 */
int paths_look_ahead(struct commit_paths *paths, const struct oid *merges,
		     size_t n, const struct tree *tree, struct error *err);

/* Begins to look for merge bases anew, by a commit-graph that is new. */
void paths_restart(struct commit_paths *paths);

void paths_release(struct commit_paths *paths);

#endif
