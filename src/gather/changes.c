/* SPDX-License-Identifier: GPL-2.0-only */
#include "gather/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/conflict.h"
#include "git/treecmp.h"
#include "policy/govern.h"
#include "policy/owners.h"

/*
 * More could exhaust memory: a small tree can spell many paths, and each parent
 * of a merge is read along. Linux has a merge of 66.
 */
enum { MAX_PATHS = 2000000, MAX_PARENTS = 100 };

static int add_path(struct changes *c, const char *path, size_t len,
		    enum path_kind kind, bool exists, struct error *err)
{
	if (c->n == MAX_PATHS)
		return error_set(err, "the commit changes more than %d paths",
				 MAX_PATHS);
	GROW(c->paths, c->n, c->cap);
	/* The names may still move: keep the offset until they are all in. */
	c->paths[c->n++] = (struct path_fact){
		.path = (const char *)(uintptr_t)c->names.len,
		.kind = kind, .exists = exists,
	};
	buf_add(&c->names, path, len);
	buf_addch(&c->names, '\0');
	return 0;
}

static void reset(struct changes *c)
{
	c->n = 0;
	buf_reset(&c->names);
}

static void fix_names(struct changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->paths[i].path = c->names.ptr + (uintptr_t)c->paths[i].path;
}

/* Commits that are no merge */

static bool skip_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	(void)n;
	return entry_equal(&side[0], &side[1]);
}

static int visit_changed(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	(void)n;
	return add_path(ctx, path, len, PATH_CHANGED, side[0].mode, err);
}

static int find_plain(struct changes *c, const struct commit *commit,
		      struct error *err)
{
	const struct treecmp cmp = { .skip = skip_equal, .visit = visit_changed,
				     .ctx = c };
	struct oid trees[2] = { commit->tree }, parent;

	if (commit->n_parents) {
		parent = commit_parent(commit, 0);
		if (repo_commit_tree(c->repo, &parent, &trees[1], err))
			return -1;
	}
	return treecmp(c->repo, trees, 2, &cmp, err);
}

/* Merges */

struct merge_compare {
	struct changes *changes;
	const struct tree *tree;
	struct owners owners;
	size_t n_parents;
	struct oid *trees;		/* what is compared: see skip_merged() */
	size_t n_trees, cap_trees;
	size_t *n_bases;		/* of parent i + 1 with those before */
	const struct buf *conflicts;	/* see merge_again() */
	bool found;
};

/* Whether a path matters in a merge. */
static bool is_watched(struct merge_compare *m, const char *path)
{
	const struct policy *policy = m->changes->policy;
	const struct value *marker;

	owners_find(policy, path, &m->owners);
	if (owners_foreign(policy, &m->owners, m->tree) ||
	    owners_have_tree(&m->owners, m->tree->section.name))
		return true;
	return marked_path(policy, path, &marker);
}

static bool skip_all_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	for (size_t i = 1; i < n; i++)
		if (!entry_equal(&side[0], &side[i]))
			return false;
	return true;
}

/* Ends the comparison at the first path that matters. */
static int visit_any(void *ctx, const char *path, size_t len,
		     const struct tree_entry *side, size_t n,
		     struct error *err)
{
	struct merge_compare *m = ctx;

	(void)len;
	(void)side;
	(void)n;
	(void)err;
	m->found = is_watched(m, path);
	return m->found ? -1 : 0;
}

/* The entry that all of the bases agree on, or NULL. */
static const struct tree_entry *common_base(const struct tree_entry *bases,
					    size_t n)
{
	static const struct tree_entry none;

	for (size_t i = 1; i < n; i++)
		if (!entry_equal(&bases[0], &bases[i]))
			return NULL;
	return n ? &bases[0] : &none;
}

/*
 * Sides: the merge, its parents, and for each parent but the first its merge
 * bases with those before it, as in git's octopus merges. One parent after the
 * other is merged into the first, name by name: true where each name was
 * changed by one of the two at most, and the merge has what that gives.
 */
