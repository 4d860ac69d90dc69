/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/tree_cache.h"
#include "git/tree_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Two or three trees that the input describes, against a comparison of their
 * flat lists. A pair of bytes is a file: the first has the side, the directory
 * and the name, the second what it holds.
 */
enum { SIDES = 3, DIRS = 4, NAMES = 8, MAX_TREES = SIDES * DIRS };

static const char *const dirs[DIRS] = { "", "a/", "d/", "d/b/" };
static const char *const names[NAMES] = { "a", "a.b", "a0", "b", "c", "d",
					  "d-", "da" };

/* What a side has: 0 for nothing. */
struct flat {
	unsigned char file[DIRS][NAMES];
};

static struct cached_tree trees[MAX_TREES];
static size_t n_trees;

struct cached_tree *tree_get(struct repo *repo, const char *path,
			     const struct oid *named, size_t n, size_t at,
			     struct error *err)
{
	(void)repo;
	(void)path;
	(void)n;
	(void)err;
	for (size_t i = 0; i < n_trees; i++)
		if (oid_equal(&trees[i].oid, &named[at]))
			return tree_share(&trees[i]);
	abort();
}

struct cached_tree *tree_share(struct cached_tree *tree)
{
	tree->users++;
	return tree;
}

void tree_put(struct cached_tree *tree)
{
	if (tree)
		tree->users--;
}

int repo_has(struct repo *repo, const struct oid *oid, bool *has,
	     struct error *err)
{
	(void)repo;
	(void)oid;
	(void)err;
	*has = true;
	return 0;
}

int repo_missing(struct repo *repo, enum object_type type,
		 const struct oid *oid, struct error *err)
{
	(void)repo;
	(void)oid;
	return error_set(err, "%s is missing", object_type_name(type));
}

int repo_work(const struct repo *repo, int64_t work, const char *what,
	      struct error *err)
{
	(void)repo;
	(void)work;
	(void)what;
	(void)err;
	return 0;
}

/* Equal trees have equal names, as they would by their hashes. */
static struct oid add_tree(const struct buf *raw)
{
	struct cached_tree *tree = &trees[n_trees];
	struct error err;

	for (size_t i = 0; i < n_trees; i++)
		if (trees[i].object.len == raw->len && raw->len &&
		    !memcmp(trees[i].object.data, raw->ptr, raw->len))
			return trees[i].oid;
	*tree = (struct cached_tree){ .object = {
		.data = memcpy(xmalloc(raw->len), buf_str(raw), raw->len),
		.len = raw->len } };
	tree->oid.b[0] = (unsigned char)++n_trees;
	if (tree_parse(&tree->entries, tree->object.data, raw->len, &err))
		abort();
	return tree->oid;
}

static void add_entry(struct buf *raw, const char *mode, const char *name,
		      const struct oid *oid)
{
	buf_addf(raw, "%s %s", mode, name);
	buf_addch(raw, '\0');
	buf_add(raw, oid->b, OID_SIZE);
}

/* A directory, in git's order before the name `before`, or none. */
struct below {
	const char *name, *before;
	struct oid oid;
};

static void add_names(struct buf *raw, const unsigned char *file,
		      const struct below *below, size_t n)
{
	for (int i = 0; i < NAMES; i++) {
		struct oid blob = { { 255, file[i] } };

		for (size_t b = 0; b < n; b++)
			if (below[b].name && !strcmp(below[b].before, names[i]))
				add_entry(raw, "40000", below[b].name,
					  &below[b].oid);
		if (file[i])
			add_entry(raw, "100644", names[i], &blob);
	}
}

static bool is_empty(const unsigned char *file)
{
	for (int i = 0; i < NAMES; i++)
		if (file[i])
			return false;
	return true;
}

/* Where a name is a directory it is no file. */
static void tidy(struct flat *flat)
{
	if (!is_empty(flat->file[1]))
		flat->file[0][0] = 0;
	if (!is_empty(flat->file[3]))
		flat->file[2][3] = 0;
	if (!is_empty(flat->file[2]) || !is_empty(flat->file[3]))
		flat->file[0][5] = 0;
}

