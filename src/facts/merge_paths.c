/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/merge_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/conflict.h"
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
	const struct buf *conflicts;	/* see merge_again() */
	bool moves_judged;		/* see visit_subtree() */
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
		if (tree_entry_equal(now, other))
			continue;
		if (base && tree_entry_equal(now, base))
			now = other;
		else if (!base || !tree_entry_equal(other, base))
			return false;
	}
	return tree_entry_equal(&side[0], now);
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
	return merge_file_gives(m->paths->repo, &file, clean, err);
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
		*is = tree_entry_equal(&side[0], &side[2]) ||
		      tree_entry_equal(&side[0], &side[3]);
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
	m->conflicts = &conflicts;
	paths_reset(m->paths);
	if (!rc)
		rc = treecmp(m->paths->repo, trees, ARRAY_SIZE(trees), &cmp,
			     err);
	buf_release(&conflicts);
	return rc;
}

/* Subtrees */

/*
 * The tree that a path of a tree is, or the file; with a slash at its end, the
 * tree only. `*found` where there is one. Paths are short: each step reads one
 * tree.
 */
static int find_entry(struct repo *repo, const struct oid *tree,
		      const char *path, size_t len, struct oid *entry,
		      bool *found, struct error *err)
{
	const char *end = path + len;
	struct tree_entries entries = { 0 };
	int rc = 0;

	*entry = *tree;
	*found = !oid_is_zero(tree);
	while (!rc && *found && path < end) {
		const char *slash = memchr(path, '/', (size_t)(end - path));
		size_t n = (size_t)((slash ? slash : end) - path);
		struct object object;

		*found = false;
		if (repo_read(repo, entry, OBJECT_TREE, &object, err)) {
			rc = -1;
			break;
		}
		rc = tree_parse(&entries, object.data, object.len, err);
		for (size_t i = 0; !rc && i < entries.n; i++) {
			struct tree_entry e = tree_entry_at(&entries, i);

			if (e.name_len != n || memcmp(e.name, path, n) ||
			    (slash && !mode_is_tree(e.mode)))
				continue;
			*entry = e.oid;
			*found = true;
			break;
		}
		object_release(&object);
		path += n + (slash != NULL);
	}
	tree_entries_release(&entries);
	return rc;
}

/* Whether the other side and the merge bases know nothing of the directory. */
static int is_unknown(struct merge_compare *m, const char *dir, size_t len,
		      bool *unknown, struct error *err)
{
	struct oid entry;
	bool found = false;

	for (size_t i = 2; !found && i < m->n_trees; i++)
		if (find_entry(m->paths->repo, &m->trees[i], dir, len,
			       &entry, &found, err))
			return -1;
	*unknown = !found;
	return 0;
}

/* A directory that may be where a subtree merge has put the other side. */
struct candidate {
	const char *path;		/* starts with it */
	size_t len;
	size_t n;			/* how many paths speak for it */
};

struct candidates {
	struct candidate v[16];		/* more are not looked at */
	size_t n;
};

static void vote(struct candidates *c, const char *path, size_t len)
{
	size_t i = 0;

	while (i < c->n && (c->v[i].len != len ||
			    memcmp(c->v[i].path, path, len)))
		i++;
	if (i == ARRAY_SIZE(c->v))
		return;
	if (i == c->n)
		c->v[c->n++] = (struct candidate){ .path = path, .len = len };
	c->v[i].n++;
}

/* The directories without which the other side has the path. */
static int vote_for(struct merge_compare *m, const char *path,
		    struct candidates *c, struct error *err)
{
	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		size_t n = (size_t)(slash - path);
		struct oid entry;
		bool found, unknown = false;

		if (find_entry(m->paths->repo, &m->trees[2], slash + 1,
			       strlen(slash + 1), &entry, &found, err) ||
		    (found && is_unknown(m, path, n, &unknown, err)))
			return -1;
		if (unknown)
			vote(c, path, n);
	}
	return 0;
}

/*
 * The directory that a subtree merge (git-merge(1), MERGE STRATEGIES) has put
 * the other side into, judged by the paths that the merge seems to change: the
 * other side has most of them without the directory, and the directory not at
 * all.
 */
static int find_subtree(struct merge_compare *m, const struct buf *paths,
			struct buf *dir, struct error *err)
{
	enum { ENOUGH = 100 };
	struct candidates c = { .n = 0 };
	const struct candidate *best = NULL;
	const char *p = paths->ptr, *end = p + paths->len;