static bool skip_merged(void *ctx, const struct tree_entry *side, size_t n)
{
	const struct merge_compare *m = ctx;
	const struct tree_entry *now = &side[1];
	const struct tree_entry *bases = side + 1 + m->n_parents;

	(void)n;
	for (size_t i = 1; i < m->n_parents; i++) {
		const struct tree_entry *other = &side[1 + i];
		const struct tree_entry *base =
			common_base(bases, m->n_bases[i - 1]);

		bases += m->n_bases[i - 1];
		if (entry_equal(now, other))
			continue;
		if (base && entry_equal(now, base))
			now = other;
		else if (!base || !entry_equal(other, base))
			return false;
	}
	return entry_equal(&side[0], now);
}

/* Whether a file that both sides changed is what merging them gives. */
static int merges_cleanly(struct merge_compare *m,
			  const struct tree_entry *side, bool *clean,
			  struct error *err)
{
	const struct tree_entry *base =
		common_base(side + 1 + m->n_parents, m->n_bases[0]);
	struct merge_file file;

	*clean = false;
	if (m->n_parents != 2 || !base || !mode_is_file(base->mode))
		return 0;
	for (size_t i = 0; i <= 2; i++)
		if (side[i].mode != base->mode)
			return 0;
	file = (struct merge_file){ .base = base->oid, .ours = side[1].oid,
				    .theirs = side[2].oid,
				    .result = side[0].oid };
	return merge_file_gives(m->changes->repo, &file, clean, err);
}

static int visit_merged(void *ctx, const char *path, size_t len,
			const struct tree_entry *side, size_t n,
			struct error *err)
{
	struct merge_compare *m = ctx;
	bool clean;

	(void)n;
	if (!is_watched(m, path))
		return 0;
	if (merges_cleanly(m, side, &clean, err))
		return -1;
	if (clean)
		return 0;
	return add_path(m->changes, path, len, PATH_MERGE_CHANGED,
			side[0].mode, err);
}

static bool is_conflict(const struct buf *conflicts, const char *path)
{
	const char *p = buf_str(conflicts), *end = p + conflicts->len;

	for (; p < end && *p; p += strlen(p) + 1)
		if (!strcmp(p, path))
			return true;
	return false;
}

/* Whether the text around the conflicts of a file stands as git left it. */
static int fits(struct merge_compare *m, const struct tree_entry *side,
		bool *is, struct error *err)
{
	struct object result, merged;

	if (repo_read(m->changes->repo, &side[0].oid, OBJECT_BLOB, &result,
		      err))
		return -1;
	if (repo_read(m->changes->repo, &side[1].oid, OBJECT_BLOB, &merged,
		      err)) {
		object_release(&result);
		return -1;
	}
	*is = conflict_fits(merged.data, merged.len, result.data, result.len);
	object_release(&result);
	object_release(&merged);
	return 0;
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
	if (!is_conflict(m->conflicts, path))
		return 0;
	if (mode_is_file(side[0].mode) && side[0].mode == side[1].mode &&
	    fits(m, side, is, err))
		return -1;
	if (!*is && !(mode_is_file(side[2].mode) && mode_is_file(side[3].mode)))
		*is = entry_equal(&side[0], &side[2]) ||
		      entry_equal(&side[0], &side[3]);
	return 0;
}

static int visit_again(void *ctx, const char *path, size_t len,
		       const struct tree_entry *side, size_t n,
		       struct error *err)
{
	struct merge_compare *m = ctx;
	bool resolution;

	(void)n;
	if (!is_watched(m, path))
		return 0;
	if (is_resolution(m, path, side, &resolution, err))
		return -1;
	return add_path(m->changes, path, len, resolution ? PATH_RESOLVED :
			PATH_MERGE_CHANGED, side[0].mode, err);
}

