/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/subtree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/history.h"
#include "git/tree_cache.h"
#include "git/tree_diff.h"

int subtree_enter(struct repo *repo, const struct oid *tree, const char *dir,
		  struct oid *inner, struct error *err)
{
	struct tree_entry e;

	if (tree_find_path(repo, tree, dir, &e, err))
		return -1;
	*inner = mode_is_tree(e.mode) ? e.oid : (struct oid){ { 0 } };
	return 0;
}

/* What the changed paths say */

/* The paths in which the merge differs from its first parent, in order. */
struct changed {
	struct buf names;		/* each with its NUL */
	size_t n;
};

static int on_changed(void *ctx, const char *path, size_t len,
		      const struct tree_entry *side, size_t n,
		      struct error *err)
{
	struct changed *c = ctx;

	(void)side;
	(void)n;
	(void)err;
	buf_add(&c->names, path, len + 1);
	c->n++;
	return 0;
}

/*
 * The directory right below `dir` (with its slash, or empty) that most of the
 * changed paths have, and its length; 0 where there is none. Paths of one
 * directory come one after the other.
 */
static size_t main_directory(const struct changed *c, const char *dir,
			     size_t len, const char **found)
{
	const char *p = c->names.ptr, *end = p + c->names.len, *first = NULL;
	size_t n = 0, n_first = 0;

	for (; p < end; p += strlen(p) + 1) {
		const char *slash = strncmp(p, dir, len) ? NULL :
				    strchr(p + len, '/');

		if (!slash)
			continue;
		if (!first || strncmp(p, first, n_first)) {
			first = p;
			n_first = (size_t)(slash + 1 - p);
			n = 0;
		}
		if (++n * 2 > c->n) {
			*found = first;
			return n_first;
		}
	}
	return 0;
}

static int on_vote(void *ctx, const char *path, size_t len,
		   const struct tree_entry *side, size_t n, struct error *err)
{
	(void)path;
	(void)len;
	(void)err;
	for (size_t i = 2; i < n; i++)
		if (side[i].mode) {
			++*(size_t *)ctx;
			break;
		}
	return 0;
}

/* How many changed paths the other side, or a base, has without `dir`. */
static int count_votes(const struct subtree_in *in, const char *dir, size_t *n,
		       struct error *err)
{
	const struct tree_diff cmp = { .skip = tree_diff_skip_equal,
				       .visit = on_vote, .ctx = n };
	struct oid *trees = xcalloc(in->n_trees, sizeof(*trees));
	int rc = 0;

	*n = 0;
	memcpy(trees, in->trees, in->n_trees * sizeof(*trees));
	for (size_t i = 0; !rc && i < 2; i++)
		rc = subtree_enter(in->repo, &in->trees[i], dir, &trees[i],
				   err);
	if (!rc)
		rc = tree_diff(in->repo, trees, in->n_trees, &cmp, err);
	free(trees);
	return rc;
}

/* The directory that has the most votes, if these are most of the paths. */
static int take_votes(const struct subtree_in *in, const struct changed *c,
		      struct buf *dir, struct error *err)
{
	const char *at = "";
	size_t len = 0, most = c->n / 2;

	while ((len = main_directory(c, at, len, &at))) {
		char *name = xstrndup(at, len - 1);
		size_t n;
		int rc = count_votes(in, name, &n, err);

		if (!rc && n > most) {
			most = n;
			buf_reset(dir);
			buf_addstr(dir, name);
		}
		free(name);
		if (rc)
			return -1;
	}
	return 0;
}

/* What came before */

struct likeness {
	size_t n, missing;
};

/* Counts the names of the second side, and those that the first lacks. */
static bool skip_counted(void *ctx, const struct tree_entry *side, size_t n)
{
	struct likeness *l = ctx;

	(void)n;
	l->missing += side[1].mode && !side[0].mode;
	return true;
}

/* Whether a directory has most of the names that a tree has, of their kind. */
static int is_like(struct repo *repo, const struct oid *inner,
		   const struct oid *tree, bool *is, struct error *err)
{
	struct likeness l = { 0 };
	const struct tree_diff cmp = { .skip = skip_counted, .ctx = &l };
	const struct oid trees[] = { *inner, *tree };
	struct tree_entries entries = { 0 };
	struct object object;
	int rc;

	if (repo_read(repo, tree, OBJECT_TREE, &object, err))
		return -1;
	rc = tree_parse(&entries, object.data, object.len, err);
	l.n = entries.n;
	tree_entries_release(&entries);
	object_release(&object);
	if (!rc)
		rc = tree_diff(repo, trees, 2, &cmp, err);
	*is = !rc && (l.n - l.missing) * 2 > l.n;
	return rc;
}

