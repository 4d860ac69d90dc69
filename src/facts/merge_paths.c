/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/merge_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/subtree.h"
#include "git/conflict.h"
#include "git/history.h"
#include "git/treecmp.h"
#include "policy/govern.h"
#include "policy/owners.h"

/* Each parent of a merge is read along. Linux has a merge of 66. */
enum { MAX_PARENTS = 100 };

struct merge_compare {
	struct commit_paths *paths;
	const struct tree *tree;
	struct owners owners;
	size_t n_parents;
	struct oid *trees;		/* what is compared: see skip_merged() */
	size_t n_trees, cap_trees;
	size_t *n_bases;		/* of parent i + 1 with those before */
	struct strmap conflicts;	/* paths of merge_again() */
	bool is_upstream;		/* see visit_subtree() */
	bool found;
};

static int is_foreign(struct merge_compare *m, const char *path, bool *is,
		      struct error *err)
{
	if (owners_find(m->paths->policy, path, &m->owners, err))
		return -1;
	*is = owners_foreign(m->paths->policy, &m->owners, m->tree);
	return 0;
}

/* Whether a path matters in a merge. */
static int is_watched(struct merge_compare *m, const char *path, bool *is,
		      struct error *err)
{
	const struct value *marker;

	if (is_foreign(m, path, is, err))
		return -1;
	*is = *is || owners_have_tree(&m->owners, m->tree->section.name) ||
	      marked_path(m->paths->policy, path, &marker);
	return 0;
}

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
	return is_watched(m, path, &m->found, err) || m->found ? -1 : 0;
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

/* The entry that all of the bases agree on, or NULL. */
static const struct tree_entry *common_base(const struct tree_entry *bases,
					    size_t n)
{
	static const struct tree_entry none;

	for (size_t i = 1; i < n; i++)
		if (!tree_entry_equal(&bases[0], &bases[i]))
			return NULL;
	return n ? &bases[0] : &none;
}

/*
 * Sides: the merge, its parents, and for each parent but the first its merge
 * bases with those before it, as in git's octopus merges. One parent after the
 * other is merged into the first, name by name: true where each name was
 * changed by one of the two at most, and the merge has what that gives.
 */
static bool merges_by_name(const struct merge_compare *m,
			   const struct tree_entry *result,
			   const struct tree_entry *parents)
{
	const struct tree_entry *now = &parents[0];
	const struct tree_entry *bases = parents + m->n_parents;

	for (size_t i = 1; i < m->n_parents; i++) {
		const struct tree_entry *other = &parents[i];
		const struct tree_entry *base =
			common_base(bases, m->n_bases[i - 1]);

		bases += m->n_bases[i - 1];
		if (tree_entry_equal(now, other))
			continue;
		if (base && tree_entry_equal(now, base))
			now = other;
		else if (!base || !tree_entry_equal(other, base))
			return false;
	}
	return tree_entry_equal(result, now);
}

static bool skip_merged(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)n;
	return merges_by_name(ctx, &side[0], &side[1]);
}

/* Whether a file that both sides changed is what merging them gives. */
static int merges_cleanly(struct merge_compare *m,
			  const struct tree_entry *side, bool *clean,
			  struct error *err)
{
	const struct tree_entry *base =
		common_base(side + 1 + m->n_parents, m->n_bases[0]);
	struct merge_file file;
	bool merges;

	*clean = false;
	if (m->n_parents != 2 || !base || !mode_is_file(base->mode))
		return 0;
	for (size_t i = 0; i <= 2; i++)
		if (side[i].mode != base->mode)
			return 0;
	file = (struct merge_file){ .base = base->oid, .ours = side[1].oid,
				    .theirs = side[2].oid,
				    .result = side[0].oid };
	return merge_file_gives(m->paths->repo, &file, &merges, clean, err);
}

static int visit_merged(void *ctx, const char *path, size_t len,
			const struct tree_entry *side, size_t n,
			struct error *err)
{
	struct merge_compare *m = ctx;
	bool watched, clean;

