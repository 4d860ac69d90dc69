/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/merge_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/merge_compare.h"
#include "facts/remerge.h"
#include "facts/subtree_merge.h"
#include "policy/govern.h"
#include "policy/owners.h"

/*
 * All parents of a merge are compared at once: Linux has a merge of 66. For
 * MANY_OPEN see compare_names().
 */
enum { MAX_PARENTS = 100, MANY_OPEN = 64 };

static bool skip_all_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	for (size_t i = 1; i < n; i++)
		if (!tree_entry_equal(&side[0], &side[i]))
			return false;
	return true;
}

/* Ends the comparison at the first path that matters. */
static int visit_watched(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	struct merge_compare *m = ctx;

	(void)len;
	(void)side;
	(void)n;
	return merge_is_watched(m, path, &m->found, err) || m->found ? -1 : 0;
}

/* The same for a marker path that the merge has. */
static int visit_mark(void *ctx, const char *path, size_t len,
		      const struct tree_entry *side, size_t n,
		      struct error *err)
{
	struct merge_compare *m = ctx;
	const struct value *marker;

	(void)len;
	(void)n;
	(void)err;
	m->found = side[0].mode &&
		   marked_path(m->paths->policy, path, &marker);
	return m->found ? -1 : 0;
}

/* Whether any path in which the merge and its parents differ matters. */
static int find_any(struct merge_compare *m, const struct tree_diff *cmp,
		    bool *any, struct error *err)
{
	int rc;

	m->found = false;
	rc = tree_diff(m->paths->repo, m->trees, 1 + m->n_parents, cmp, err);
	*any = m->found;
	return rc && !m->found ? -1 : 0;
}

static int add_tree(struct merge_compare *m, const struct oid *commit,
		    struct error *err)
{
	GROW(m->trees, m->n_trees, m->cap_trees);
	return repo_commit_tree(m->paths->repo, commit, &m->trees[m->n_trees++],
				err);
}

static int add_bases(struct merge_compare *m, const struct commit *commit,
		     struct error *err)
{
	struct merge_bases *bases = &m->paths->bases;
	struct oid *parents = xcalloc(m->n_parents, sizeof(*parents));
	int rc = 0;

	parents[0] = commit_parent(commit, 0);
	for (size_t i = 1; !rc && i < m->n_parents; i++) {
		parents[i] = commit_parent(commit, i);
		rc = merge_bases_find(bases, parents, i, &parents[i], err);
		m->n_bases[i - 1] = bases->n_found;
		for (size_t b = 0; !rc && b < bases->n_found; b++)
			rc = add_tree(m, &bases->found[b], err);
	}
	free(parents);
	return rc;
}

/* If there are two bases, finds theirs: git merges them first. */
static int add_inner_base(struct merge_compare *m, struct error *err)
{
	struct merge_bases *bases = &m->paths->bases;
	struct oid of[2];

	if (m->n_parents != 2 || m->n_bases[0] != 2)
		return 0;
	memcpy(of, bases->found, sizeof(of));
	if (merge_bases_find(bases, &of[0], 1, &of[1], err))
		return -1;
	m->has_inner = bases->n_found == 1;
	return m->has_inner ? add_tree(m, &bases->found[0], err) : 0;
}

static bool has_marker_path(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_trees; i++)
		if (policy->trees[i].marker_path.n)
			return true;
	return false;
}

/*
 * Whether any rule asks what the merge changes: all of it, or only marker
 * paths. If all parents have a marker path alike, so has any merge of them.
 */
static int is_asked(struct merge_compare *m, bool *asked, struct error *err)
{
	const struct tree_diff cmp = { .skip = skip_all_equal,
				       .visit = visit_mark, .ctx = m };

	*asked = !m->paths->marks_only;
	return *asked ? 0 : find_any(m, &cmp, asked, err);
}