/*
 * Looks in the first parent's history for a merge that has put a commit of
 * the second's, which is `inner`, into the directory.
 */
struct join {
	struct repo *repo;
	const char *dir;
	struct oidmap inner;
	const struct dag *outer;	/* if set, `inner` is what this lacks */
	bool is_found;
	struct error *err;
	int rc;
};

/* A subtree's history is mostly squashed; others are not listed. */
enum { MAX_INNER = 10000 };

static bool add_inner(void *ctx, const struct oid *oid,
		      const struct oid_list *parents)
{
	struct join *j = ctx;

	(void)parents;
	oidmap_put(&j->inner, oid, 1);
	return j->inner.n <= MAX_INNER;
}

static bool is_inner(const struct join *j, const struct oid *oid)
{
	return j->outer ? dag_find(j->outer, oid) == DAG_NONE :
			  oidmap_get(&j->inner, oid) >= 0;
}

/* Whether the merge has put that parent of it into the directory. */
static int is_put(struct join *j, const struct oid *merge,
		  const struct oid *parent, bool *is)
{
	struct oid tree, below, inner;

	if (repo_commit_tree(j->repo, merge, &tree, j->err) ||
	    subtree_enter(j->repo, &tree, j->dir, &below, j->err))
		return -1;
	if (oid_is_zero(&below))
		return 0;
	if (repo_commit_tree(j->repo, parent, &inner, j->err))
		return -1;
	return is_like(j->repo, &below, &inner, is, j->err);
}

/* Whether to go on: see history_each(). */
static bool look_at(void *ctx, const struct oid *oid,
		    const struct oid_list *parents)
{
	struct join *j = ctx;

	if (parents->n < 2 || is_inner(j, oid) || is_inner(j, &parents->v[0]))
		return true;
	for (size_t i = 1; !j->rc && !j->is_found && i < parents->n; i++)
		if (is_inner(j, &parents->v[i]))
			j->rc = is_put(j, oid, &parents->v[i], &j->is_found);
	return !j->rc && !j->is_found;
}

/* The same for a merge in the dag. */
static int look_at_node(struct join *j, uint32_t node)
{
	struct oid_list parents = { 0 };
	struct object object;
	struct commit commit;

	if (repo_read_commit(j->repo, &j->outer->nodes[node].oid, &object,
			     &commit, j->err))
		return -1;
	for (size_t i = 0; i < commit.n_parents; i++) {
		struct oid parent = commit_parent(&commit, i);

		oid_list_add(&parents, &parent);
	}
	look_at(j, &j->outer->nodes[node].oid, &parents);
	free(parents.v);
	object_release(&object);
	return j->rc;
}

static bool has_outside(const struct dag *dag, uint32_t node)
{
	for (uint32_t p = 1; p < dag->nodes[node].n_parents; p++)
		if (dag_parents(dag, node)[p] == DAG_NONE)
			return true;
	return false;
}

/* Where the second parent's history is long, or a shallow clone ends. */
static int look_by_walk(struct join *j, const struct oid *parents)
{
	struct history history = { 0 };
	int rc = history_walk(j->repo, &parents[0], 1, &parents[1], 1, true,
			      &history, j->err);

	j->outer = &history.dag;
	for (uint32_t i = 0; !rc && !j->is_found && i < history.dag.n; i++)
		if (has_outside(&history.dag, i))
			rc = look_at_node(j, i);
	history_release(&history);
	return rc;
}

/*
 * Whether the first parent's history has such a merge of what the second one
 * has. Exact: it excuses.
 */
static int is_joined(const struct subtree_in *in, const char *dir, bool *is,
		     struct error *err)
{
	struct join j = { .repo = in->repo, .dir = dir, .err = err };
	bool is_short =
		!history_each(in->repo, &in->parents[1], add_inner, &j, err) &&
		j.inner.n <= MAX_INNER &&
		!history_each(in->repo, &in->parents[0], look_at, &j, err);
	int rc = is_short ? j.rc : look_by_walk(&j, in->parents);

	oidmap_release(&j.inner);
	*is = j.is_found;
	return rc;
}

int subtree_find(const struct subtree_in *in, struct buf *dir,
		 struct error *err)
{
	struct changed changed = { .names = BUF_INIT };
	const struct tree_diff cmp = { .skip = tree_diff_skip_equal,
				       .visit = on_changed, .ctx = &changed };
	bool joined = in->n_trees == 3;
	int rc = tree_diff(in->repo, in->trees, 2, &cmp, err);

	if (!rc && changed.n)
		rc = take_votes(in, &changed, dir, err);
	buf_release(&changed.names);
	if (!rc && dir->len && !joined)
		rc = is_joined(in, buf_str(dir), &joined, err);
	if (!joined)
		buf_reset(dir);
	return rc;
}
