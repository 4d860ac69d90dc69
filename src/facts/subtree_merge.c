/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/subtree_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/merge_paths.h"
#include "facts/subtree.h"
#include "git/conflict.h"
#include "git/history.h"
#include "git/merge_file.h"

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
		rc = merge_is_foreign(m, buf_str(&whole), &foreign, err);
	if (!rc && !foreign)
		rc = merge_visit_merged(ctx, buf_str(&whole), whole.len, side,
					n, err);
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
	int rc = merge_is_foreign(m, buf_str(&whole), &foreign, err);

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

/*
 * Whether the merge has a name as in the first parent, which alone changed it.
 */
static bool skip_kept(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)n;
	return tree_entry_equal(&side[0], &side[1]) && !is_changed(ctx, side);
}

/* Whether the other side's new file is where the subtree merge puts it. */
static bool was_moved(const struct merge_compare *m,
		      const struct tree_entry *side)
{
	const struct tree_entry *moved = &side[3 + m->n_bases[0]];

	return moved->mode && oid_equal(&moved->oid, &side[2].oid);
}

/*
 * Whether the first parent's file is what git would leave there, now that the
 * other side has changed the file too.
 */
static int is_result(struct merge_compare *m, const struct tree_entry *side,
		     bool *is, struct error *err)
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
			*is = !base->mode && was_moved(m, side);
			return 0;
		}
		if (!mode_is_file(base->mode) || !mode_is_file(side[1].mode) ||
		    !mode_is_file(side[2].mode))
			continue;
		if (merge_file_gives(m->paths->repo, &file, &clean, &gives,
				     err))
			return -1;
		*is = !clean || gives;
	}
	return 0;
}

/*
 * Sides: the merge, its parents, their bases, and the directory in the merge.
 */
static int visit_outside(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	struct merge_compare *m = ctx;
	bool same = tree_entry_equal(&side[0], &side[1]);
	bool merges = mode_is_file(side[1].mode), watched, kept = false;

	(void)n;
	/* Unless files are merged, owners take longer to find. */
	if (same && !merges && is_result(m, side, &kept, err))
		return -1;
	if (kept)
		return 0;
	if (merge_is_watched(m, path, &watched, err))
		return -1;
	if (watched && same && merges && is_result(m, side, &kept, err))
		return -1;
	return watched && !kept ?
	       paths_add(m->paths, path, len, PATH_MERGE_CHANGED,
			 side[0].mode, err) : 0;
}

/*
 * Within the directory the merge is compared as any other, name by name.
 * Outside of it, it must be as the first parent is, and yet drop nothing that
 * git would have merged there: histories that are related in other ways too
 * bring changes that are not meant for the directory.
 */
static int compare_subtree(struct merge_compare *m, struct error *err)
{
	const struct tree_diff inside = { .skip = merge_skip_merged,
					  .visit = visit_subtree, .ctx = m };
	const struct tree_diff moved = { .skip = tree_diff_skip_equal,
					 .visit = visit_moved, .ctx = m };
	const struct tree_diff outside = { .skip = skip_kept,
					   .prune = prune_subtree,
					   .visit = visit_outside, .ctx = m };
	const char *dir = buf_str(&m->paths->subtree);
	struct repo *repo = m->paths->repo;
	struct oid *inner = xcalloc(m->n_trees, sizeof(*inner));
	struct oid *outer = xcalloc(m->n_trees + 1, sizeof(*outer));
	int rc = 0;

	memcpy(inner, m->trees, m->n_trees * sizeof(*inner));
	memcpy(outer, m->trees, m->n_trees * sizeof(*outer));
	for (size_t i = 0; !rc && i < 2; i++)
		rc = subtree_enter(repo, &m->trees[i], dir, &inner[i], err);
	if (!rc)
		rc = tree_diff(repo, inner, m->n_trees, &inside, err);
	if (!rc && !m->is_upstream)
		rc = tree_diff(repo, inner, 2, &moved, err);
	outer[m->n_trees] = inner[0];
	if (!rc)
		rc = tree_diff(repo, outer, m->n_trees + 1, &outside, err);
	free(inner);
	free(outer);
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

int subtree_merge_compare(struct merge_compare *m, const struct commit *commit,
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
