/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MERGE_COMPARE_H
#define FACTS_MERGE_COMPARE_H

#include "facts/paths.h"
#include "git/tree_diff.h"

/*
 * One merge that is compared, path by path, with what merging its parents
 * gives. Only merge_paths.c, remerge.c and subtree_merge.c know it.
 */
struct merge_compare {
	struct commit_paths *paths;
	const struct tree *tree;
	struct owners owners;
	size_t n_parents;
	struct oid parents[2];		/* the first ones */
	struct oid *trees;		/* as merge_is_by_name() has them */
	size_t n_trees, cap_trees;
	size_t *n_bases;		/* of parent i + 1 with those before */
	bool has_inner;			/* after two merge bases of two parents,
					 * the one of these two */
	struct strmap conflicts;	/* paths of merge_again() */
	bool is_upstream;		/* the second parent, see
					 * subtree_merge.c */
	bool is_no_subtree;		/* says subtree_merge_compare() */
	size_t stops_at;		/* so many paths; 0: at the end */
	bool found;			/* a path that matters, or so many */
	bool may_be_renamed;		/* see merge_skip_merged() */
	bool is_open;			/* see merge_visit_merged() */
};

/* Whether a path is one of others'. */
int merge_is_foreign(struct merge_compare *m, const char *path, bool *is,
		     struct error *err);

/* Whether a path matters in a merge. */
int merge_is_watched(struct merge_compare *m, const char *path, bool *is,
		     struct error *err);

/*
 * Sides: the merge, its parents, and for each parent but the first its merge
 * bases with those before it, as in git's octopus merges. If there is one base
 * of two bases after these (`has_inner`), the two are merged first: only a file
 * that all three have and one of the two changed, where neither contents nor
 * renames can play a part. One parent after the other is merged into the first,
 * name by name: true where each name was changed by one of the two at most, and
 * the merge has what that gives.
 */
bool merge_is_by_name(const struct merge_compare *m,
		      const struct tree_entry *result,
		      const struct tree_entry *parents);

/*
 * For struct tree_diff: skips names for which merge_is_by_name() is true. Notes
 * in `may_be_renamed` that git, which looks for renames, may nevertheless see a
 * conflict: both sides may have renamed what neither has any more; and if one
 * side may have renamed a directory, git may want the other side's new files
 * in the renamed one.
 */
bool merge_skip_merged(void *ctx, const struct tree_entry *side, size_t n);

/*
 * The same sides: adds a path that matters, unless it is a file that both
 * parents changed and the merge has what merging them gives. Notes in `is_open`
 * if only git can tell what that is. Ends the comparison at `stops_at` paths,
 * with -1, and notes that in `found`.
 */
int merge_visit_merged(void *ctx, const char *path, size_t len,
		       const struct tree_entry *side, size_t n,
		       struct error *err);

#endif
