/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/remerge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/merge_paths.h"
#include "git/conflict.h"

/* Borrows the paths, each with a NUL at its end. */
static void know_conflicts(struct merge_compare *m, const struct buf *paths)
{
	const char *p = buf_str(paths), *end = p + paths->len;

	for (; p < end && *p; p += strlen(p) + 1)
		strmap_put(&m->conflicts, p, 0);
}

/* Whether the text around a file's conflicts is as git left it. */
static int fits(struct merge_compare *m, const struct tree_entry *side,
		bool *is, struct error *err)
{
	struct object result, merged;

	if (repo_read(m->paths->repo, &side[0].oid, OBJECT_BLOB, &result,
		      err))
		return -1;
	if (repo_read(m->paths->repo, &side[1].oid, OBJECT_BLOB, &merged,
		      err)) {
		object_release(&result);
		return -1;
	}
	*is = conflict_fits(merged.data, merged.len, result.data, result.len);
	object_release(&result);
	object_release(&merged);
	return 0;
}

/* Whether the merge has what a parent has, unless all of them have files. */
static bool is_choice(const struct merge_compare *m,
		      const struct tree_entry *side)
{
	bool files = true, chosen = false;

	for (size_t i = 2; i < 2 + m->n_parents; i++) {
		files &= mode_is_file(side[i].mode);
		chosen |= tree_entry_equal(&side[0], &side[i]);
	}
	return chosen && !files;
}

/*
 * Whether the author of a conflicting merge has only resolved the conflict. In
 * a file that git could merge in part, only the conflicts may differ from git's
 * merge. Anything else must be as in one of the parents.
 */
static int is_resolution(struct merge_compare *m, const char *path,
			 const struct tree_entry *side, bool *is,
			 struct error *err)
{
	*is = false;
	if (strmap_get(&m->conflicts, path) < 0)
		return 0;
	if (mode_is_file(side[0].mode) && side[0].mode == side[1].mode &&
	    fits(m, side, is, err))
		return -1;
	*is = *is || is_choice(m, side);
	return 0;
}

static int visit_again(void *ctx, const char *path, size_t len,
		       const struct tree_entry *side, size_t n,
		       struct error *err)
{
	struct merge_compare *m = ctx;
	bool watched, resolution;

	(void)n;
	if (merge_is_watched(m, path, &watched, err))
		return -1;
	if (!watched)
		return 0;
	if (is_resolution(m, path, side, &resolution, err))
		return -1;
	return paths_add(m->paths, path, len, resolution ? PATH_RESOLVED :
			 PATH_MERGE_CHANGED, side[0].mode, err);
}

/* Sides: the merge, what git makes of it, the two parents. */
static int compare_pair(struct merge_compare *m, const struct commit *commit,
			struct error *err)
{
	const struct tree_diff cmp = { .skip = tree_diff_skip_equal,
				       .visit = visit_again, .ctx = m };
	struct oid trees[4] = { commit->tree, commit->tree, m->trees[1],
				m->trees[2] };
	const struct merge_pair pair = { commit_parent(commit, 0),
					 commit_parent(commit, 1) };
	struct merges_ahead *ahead = &m->paths->ahead;
	struct buf conflicts = BUF_INIT;
	int rc;

	if (ahead->is_looking) {
		GROW(ahead->pairs, ahead->n_pairs, ahead->cap_pairs);
		ahead->pairs[ahead->n_pairs++] = pair;
		return 0;
	}
	rc = merge_again(m->paths->repo, m->paths->scratch, &pair,
			 &trees[1], &conflicts, err);
	know_conflicts(m, &conflicts);
	paths_reset(m->paths);
	if (!rc)
		rc = tree_diff(m->paths->repo, trees, ARRAY_SIZE(trees), &cmp,
			       err);
	strmap_release(&m->conflicts);
	buf_release(&conflicts);
	return rc;
}

/* Octopus merges */

/*
 * Merges one parent after the other, as git-merge-octopus does: `*tree` is what
 * that gives, `conflicts` has the paths that conflicted on the way.
 */
static int merge_one_by_one(struct merge_compare *m,
			    const struct commit *commit, struct oid *tree,
			    struct buf *conflicts, struct error *err)
{
	struct repo *repo = m->paths->repo;
	struct merge_scratch *scratch = m->paths->scratch;
	struct merge_pair pair = { .a = commit_parent(commit, 0) };

	for (size_t i = 1; i < m->n_parents; i++) {
		pair.b = commit_parent(commit, i);
		if (merge_again(repo, scratch, &pair, tree, conflicts, err))
			return -1;
		if (i + 1 < m->n_parents &&
		    merge_commit(repo, scratch, &pair, tree, &pair.a, err))
			return -1;
	}
	return 0;
}

/* Sides: the merge, what git makes of it, its parents and their bases. */
static bool skip_octopus(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)n;
	return tree_entry_equal(&side[0], &side[1]) ||
	       merge_is_by_name(ctx, &side[0], &side[2]);
}

static int compare_octopus(struct merge_compare *m,
			   const struct commit *commit, struct error *err)
{
	const struct tree_diff cmp = { .skip = skip_octopus,
				       .visit = visit_again, .ctx = m };
	struct buf conflicts = BUF_INIT;
	struct oid *trees, merged;
	int rc;

	if (m->paths->ahead.is_looking)
		return 0;
	rc = merge_one_by_one(m, commit, &merged, &conflicts, err);
	know_conflicts(m, &conflicts);
	paths_reset(m->paths);
	trees = xcalloc(m->n_trees + 1, sizeof(*trees));
	trees[0] = m->trees[0];
	trees[1] = merged;
	memcpy(trees + 2, m->trees + 1, (m->n_trees - 1) * sizeof(*trees));
	if (!rc)
		rc = tree_diff(m->paths->repo, trees, m->n_trees + 1, &cmp,
			       err);
	free(trees);
	strmap_release(&m->conflicts);
	buf_release(&conflicts);
	return rc;
}

int remerge_compare(struct merge_compare *m, const struct commit *commit,
		    struct error *err)
{
	return m->n_parents > 2 ? compare_octopus(m, commit, err) :
				  compare_pair(m, commit, err);
}