static int add_trees(struct merge_compare *m, const struct commit *commit,
		     struct error *err)
{
	GROW(m->trees, m->n_trees, m->cap_trees);
	m->trees[m->n_trees++] = commit->tree;
	for (size_t i = 0; i < m->n_parents; i++) {
		struct oid parent = commit_parent(commit, i);

		if (i < ARRAY_SIZE(m->parents))
			m->parents[i] = parent;
		if (add_tree(m, &parent, err))
			return -1;
	}
	return 0;
}

/*
 * Where paths are left open: if it is a subtree merge, sets `paths->subtree`,
 * and lists the paths of that instead.
 */
static int look_for_subtree(struct merge_compare *m,
			    const struct commit *commit, struct error *err)
{
	bool has_inner = m->has_inner;
	int rc;

	if (m->n_parents != 2 || m->is_no_subtree)
		return 0;
	/* It knows only the parents and their bases. */
	m->n_trees -= has_inner;
	m->has_inner = false;
	rc = subtree_merge_compare(m, commit, err);
	m->n_trees += has_inner;
	m->has_inner = has_inner;
	m->is_no_subtree = !m->paths->subtree.len;
	return rc;
}

/*
 * Compares names, and the files that both sides changed. Where many paths are
 * open, it may be a subtree merge, in which most of them need not be compared:
 * so that is found out before the rest is.
 */
static int compare_names(struct merge_compare *m, const struct commit *commit,
			 struct error *err)
{
	const struct tree_diff cmp = { .skip = merge_skip_merged,
				       .visit = merge_visit_merged, .ctx = m };
	struct repo *repo = m->paths->repo;
	int rc;

	m->found = false;
	m->stops_at = m->n_parents == 2 ? MANY_OPEN : 0;
	rc = tree_diff(repo, m->trees, m->n_trees, &cmp, err);
	m->stops_at = 0;
	if (!m->found)
		return rc;
	if (look_for_subtree(m, commit, err))
		return -1;
	if (m->paths->subtree.len)
		return 0;
	paths_reset(m->paths);
	return tree_diff(repo, m->trees, m->n_trees, &cmp, err);
}

/* What comparing names has left open. */
static int look_closer(struct merge_compare *m, const struct commit *commit,
		       struct error *err)
{
	if (m->paths->n && look_for_subtree(m, commit, err))
		return -1;
	/* What follows knows only the parents and their bases. */
	m->n_trees -= m->has_inner;
	m->has_inner = false;
	return m->paths->subtree.len || (!m->is_open && !m->may_be_renamed) ?
	       0 : remerge_compare(m, commit, err);
}

static int compare_merge(struct merge_compare *m, const struct commit *commit,
			 struct error *err)
{
	const struct tree_diff any = { .skip = skip_all_equal,
				       .visit = visit_watched, .ctx = m };
	bool asked, touches;

	if (m->n_parents > MAX_PARENTS)
		return error_set(err, "a merge of %zu commits is too large to "
				 "be judged", m->n_parents);
	if (m->paths->marks_only && !has_marker_path(m->paths->policy))
		return 0;
	if (add_trees(m, commit, err) || is_asked(m, &asked, err))
		return -1;
	if (!asked)
		return 0;
	/* Most merges touch nothing that matters. */
	if (find_any(m, &any, &touches, err))
		return -1;
	if (!touches)
		return 0;
	if (add_bases(m, commit, err) || add_inner_base(m, err) ||
	    compare_names(m, commit, err))
		return -1;
	return !m->paths->subtree.len && (m->paths->n || m->may_be_renamed) ?
	       look_closer(m, commit, err) : 0;
}

int merge_paths_find(struct commit_paths *c, const struct commit *commit,
		     const struct tree *tree, struct error *err)
{
	struct merge_compare m = { .paths = c, .tree = tree,
				   .n_parents = commit->n_parents };
	int rc;

	m.n_bases = xcalloc(m.n_parents, sizeof(*m.n_bases));
	rc = compare_merge(&m, commit, err);
	owners_release(&m.owners);
	free(m.n_bases);
	free(m.trees);
	return rc;
}
