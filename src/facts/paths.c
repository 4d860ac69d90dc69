/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/merge_paths.h"
#include "git/tree_diff.h"

/* More could exhaust memory: a small tree can spell many paths. */
enum { MAX_PATHS = 2000000, MAX_DIRS = 100000, PATH_WORK = 2000 };

int paths_add(struct commit_paths *c, const char *path, size_t len,
	      enum path_kind kind, bool exists, struct error *err)
{
	if (c->n == MAX_PATHS)
		return error_set(err, "the commit changes more than %d paths",
				 MAX_PATHS);
	if (repo_work(c->repo, PATH_WORK, "paths that differ", err))
		return -1;
	GROW(c->v, c->n, c->cap);
	/* The names may still move: keep the offset until they are all in. */
	c->v[c->n++] = (struct path_fact){
		.path = (const char *)(uintptr_t)c->names.len,
		.kind = kind, .exists = exists,
	};
	buf_add(&c->names, path, len);
	buf_addch(&c->names, '\0');
	return 0;
}

void paths_reset(struct commit_paths *c)
{
	c->n = 0;
	c->changes_own = false;
	buf_reset(&c->names);
	buf_reset(&c->subtree);
}

static void fix_names(struct commit_paths *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->v[i].path = c->names.ptr + (uintptr_t)c->v[i].path;
}

/* Commits that are no merge */

static int visit_changed(void *ctx, const char *path, size_t len,
			 const struct tree_entry *side, size_t n,
			 struct error *err)
{
	(void)n;
	return paths_add(ctx, path, len, PATH_CHANGED, side[0].mode,
			 err);
}

/* What is known of all paths of a directory. */
enum prune {
	PRUNE_HARMLESS = 1,		/* no rule has a question about one */
	PRUNE_OWN = 2,			/* each is this tree's own */
};

static uint32_t look_below(struct commit_paths *c, const char *dir)
{
	if (!owners_below(c->policy, dir, &c->owners) ||
	    owners_foreign(c->policy, &c->owners, c->judged_by) ||
	    marked_below(c->policy, dir))
		return 0;
	return owners_have_tree(&c->owners, c->judged_by->section.name) ?
	       PRUNE_HARMLESS | PRUNE_OWN : PRUNE_HARMLESS;
}

static uint32_t prune_of(struct commit_paths *c, const char *path, size_t len)
{
	int64_t found = strmap_get(&c->pruned, path);
	uint32_t known;

	if (found >= 0)
		return (uint32_t)found;
	known = look_below(c, path);
	if (c->n_dirs < MAX_DIRS) {
		GROW(c->dirs, c->n_dirs, c->cap_dirs);
		c->dirs[c->n_dirs] = xstrndup(path, len);
		strmap_put(&c->pruned, c->dirs[c->n_dirs++], known);
	}
	return known;
}

static bool prune_harmless(void *ctx, const char *path, size_t len)
{
	struct commit_paths *c = ctx;
	uint32_t known = prune_of(c, path, len);

	c->changes_own |= (known & PRUNE_OWN) != 0;
	return known & PRUNE_HARMLESS;
}

static int compare_two(struct commit_paths *c, const struct oid trees[2],
		       struct error *err)
{
	const struct tree_diff cmp = {
		.skip = tree_diff_skip_equal, .visit = visit_changed,
		.prune = c->judged_by ? prune_harmless : NULL, .ctx = c,
	};

	return tree_diff(c->repo, trees, 2, &cmp, err);
}

static int find_plain(struct commit_paths *c, const struct commit *commit,
		      struct error *err)
{
	struct oid trees[2];

	return repo_trees_of(c->repo, commit, trees, err) ? -1 :
	       compare_two(c, trees, err);
}

/* What there is to do when all paths are in, or an error is. */
static int finish(struct commit_paths *c, const struct oid *oid, int rc,
		  struct error *err)
{
	char hex[OID_HEX + 1];

	fix_names(c);
	c->judged_by = NULL;
	if (!rc)
		return 0;
	oid_format(hex, oid);
	return error_wrap(err, "commit %s", hex);
}

/* Merges looked at ahead */

static bool is_plain(const struct commit_paths *c, const struct oid *oid,
		     const struct tree *tree)
{
	return c->ahead.plain.n && c->ahead.tree == tree &&
	       oidmap_get(&c->ahead.plain, oid) >= 0;
}

static int look_at(struct commit_paths *c, const struct oid *oid,
		   struct error *err)
{
	struct merges_ahead *ahead = &c->ahead;
	size_t n_pairs = ahead->n_pairs;
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(c->repo, oid, &object, &commit, err))
		return -1;
	rc = paths_find(c, &commit, oid, ahead->tree, err);
	if (!rc && !c->n && ahead->n_pairs == n_pairs)
		oidmap_put(&ahead->plain, oid, 0);
	object_release(&object);
	return rc;
}

int paths_look_ahead(struct commit_paths *c, const struct oid *merges, size_t n,
		     const struct tree *tree, struct error *err)
{
	struct merges_ahead *ahead = &c->ahead;
	int rc = 0;

	ahead->tree = tree;
	ahead->n_pairs = 0;
	oidmap_release(&ahead->plain);
	ahead->is_looking = true;
	for (size_t i = 0; !rc && i < n; i++)
		rc = look_at(c, &merges[i], err);
	ahead->is_looking = false;
	if (!rc)
		merge_ahead(c->repo, c->scratch, ahead->pairs, ahead->n_pairs);
	return rc;
}

int paths_find(struct commit_paths *c, const struct commit *commit,
	       const struct oid *oid, const struct tree *tree,
	       struct error *err)
{
	int rc = 0;

	paths_reset(c);
	if (commit->n_parents < 2)
		rc = find_plain(c, commit, err);
	else if (!is_plain(c, oid, tree))
		rc = merge_paths_find(c, commit, tree, err);
	return finish(c, oid, rc, err);
}

int paths_find_judged(struct commit_paths *c, const struct commit *commit,
		      const struct oid *oid, const struct tree *tree,
		      struct error *err)
{
	c->judged_by = tree;
	return paths_find(c, commit, oid, tree, err);
}

int paths_between(struct commit_paths *c, const struct oid trees[2],
		  const struct oid *oid, const struct tree *tree,
		  struct error *err)
{
	paths_reset(c);
	c->judged_by = tree;
	return finish(c, oid, compare_two(c, trees, err), err);
}

static void init_bases(struct commit_paths *c)
{
	merge_bases_init(&c->bases, c->repo);
	c->bases.is_strict = true;
}

void paths_restart(struct commit_paths *c)
{
	merge_bases_release(&c->bases);
	init_bases(c);
}

void paths_init(struct commit_paths *c, struct repo *repo,
		const struct policy *policy, struct merge_scratch *scratch)
{
	*c = (struct commit_paths){ .repo = repo, .policy = policy,
				    .scratch = scratch };
	init_bases(c);
}

void paths_release(struct commit_paths *c)
{
	merge_bases_release(&c->bases);
	owners_release(&c->owners);
	strmap_release(&c->pruned);
	for (size_t i = 0; i < c->n_dirs; i++)
		free(c->dirs[i]);
	free(c->dirs);
	free(c->ahead.pairs);
	oidmap_release(&c->ahead.plain);
	free(c->v);
	buf_release(&c->names);
	buf_release(&c->subtree);
	*c = (struct commit_paths){ 0 };
}
