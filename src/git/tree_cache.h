/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_TREE_CACHE_H
#define GIT_TREE_CACHE_H

#include "git/repo.h"
#include "git/tree.h"

/*
 * A cache of parsed trees: a commit is mostly compared with trees that another
 * commit was compared with. Its size is limited; a tree that was dropped is
 * read again.
 */
struct tree_cache;

struct tree_cache *tree_cache_new(void);
void tree_cache_free(struct tree_cache *cache);

/* One tree, borrowed until tree_put(). */
struct cached_tree {
	struct oid oid;
	struct tree_entries entries;
	struct object object;		/* the bytes that the entries point
					 * into */
	unsigned int users;		/* the cache among them */
};

/*
 * The i-th of n trees of the directory `path` ("" or with a slash at its end),
 * cached or read; the caller calls tree_put(). It is parsed with the help of
 * the others, or of one that the directory had before: they have most entries
 * in common. NULL with an error when it is missing or malformed (tree_parse()).
 */
struct cached_tree *tree_get(struct repo *repo, const char *path,
			     const struct oid *trees, size_t n, size_t i,
			     struct error *err);

/* The same tree once more; the caller calls tree_put() for it, too. */
struct cached_tree *tree_share(struct cached_tree *tree);

/* Accepts NULL. */
void tree_put(struct cached_tree *tree);

/*
 * Follows a path from a tree, which may be zero: the empty tree. The entry has
 * no name; its mode is 0 where the path leads nowhere. The path "" leads to the
 * tree itself. Errors are those of tree_get().
 */
int tree_find_path(struct repo *repo, const struct oid *tree, const char *path,
		   struct tree_entry *entry, struct error *err);

#endif