	for (size_t i = 0; p < end && i < ENOUGH; i++, p += strlen(p) + 1)
		if (vote_for(m, p, &c, err))
			return -1;
	for (size_t i = 0; i < c.n; i++)
		if (!best || c.v[i].n > best->n)
			best = &c.v[i];
	if (best)
		buf_add(dir, best->path, best->len);
	return 0;
}

/*
 * Commits that are judged were so by the paths they change. Where the merge has
 * put these, they are somebody else's: what is foreign there must be as the
 * first parent has it.
 */
static int visit_subtree(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	struct merge_compare *m = ctx;
	struct buf whole = BUF_INIT;
	bool foreign = false;
	int rc = 0;

	buf_addf(&whole, "%s/%s", buf_str(&m->paths->subtree), path);
	if (m->moves_judged)
		rc = is_foreign(m, buf_str(&whole), &foreign, err);
	if (!rc && !foreign)
		rc = visit_merged(ctx, buf_str(&whole),
				  whole.len - strlen(path) + len, side, n, err);
	buf_release(&whole);
	return rc;
}

static int visit_moved(void *ctx, const char *path, size_t len,
		       const struct tree_entry *side, size_t n,
		       struct error *err)
{
	struct merge_compare *m = ctx;
	struct buf whole = BUF_INIT;
	bool foreign;
	int rc;

	(void)len;
	(void)n;
	buf_addf(&whole, "%s/%s", buf_str(&m->paths->subtree), path);
	rc = is_foreign(m, buf_str(&whole), &foreign, err);
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

static int visit_outside(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	struct merge_compare *m = ctx;
	bool watched;

	(void)n;
	if (is_watched(m, path, &watched, err))
		return -1;
	return watched ?
	       paths_add(m->paths, path, len, PATH_MERGE_CHANGED,
				side[0].mode, err) : 0;
}

/* Makes the directory's tree of the whole one, or none where it is no tree. */
static int enter(struct merge_compare *m, struct oid *tree, struct error *err)
{
	struct buf path = BUF_INIT;
	struct oid whole = *tree;
	bool found;
	int rc;

	buf_addf(&path, "%s/", buf_str(&m->paths->subtree));
	rc = find_entry(m->paths->repo, &whole, buf_str(&path), path.len,
			tree, &found, err);
	if (!rc && !found)
		*tree = (struct oid){ { 0 } };
	buf_release(&path);
	return rc;
}

/*
 * Within the directory the merge is compared as any other, name by name; outside
 * of it, it must be as the first parent is.
 */
static int compare_subtree(struct merge_compare *m, struct error *err)
{
	const struct treecmp inside = { .skip = skip_merged,
					.visit = visit_subtree, .ctx = m };
	const struct treecmp moved = { .skip = treecmp_skip_equal,
				       .visit = visit_moved, .ctx = m };
	const struct treecmp outside = { .skip = treecmp_skip_equal,
					 .prune = prune_subtree,
					 .visit = visit_outside, .ctx = m };
	struct repo *repo = m->paths->repo;
	struct oid whole[2] = { m->trees[0], m->trees[1] };

	if (enter(m, &m->trees[0], err) || enter(m, &m->trees[1], err))
		return -1;
	if (treecmp(repo, m->trees, m->n_trees, &inside, err) ||
	    (m->moves_judged && treecmp(repo, m->trees, 2, &moved, err)))
		return -1;
	return treecmp(repo, whole, 2, &outside, err);
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
	struct oid other = commit_parent(commit, 1);
	struct buf dir = BUF_INIT;
	bool asked;
	int rc;

	if (is_asked(m, &asked, err))
		return -1;
	if (!asked) {
		paths_reset(c);
		return 0;
	}
	rc = find_subtree(m, &c->names, &dir, err);
	if (!rc && dir.len) {
		paths_reset(c);
		buf_add(&c->subtree, dir.ptr, dir.len);
		m->moves_judged = c->is_judged &&
				  c->is_judged(c->judged_ctx, &other);
		rc = compare_subtree(m, err);
	} else if (!rc) {
		rc = compare_again(m, commit, err);
	}
	buf_release(&dir);
	return rc;
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
		return error_set(err, "a merge of %zu commits is more than can "
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
	return m->paths->n && m->n_parents == 2 ?
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
