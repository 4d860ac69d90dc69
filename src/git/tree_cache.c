/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/tree_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/cache.h"
#include "base/hash.h"
#include "base/mem.h"
#include "git/repo_private.h"

enum { MAX_BYTES = 5 << 20, PLACES = 4096 };

struct tree_cache {
	struct cache cache;
	struct oid last[PLACES];	/* read for a directory, by the hash of
					 * its path */
};

static size_t tree_size(const void *item)
{
	const struct cached_tree *tree = item;

	return sizeof(*tree) + tree->object.len +
	       tree->entries.cap * sizeof(*tree->entries.starts);
}

static void tree_free(struct cached_tree *tree)
{
	object_release(&tree->object);
	tree_entries_release(&tree->entries);
	free(tree);
}

void tree_put(struct cached_tree *tree)
{
	if (tree && !--tree->users)
		tree_free(tree);
}

struct cached_tree *tree_share(struct cached_tree *tree)
{
	tree->users++;
	return tree;
}

static void tree_drop(void *item)
{
	tree_put(item);
}

struct tree_cache *tree_cache_new(void)
{
	struct tree_cache *trees = xcalloc(1, sizeof(*trees));

	cache_init(&trees->cache, MAX_BYTES, MAX_BYTES / 16, tree_size,
		   tree_drop);
	return trees;
}

void tree_cache_free(struct tree_cache *trees)
{
	if (trees)
		cache_release(&trees->cache);
	free(trees);
}

static struct cached_tree *find(const struct repo *repo, const struct oid *oid)
{
	struct cached_tree *tree = cache_at(&repo->trees->cache, oid_hash(oid));

	return tree && oid_equal(&tree->oid, oid) ? tree : NULL;
}

/*
 * The entries of one of the trees, or of the one that was read last for the
 * directory, if one of these is cached; or NULL.
 */
static const struct tree_entries *find_like(const struct repo *repo,
					    const struct oid *last,
					    const struct oid *trees, size_t n)
{
	const struct cached_tree *tree = NULL;

	for (size_t i = 0; i < n && !tree; i++)
		tree = find(repo, &trees[i]);
	if (!tree)
		tree = find(repo, last);
	return tree ? &tree->entries : NULL;
}

static struct cached_tree *read_tree(struct repo *repo, const struct oid *oid,
				     const struct tree_entries *like,
				     struct error *err)
{
	struct cached_tree *tree = xcalloc(1, sizeof(*tree));
	char hex[OID_HEX + 1];

	tree->oid = *oid;
	tree->users = 1;
	if (repo_read(repo, oid, OBJECT_TREE, &tree->object, err))
		goto fail;
	if (!tree_parse_like(&tree->entries, tree->object.data,
			     tree->object.len, like, err))
		return tree;
	oid_format(hex, oid);
	error_wrap(err, "tree %s", hex);
fail:
	tree_free(tree);
	return NULL;
}

struct cached_tree *tree_get(struct repo *repo, const char *path,
			     const struct oid *trees, size_t n, size_t i,
			     struct error *err)
{
	struct cached_tree *tree = find(repo, &trees[i]);
	struct oid *last;

	if (tree)
		return tree_share(tree);
	last = &repo->trees->last[hash_add(HASH_START, path, strlen(path)) %
				  PLACES];
	tree = read_tree(repo, &trees[i], find_like(repo, last, trees, n), err);
	if (!tree)
		return NULL;
	cache_keep(&repo->trees->cache, oid_hash(&trees[i]), tree_share(tree));
	*last = trees[i];
	return tree;
}

/* The entry of that name, without it; its mode is 0 where there is none. */
static void find_name(const struct tree_entries *entries, const char *name,
		      size_t len, struct tree_entry *entry)
{
	entry->mode = 0;
	for (size_t i = 0; !entry->mode && i < entries->n; i++) {
		struct tree_entry e = tree_entry_at(entries, i);

		if (e.name_len == len && !memcmp(e.name, name, len))
			*entry = (struct tree_entry){ .mode = e.mode,
						      .oid = e.oid };
	}
}

int tree_find_path(struct repo *repo, const struct oid *tree, const char *path,
		   struct tree_entry *entry, struct error *err)
{
	const char *rest = path;

	*entry = (struct tree_entry){
		.mode = oid_is_zero(tree) ? 0 : MODE_TREE, .oid = *tree,
	};
	while (mode_is_tree(entry->mode) && *rest) {
		char *dir = xstrndup(path, (size_t)(rest - path));
		struct cached_tree *cached =
			tree_get(repo, dir, &entry->oid, 1, 0, err);
		size_t len = strcspn(rest, "/");

		free(dir);
		if (!cached)
			return -1;
		find_name(&cached->entries, rest, len, entry);
		tree_put(cached);
		rest += len + (rest[len] == '/');
	}
	if (*rest)
		entry->mode = 0;
	return 0;
}
