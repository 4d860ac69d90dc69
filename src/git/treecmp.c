/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/treecmp.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/treecache.h"

/*
 * A few small trees can spell out more, and longer, paths than any repository
 * has. Deeper ones git refuses itself (core.maxTreeDepth), longer paths no
 * file system takes.
 */
enum { MAX_DEPTH = 2048, MAX_PATH = 4096, MAX_ROWS = 2000000 };

struct compare {
	struct repo *repo;
	const struct treecmp *cmp;
	size_t n;
	struct buf path;
	int depth;
	size_t n_rows;
};

/* One tree in the middle of being read; an empty one has none. */
struct side {
	struct cached_tree *tree;
	const struct tree_entry *at, *end;
};

bool entry_equal(const struct tree_entry *a, const struct tree_entry *b)
{
	if (!a->mode || !b->mode)
		return a->mode == b->mode;
	return a->mode == b->mode && oid_equal(&a->oid, &b->oid);
}

static int side_open(struct repo *repo, const struct oid *tree,
		     struct side *side, struct error *err)
{
	*side = (struct side){ 0 };
	if (oid_is_zero(tree))
		return 0;
	side->tree = tree_get(repo, tree, err);
	if (!side->tree)
		return -1;
	if (!side->tree->entries.n)
		return 0;
	side->at = side->tree->entries.v;
	side->end = side->at + side->tree->entries.n;
	return 0;
}

/* Whether two entries are the same to the byte; they lie so in their trees. */
static bool same_bytes(const struct tree_entry *a, const struct tree_entry *b)
{
	return a->name_len == b->name_len && a->mode == b->mode &&
	       !memcmp(a->name, b->name, a->name_len + 1 + OID_SIZE);
}

/* Goes past what all sides have alike; one alone is like no other. */
static void skip_same(struct side *sides, size_t n)
{
	while (n > 1) {
		if (sides[0].at == sides[0].end)
			return;
		for (size_t i = 1; i < n; i++)
			if (sides[i].at == sides[i].end ||
			    !same_bytes(sides[0].at, sides[i].at))
				return;
		for (size_t i = 0; i < n; i++)
			sides[i].at++;
	}
}

/* The first in order of the entries that the sides are at, or NULL. */
static const struct tree_entry *first_entry(const struct side *sides, size_t n)
{
	const struct tree_entry *first = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct side *s = &sides[i];

		if (s->at < s->end &&
		    (!first || tree_entry_cmp(s->at, first) < 0))
			first = s->at;
	}
	return first;
}

/* Takes the entries of the first name; false at the end of all trees. */
static bool next_row(struct side *sides, struct tree_entry *row, size_t n)
{
	const struct tree_entry *first;
	struct tree_entry key;

	skip_same(sides, n);
	first = first_entry(sides, n);
	if (!first)
		return false;
	key = *first;
	for (size_t i = 0; i < n; i++) {
		struct side *s = &sides[i];

		if (s->at < s->end && !tree_entry_cmp(s->at, &key))
			row[i] = *s->at++;
		else
			row[i] = (struct tree_entry){
				.name = key.name, .name_len = key.name_len,
			};
	}
	return true;
}

static int compare_trees(struct compare *c, const struct oid *trees,
			 struct error *err);

static int compare_row(struct compare *c, const struct tree_entry *row,
		       struct oid *below, struct error *err)
{
	size_t len = c->path.len;
	bool is_tree = false;
	int rc;

	if (c->cmp->skip(c->cmp->ctx, row, c->n))
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		is_tree |= mode_is_tree(row[i].mode);
		below[i] = row[i].mode ? row[i].oid : (struct oid){ { 0 } };
	}
	buf_add(&c->path, row[0].name, row[0].name_len);
	if (c->path.len > MAX_PATH)
		return error_set(err, "a path has more than %d bytes",
				 MAX_PATH);
	if (++c->n_rows > MAX_ROWS)
		return error_set(err, "more than %d paths differ", MAX_ROWS);
	if (is_tree && c->cmp->prune &&
	    c->cmp->prune(c->cmp->ctx, c->path.ptr, c->path.len)) {
		rc = 0;
	} else if (is_tree) {
		buf_addch(&c->path, '/');
		rc = compare_trees(c, below, err);
	} else {
		rc = c->cmp->visit(c->cmp->ctx, c->path.ptr, c->path.len, row,
				   c->n, err);
	}
	c->path.len = len;
	return rc;
}

static int compare_trees(struct compare *c, const struct oid *trees,
			 struct error *err)
{
	struct side *sides;
	struct tree_entry *row;
	struct oid *below;
	int rc = 0;

	if (c->depth == MAX_DEPTH)
		return error_set(err, "a tree is nested deeper than %d "
				 "directories", MAX_DEPTH);
	c->depth++;
	sides = xcalloc(c->n, sizeof(*sides));
	row = xcalloc(c->n, sizeof(*row));
	below = xcalloc(c->n, sizeof(*below));
	for (size_t i = 0; !rc && i < c->n; i++)
		rc = side_open(c->repo, &trees[i], &sides[i], err);
	while (!rc && next_row(sides, row, c->n))
		rc = compare_row(c, row, below, err);
	for (size_t i = 0; i < c->n; i++)
		tree_put(sides[i].tree);
	free(sides);
	free(row);
	free(below);
	c->depth--;
	return rc;
}

/* Whether the caller has an interest in the trees at all. */
static bool skip_roots(const struct oid *trees, size_t n,
		       const struct treecmp *cmp)
{
	struct tree_entry *roots = xcalloc(n, sizeof(*roots));
	bool skip;

	for (size_t i = 0; i < n; i++)
		roots[i] = (struct tree_entry){
			.mode = oid_is_zero(&trees[i]) ? 0 : MODE_TREE,
			.name = "", .oid = trees[i],
		};
	skip = cmp->skip(cmp->ctx, roots, n);
	free(roots);
	return skip;
}

int treecmp(struct repo *repo, const struct oid *trees, size_t n,
	    const struct treecmp *cmp, struct error *err)
{
	struct compare c = { .repo = repo, .cmp = cmp, .n = n };
	int rc;

	if (skip_roots(trees, n, cmp))
		return 0;
	rc = compare_trees(&c, trees, err);
	buf_release(&c.path);
	return rc;
}
