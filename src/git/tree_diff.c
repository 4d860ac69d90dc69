/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/tree_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/same_bytes.h"
#include "git/tree_cache.h"

/*
 * A few small trees can spell out more and longer paths than any repository
 * has. git itself refuses deeper ones (core.maxTreeDepth), and no file system
 * takes longer paths.
 */
enum {
	MAX_DEPTH = 2048, MAX_PATH = 4096, MAX_ROWS = 2000000,
	MAX_OPEN = 128 << 20,		/* bytes of the trees of one path */
	ROW_WORK = 150,			/* see repo_work() */
};

struct compare {
	struct repo *repo;
	const struct tree_diff *cmp;
	size_t n;
	struct buf path;
	int depth;
	size_t n_rows;
	size_t n_open;			/* bytes of trees being read */
};

/* One tree being read; NULL for an empty one. */
struct side {
	struct cached_tree *tree;
	size_t at, n;			/* entries: the next; how many */
	bool is_shared;			/* with a side before it */
};

/*
 * The state of comparing the trees of one directory: one entry for each side.
 */
struct level {
	struct side *sides;
	struct tree_entry *row;		/* the entries of one name */
	struct oid *below;		/* the trees that they are */
};

static struct level level_new(size_t n)
{
	struct level l;

	l.sides = xcalloc(n, sizeof(*l.sides) + sizeof(*l.row) +
			     sizeof(*l.below));
	l.row = (struct tree_entry *)(l.sides + n);
	l.below = (struct oid *)(l.row + n);
	return l;
}

static size_t side_size(const struct side *side)
{
	const struct tree_entries *entries;

	if (!side->tree || side->is_shared)
		return 0;
	entries = &side->tree->entries;
	return entries->starts[entries->n] +
	       entries->cap * sizeof(*entries->starts);
}

static void level_free(struct compare *c, struct level *l)
{
	for (size_t i = 0; i < c->n; i++) {
		c->n_open -= side_size(&l->sides[i]);
		tree_put(l->sides[i].tree);
	}
	free(l->sides);
}

/* A side before this one that reads the same tree, or NULL. */
static const struct side *same_side(const struct side *sides,
				    const struct oid *trees, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (sides[j].tree && oid_equal(&trees[j], &trees[i]))
			return &sides[j];
	return NULL;
}

static int side_open(struct compare *c, const struct oid *trees, size_t i,
		     struct side *sides, struct error *err)
{
	struct side *side = &sides[i];
	const struct side *same = same_side(sides, trees, i);

	if (oid_is_zero(&trees[i]))
		return 0;
	side->is_shared = same;
	side->tree = same ? tree_share(same->tree) :
			    tree_get(c->repo, buf_str(&c->path), trees, c->n,
				     i, err);
	if (!side->tree)
		return -1;
	side->n = side->tree->entries.n;
	c->n_open += side_size(side);
	return c->n_open <= MAX_OPEN ? 0 :
	       error_set(err, "the trees of '%.200s' hold more than %d MiB",
			 buf_str(&c->path), MAX_OPEN >> 20);
}

static bool is_at_end(const struct side *side)
{
	return side->at == side->n;
}

/* The bytes of the entries still to come. Not at the end. */
static const char *rest(const struct side *side)
{
	const struct tree_entries *entries = &side->tree->entries;

	return entries->raw + entries->starts[side->at];
}

static size_t rest_len(const struct side *side)
{
	const uint32_t *starts = side->tree->entries.starts;

	return starts[side->n] - starts[side->at];
}

/*
 * How many bytes all sides have in common. Compares in steps that double, so
 * that bytes that only some sides share are not compared again for each entry.
 */
static size_t same_bytes(const struct side *sides, size_t n)
{
	size_t least = rest_len(&sides[0]), same = 0, end = 0;

	for (size_t i = 1; i < n; i++)
		if (rest_len(&sides[i]) < least)
			least = rest_len(&sides[i]);
	for (size_t step = 64; same == end && end < least; step *= 2) {
		size_t len = step < least - end ? step : least - end;

		end += len;
		for (size_t i = 1; i < n; i++)
			len = same_bytes_from(rest(&sides[0]) + same,
					      rest(&sides[i]) + same, len);
		same += len;
	}
	return same;
}

/*
 * Skips the common byte prefix, whose entries end at the same places on all
 * sides; does nothing for a single tree.
 */
static void skip_same(struct side *sides, size_t n)
{
	const struct tree_entries *entries;
	size_t at = sides[0].at, skipped;

	for (size_t i = 0; i < n; i++)
		if (n == 1 || is_at_end(&sides[i]))
			return;
	entries = &sides[0].tree->entries;
	skipped = tree_entry_after(entries, at, entries->starts[at] +
				   same_bytes(sides, n)) - at;
	for (size_t i = 0; i < n; i++)
		sides[i].at += skipped;
}

/* Takes the entries of the first name; false at the end of all trees. */
static bool next_row(struct side *sides, struct tree_entry *row, size_t n)
{
	struct tree_entry first = { 0 };

	skip_same(sides, n);
	for (size_t i = 0; i < n; i++) {
		if (is_at_end(&sides[i]))
			continue;
		row[i] = tree_entry_at(&sides[i].tree->entries, sides[i].at);
		if (!first.mode || tree_entry_cmp(&row[i], &first) < 0)
			first = row[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_at_end(&sides[i]) && !tree_entry_cmp(&row[i], &first))
			sides[i].at++;
		else
			row[i] = (struct tree_entry){
				.name = first.name, .name_len = first.name_len,
			};
	}
	return first.mode;
}

static int compare_trees(struct compare *c, const struct oid *trees,
			 struct error *err);

/* Checks that trees that are not read exist. */
static int check_present(struct compare *c, const struct tree_entry *row,
			 struct error *err)
{
	bool has;

	for (size_t i = 0; i < c->n; i++) {
		if (!mode_is_tree(row[i].mode))
			continue;
		if (repo_has(c->repo, &row[i].oid, &has, err))
			return -1;
		if (has)
			continue;
		return repo_missing(c->repo, OBJECT_TREE, &row[i].oid, err);
	}
	return 0;
}

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
	if (repo_work(c->repo, (int64_t)c->n * ROW_WORK, "paths that differ",
		      err))
		return -1;
	if (is_tree && c->cmp->prune &&
	    c->cmp->prune(c->cmp->ctx, c->path.ptr, c->path.len)) {
		rc = check_present(c, row, err);
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
	struct level l;
	int rc = 0;

	if (c->depth == MAX_DEPTH)
		return error_set(err, "a tree is nested deeper than %d "
				 "directories", MAX_DEPTH);
	c->depth++;
	l = level_new(c->n);
	for (size_t i = 0; !rc && i < c->n; i++)
		rc = side_open(c, trees, i, l.sides, err);
	while (!rc && next_row(l.sides, l.row, c->n))
		rc = compare_row(c, l.row, l.below, err);
	level_free(c, &l);
	c->depth--;
	return rc;
}

/* Whether the caller wants to look into the trees. */
static bool skip_roots(const struct oid *trees, size_t n,
		       const struct tree_diff *cmp)
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

int tree_diff(struct repo *repo, const struct oid *trees, size_t n,
	      const struct tree_diff *cmp, struct error *err)
{
	struct compare c = { .repo = repo, .cmp = cmp, .n = n };
	int rc;

	if (skip_roots(trees, n, cmp))
		return 0;
	rc = compare_trees(&c, trees, err);
	buf_release(&c.path);
	return rc;
}

bool tree_diff_skip_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	(void)n;
	return tree_entry_equal(&side[0], &side[1]);
}