	(void)n;
	if (is_watched(m, path, &watched, err))
		return -1;
	if (!watched)
		return 0;
	if (merges_cleanly(m, side, &clean, err))
		return -1;
	if (clean)
		return 0;
	return paths_add(m->paths, path, len, PATH_MERGE_CHANGED,
			side[0].mode, err);
}

/* Borrows the paths, each with a NUL at its end. */
static void know_conflicts(struct merge_compare *m, const struct buf *paths)
{
	const char *p = buf_str(paths), *end = p + paths->len;

	for (; p < end && *p; p += strlen(p) + 1)
		strmap_put(&m->conflicts, p, 0);
}

/* Whether the text around the conflicts of a file stands as git left it. */
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
 * Whether the author of a conflicting merge has only resolved the conflict: in
 * a file that git could merge in part, by what stands in the place of the
 * conflicts; in anything else by taking what one of the parents has.
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
	if (is_watched(m, path, &watched, err))
		return -1;
	if (!watched)
		return 0;
	if (is_resolution(m, path, side, &resolution, err))
		return -1;
	return paths_add(m->paths, path, len, resolution ? PATH_RESOLVED :
			 PATH_MERGE_CHANGED, side[0].mode, err);
}

/* Whether a path that the parents or the merge have not alike matters. */
static int find_any(struct merge_compare *m, const struct treecmp *cmp,
		    bool *any, struct error *err)
{
	int rc;

	m->found = false;
	rc = treecmp(m->paths->repo, m->trees, 1 + m->n_parents, cmp, err);
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

/*
 * What the names alone leave open, git's own merge decides. Sides: the merge,
 * what git makes of it, the two parents.
 */
static int compare_again(struct merge_compare *m, const struct commit *commit,
			 struct error *err)
{
	const struct treecmp cmp = { .skip = treecmp_skip_equal,
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
		rc = treecmp(m->paths->repo, trees, ARRAY_SIZE(trees), &cmp,
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
	       merges_by_name(ctx, &side[0], &side[2]);
}

static int compare_octopus(struct merge_compare *m,
			   const struct commit *commit, struct error *err)
{
	const struct treecmp cmp = { .skip = skip_octopus,
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
		rc = treecmp(m->paths->repo, trees, m->n_trees + 1, &cmp, err);
	free(trees);
	strmap_release(&m->conflicts);
	buf_release(&conflicts);
	return rc;
}

/* Subtrees */

/* A path below the directory of the subtree merge; the caller releases it. */
static struct buf below(struct merge_compare *m, const char *path)
{
	struct buf whole = BUF_INIT;

	buf_addf(&whole, "%s/%s", buf_str(&m->paths->subtree), path);
	return whole;
}

/*
 * The commits of the other side were judged by their own paths, if at all: a
 * subtree merge moves them. Unless they are upstream's, they may change no path
 * of others there: visit_moved() sees to these.
 */
static int visit_subtree(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	struct merge_compare *m = ctx;
	struct buf whole = below(m, path);
	bool foreign = false;
	int rc = 0;

	(void)len;
	if (!m->is_upstream)
		rc = is_foreign(m, buf_str(&whole), &foreign, err);
	if (!rc && !foreign)
		rc = visit_merged(ctx, buf_str(&whole), whole.len, side, n,
				  err);
	buf_release(&whole);
	return rc;
}

static int visit_moved(void *ctx, const char *path, size_t len,
		       const struct tree_entry *side, size_t n,
		       struct error *err)
{
	struct merge_compare *m = ctx;
	struct buf whole = below(m, path);
	bool foreign;
	int rc = is_foreign(m, buf_str(&whole), &foreign, err);

	(void)len;
	(void)n;
	if (!rc && foreign)
		rc = paths_add(m->paths, buf_str(&whole), whole.len,
			       PATH_MERGE_CHANGED, side[0].mode, err);
	buf_release(&whole);
	return rc;
}

static bool prune_subtree(void *ctx, const char *path, size_t len)
{
	struct merge_compare *m = ctx;

	return len == m->paths->subtree.len &&
	       !memcmp(path, buf_str(&m->paths->subtree), len);
}

/* Whether the other side has changed a name since a merge base. */
static bool is_changed(const struct merge_compare *m,
		       const struct tree_entry *side)
{
	for (size_t i = 0; i < m->n_bases[0]; i++)
		if (tree_entry_equal(&side[2], &side[3 + i]))
			return false;
	return m->n_bases[0];
}

/* Whether the merge has a name as the first parent has, who alone changed it. */
static bool skip_kept(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)n;
	return tree_entry_equal(&side[0], &side[1]) && !is_changed(ctx, side);
}

/* Whether the other side's new file is where the subtree merge puts it. */
static int was_moved(struct merge_compare *m, const char *path,
		     const struct tree_entry *side, bool *moved,
		     struct error *err)
{
	struct buf whole = below(m, path);
	struct oid oid;
	bool found;
	int rc = subtree_entry(m->paths->repo, &m->trees[0], buf_str(&whole),
			       &oid, &found, err);

	*moved = !rc && found && oid_equal(&oid, &side[2].oid);
	buf_release(&whole);
	return rc;
}

/*
 * Whether the first parent's file is what git would leave there, now that the
 * other side has changed the file too.
 */
static int is_result(struct merge_compare *m, const char *path,
		     const struct tree_entry *side, bool *is,
		     struct error *err)
{
	bool clean = false, gives = false;

	*is = true;
	for (size_t i = 0; *is && i < m->n_bases[0]; i++) {
		const struct tree_entry *base = &side[3 + i];
		const struct merge_file file = {
			.base = base->oid, .ours = side[1].oid,
			.theirs = side[2].oid, .result = side[1].oid,
		};

		if (tree_entry_equal(&side[1], base)) {
			*is = false;
			return base->mode ? 0 :
			       was_moved(m, path, side, is, err);
		}
		if (!mode_is_file(base->mode) || !mode_is_file(side[1].mode) ||
		    !mode_is_file(side[2].mode))
			continue;
		if (merge_file_gives(m->paths->repo, &file, &clean, &gives, err))
			return -1;
		*is = !clean || gives;
	}
	return 0;
}

static int visit_outside(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	struct merge_compare *m = ctx;
	bool watched, kept = false;

	(void)n;
	if (is_watched(m, path, &watched, err))
		return -1;
	if (watched && tree_entry_equal(&side[0], &side[1]) &&
	    is_result(m, path, side, &kept, err))
		return -1;
	return watched && !kept ?
	       paths_add(m->paths, path, len, PATH_MERGE_CHANGED,
			 side[0].mode, err) : 0;
}

/*
 * Within the directory the merge is compared as any other, name by name. Outside
 * of it, it must be as the first parent is, and yet drop nothing that git would
 * have merged there: histories that are related in other ways too bring changes
 * that are not meant for the directory.
 */
static int compare_subtree(struct merge_compare *m, struct error *err)
{
	const struct treecmp inside = { .skip = skip_merged,
					.visit = visit_subtree, .ctx = m };
	const struct treecmp moved = { .skip = treecmp_skip_equal,
				       .visit = visit_moved, .ctx = m };
	const struct treecmp outside = { .skip = skip_kept,
					 .prune = prune_subtree,
					 .visit = visit_outside, .ctx = m };
	const char *dir = buf_str(&m->paths->subtree);
	struct repo *repo = m->paths->repo;
	struct oid *inner = xcalloc(m->n_trees, sizeof(*inner));
	int rc = 0;

	memcpy(inner, m->trees, m->n_trees * sizeof(*inner));
	for (size_t i = 0; !rc && i < 2; i++)
		rc = subtree_enter(repo, &m->trees[i], dir, &inner[i], err);
	if (!rc)
		rc = treecmp(repo, inner, m->n_trees, &inside, err);
	if (!rc && !m->is_upstream)
		rc = treecmp(repo, inner, 2, &moved, err);
	if (!rc)
		rc = treecmp(repo, m->trees, m->n_trees, &outside, err);
	free(inner);
	return rc;
}

/* Whether the second parent is upstream's: then it may change anything. */
static int find_upstream(struct merge_compare *m, const struct oid *parent,
			 struct error *err)
{
	const struct oid_list *upstream = m->paths->upstream;

	m->is_upstream = false;
	if (!upstream || !upstream->n)
		return 0;
	return history_contains(m->paths->repo, upstream->v, upstream->n,
				parent, &m->is_upstream, err);
}

/*
 * Where the merge is a subtree merge, makes a new list of its paths, and names
 * the directory in `subtree`.
 */
static int try_subtree(struct merge_compare *m, const struct commit *commit,
		       struct error *err)
{
	const struct subtree_in in = {
		.repo = m->paths->repo,
		.parents = { commit_parent(commit, 0),
			     commit_parent(commit, 1) },
		.trees = m->trees, .n_trees = m->n_trees,
	};
	struct buf dir = BUF_INIT;
	int rc = subtree_find(&in, &dir, err);

	if (!rc && dir.len) {
		paths_reset(m->paths);
		buf_add(&m->paths->subtree, dir.ptr, dir.len);
		rc = find_upstream(m, &in.parents[1], err);
		if (!rc)
			rc = compare_subtree(m, err);
	}
	buf_release(&dir);
	return rc;
}

static bool has_marker_path(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_trees; i++)
		if (policy->trees[i].marker_path.n)
			return true;
	return false;
}

/*
 * Whether anybody asks what a closer look would show. A marker path that all of
 * the parents have alike would be so in any merge of them.
 */
static int is_asked(struct merge_compare *m, bool *asked, struct error *err)
{
	const struct treecmp cmp = { .skip = skip_all_equal,
				     .visit = visit_mark, .ctx = m };

	*asked = !m->paths->marks_only;
	if (*asked || !has_marker_path(m->paths->policy))
		return 0;
	return find_any(m, &cmp, asked, err);
}

/* What comparing names has left open. */
static int look_closer(struct merge_compare *m, const struct commit *commit,
		       struct error *err)
{
	struct commit_paths *c = m->paths;
	bool asked;

	if (is_asked(m, &asked, err))
		return -1;
	if (!asked) {
		paths_reset(c);
		return 0;
	}
	if (m->n_parents > 2)
		return compare_octopus(m, commit, err);
	if (try_subtree(m, commit, err))
		return -1;
	return c->subtree.len ? 0 : compare_again(m, commit, err);
}

static int compare_merge(struct merge_compare *m, const struct commit *commit,
			 struct error *err)
{
	const struct treecmp any = { .skip = skip_all_equal,
				     .visit = visit_watched, .ctx = m };
	const struct treecmp cmp = { .skip = skip_merged, .visit = visit_merged,
				     .ctx = m };
	bool touches;

	GROW(m->trees, m->n_trees, m->cap_trees);
	m->trees[m->n_trees++] = commit->tree;
	if (m->n_parents > MAX_PARENTS)
		return error_set(err, "a merge of %zu commits is too large to "
				 "be judged", m->n_parents);
	for (size_t i = 0; i < m->n_parents; i++) {
		struct oid parent = commit_parent(commit, i);

		if (add_tree(m, &parent, err))
			return -1;
	}
	/* Most merges touch nothing that matters. */
	if (find_any(m, &any, &touches, err))
		return -1;
	if (!touches)
		return 0;
	if (add_bases(m, commit, err) ||
	    treecmp(m->paths->repo, m->trees, m->n_trees, &cmp, err))
		return -1;
	return m->paths->n ? look_closer(m, commit, err) : 0;
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