static struct oid make_dir(const unsigned char *file, const struct below *below,
			   size_t n, bool *is_there)
{
	struct buf raw = BUF_INIT;
	struct oid oid;

	add_names(&raw, file, below, n);
	*is_there = raw.len;
	oid = add_tree(&raw);
	buf_release(&raw);
	return oid;
}

/* "a/" comes after "a.b" and before "a0", "d/" after "d-", "b/" before "c". */
static struct oid make_tree(const struct flat *flat)
{
	struct below b = { .before = "c" };
	struct below top[2] = { { .before = "a0" }, { .before = "da" } };
	bool is;

	b.oid = make_dir(flat->file[3], NULL, 0, &is);
	b.name = is ? "b" : NULL;
	top[0].oid = make_dir(flat->file[1], NULL, 0, &is);
	top[0].name = is ? "a" : NULL;
	top[1].oid = make_dir(flat->file[2], &b, 1, &is);
	top[1].name = is ? "d" : NULL;
	return make_dir(flat->file[0], top, 2, &is);
}

struct seen {
	struct flat at[SIDES];
	size_t n;
};

static int visit(void *ctx, const char *path, size_t len,
		 const struct tree_entry *side, size_t n, struct error *err)
{
	struct seen *seen = ctx;
	const char *slash = strrchr(path, '/');
	size_t dir_len = slash ? (size_t)(slash + 1 - path) : 0;
	int d = 0, i = 0;

	(void)err;
	while (d < DIRS && (strlen(dirs[d]) != dir_len ||
			    memcmp(dirs[d], path, dir_len)))
		d++;
	while (i < NAMES && strcmp(names[i], path + dir_len))
		i++;
	if (d == DIRS || i == NAMES || strlen(path) != len)
		abort();
	for (size_t s = 0; s < n; s++) {
		if (seen->at[s].file[d][i])
			abort();
		seen->at[s].file[d][i] = side[s].mode ? side[s].oid.b[1] : 0;
	}
	seen->n++;
	return 0;
}

static bool skip_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	for (size_t i = 1; i < n; i++)
		if (!tree_entry_equal(&side[0], &side[i]))
			return false;
	return true;
}

/* What is not the same on all sides was seen, and nothing else. */
static void check(const struct flat *flat, const struct seen *seen, size_t n)
{
	size_t differ = 0;

	for (int d = 0; d < DIRS; d++)
		for (int i = 0; i < NAMES; i++) {
			bool same = true;

			for (size_t s = 1; s < n; s++)
				same &= flat[s].file[d][i] ==
					flat[0].file[d][i];
			differ += !same;
			for (size_t s = 0; s < n && !same; s++)
				if (seen->at[s].file[d][i] !=
				    flat[s].file[d][i])
					abort();
		}
	if (differ != seen->n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct flat flat[SIDES] = { 0 };
	struct seen seen = { 0 };
	struct oid roots[SIDES];
	const struct tree_diff cmp = { .skip = skip_equal, .visit = visit,
				       .ctx = &seen };
	size_t n = size && data[0] & 1 ? 3 : 2;
	struct error err;

	for (size_t i = 1; i + 1 < size; i += 2)
		flat[data[i] % n].file[data[i] >> 2 & 3][data[i] >> 4 & 7] =
			data[i + 1] & 3;
	n_trees = 0;
	for (size_t i = 0; i < n; i++) {
		tidy(&flat[i]);
		roots[i] = make_tree(&flat[i]);
	}
	if (tree_diff(NULL, roots, n, &cmp, &err))
		abort();
	check(flat, &seen, n);
	for (size_t i = 0; i < n_trees; i++) {
		if (trees[i].users)
			abort();
		tree_entries_release(&trees[i].entries);
		free((char *)trees[i].object.data);
	}
	return 0;
}