/* A look at the parents alone: most merges touch nothing that matters. */
static int touches_watched(struct merge_compare *m, bool *touches,
			   struct error *err)
{
	const struct treecmp cmp = { .skip = skip_all_equal, .visit = visit_any,
				     .ctx = m };
	int rc = treecmp(m->changes->repo, m->trees, 1 + m->n_parents, &cmp,
			 err);

	*touches = m->found;
	return rc && !m->found ? -1 : 0;
}

static int add_tree(struct merge_compare *m, const struct oid *commit,
		    struct error *err)
{
	GROW(m->trees, m->n_trees, m->cap_trees);
	return repo_commit_tree(m->changes->repo, commit, &m->trees[m->n_trees++],
			   err);
}

static int add_bases(struct merge_compare *m, const struct commit *commit,
		     struct error *err)
{
	struct merge_bases *bases = &m->changes->bases;
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
	const struct treecmp cmp = { .skip = skip_equal, .visit = visit_again,
				     .ctx = m };
	struct oid trees[4] = { commit->tree, commit->tree, m->trees[1],
				m->trees[2] };
	struct oid a = commit_parent(commit, 0), b = commit_parent(commit, 1);
	struct buf conflicts = BUF_INIT;
	int rc;

	rc = merge_again(m->changes->repo, m->changes->scratch, &a, &b,
			 &trees[1], &conflicts, err);
	m->conflicts = &conflicts;
	reset(m->changes);
	if (!rc)
		rc = treecmp(m->changes->repo, trees, ARRAY_SIZE(trees), &cmp,
			     err);
	buf_release(&conflicts);
	return rc;
}

static int compare_merge(struct merge_compare *m, const struct commit *commit,
			 struct error *err)
{
	const struct treecmp cmp = { .skip = skip_merged, .visit = visit_merged,
				     .ctx = m };
	bool touches;

	GROW(m->trees, m->n_trees, m->cap_trees);
	m->trees[m->n_trees++] = commit->tree;
	if (m->n_parents > MAX_PARENTS)
		return error_set(err, "a merge of %zu commits is more than can "
				 "be judged", m->n_parents);
	for (size_t i = 0; i < m->n_parents; i++) {
		struct oid parent = commit_parent(commit, i);

		if (add_tree(m, &parent, err))
			return -1;
	}
	if (touches_watched(m, &touches, err))
		return -1;
	if (!touches)
		return 0;
	if (add_bases(m, commit, err) ||
	    treecmp(m->changes->repo, m->trees, m->n_trees, &cmp, err))
		return -1;
	return m->changes->n && m->n_parents == 2 ?
	       compare_again(m, commit, err) : 0;
}

static int find_merge(struct changes *c, const struct commit *commit,
		      const struct tree *tree, struct error *err)
{
	struct merge_compare m = { .changes = c, .tree = tree,
				   .n_parents = commit->n_parents };
	int rc;

	m.n_bases = xcalloc(m.n_parents, sizeof(*m.n_bases));
	rc = compare_merge(&m, commit, err);
	owners_release(&m.owners);
	free(m.n_bases);
	free(m.trees);
	return rc;
}

int changes_find(struct changes *c, const struct commit *commit,
		 const struct oid *oid, const struct tree *tree,
		 struct error *err)
{
	char hex[OID_HEX + 1];
	int rc;

	reset(c);
	rc = commit->n_parents < 2 ? find_plain(c, commit, err) :
				     find_merge(c, commit, tree, err);
	fix_names(c);
	oid_format(hex, oid);
	return rc ? error_wrap(err, "commit %s", hex) : 0;
}

void changes_init(struct changes *c, struct repo *repo,
		  const struct policy *policy, struct merge_scratch *scratch)
{
	*c = (struct changes){ .repo = repo, .policy = policy,
			       .scratch = scratch };
	merge_bases_init(&c->bases, repo);
}

void changes_release(struct changes *c)
{
	merge_bases_release(&c->bases);
	free(c->paths);
	buf_release(&c->names);
	*c = (struct changes){ 0 };
}
