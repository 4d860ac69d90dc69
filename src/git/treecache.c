/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/treecache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A slot holds one tree: names that fall on it take turns. */
enum { SLOTS = 8192, MAX_BYTES = 32 << 20, MAX_TREE = 1 << 20 };

struct tree_cache {
	struct cached_tree *slots[SLOTS];
	size_t bytes;
	size_t hand;			/* where room is made next */
};

struct tree_cache *tree_cache_new(void)
{
	return xcalloc(1, sizeof(struct tree_cache));
}

static size_t size_of(const struct cached_tree *tree)
{
	return sizeof(*tree) + tree->object.len +
	       tree->entries.cap * sizeof(*tree->entries.v);
}

static void tree_free(struct cached_tree *tree)
{
	object_release(&tree->object);
	tree_entries_release(&tree->entries);
	free(tree);
}

/* What is in use goes when its user puts it back. */
static void drop(struct tree_cache *cache, size_t slot)
{
	struct cached_tree *tree = cache->slots[slot];

	if (!tree)
		return;
	cache->slots[slot] = NULL;
	cache->bytes -= size_of(tree);
	tree->is_kept = false;
	if (!tree->users)
		tree_free(tree);
}

void tree_cache_free(struct tree_cache *cache)
{
	for (size_t i = 0; cache && i < SLOTS; i++)
		drop(cache, i);
	free(cache);
}

static size_t slot_of(const struct oid *oid)
{
	return (oid->b[0] | (size_t)oid->b[1] << 8) % SLOTS;
}

static void keep(struct tree_cache *cache, struct cached_tree *tree)
{
	size_t slot = slot_of(&tree->oid), size = size_of(tree);

	if (size > MAX_TREE)
		return;
	drop(cache, slot);
	for (; cache->bytes + size > MAX_BYTES;
	     cache->hand = (cache->hand + 1) % SLOTS)
		drop(cache, cache->hand);
	cache->slots[slot] = tree;
	cache->bytes += size;
	tree->is_kept = true;
}

static struct cached_tree *read_tree(struct repo *repo, const struct oid *oid,
				     struct error *err)
{
	struct cached_tree *tree = xcalloc(1, sizeof(*tree));
	char hex[OID_HEX + 1];

	tree->oid = *oid;
	if (repo_read(repo, oid, OBJECT_TREE, &tree->object, err))
		goto fail;
	if (!tree_parse(&tree->entries, tree->object.data, tree->object.len,
			err))
		return tree;
	oid_format(hex, oid);
	error_wrap(err, "tree %s", hex);
fail:
	tree_free(tree);
	return NULL;
}

struct cached_tree *tree_get(struct repo *repo, const struct oid *oid,
			     struct error *err)
{
	struct tree_cache *cache = repo_tree_cache(repo);
	struct cached_tree *tree = cache->slots[slot_of(oid)];

	if (!tree || !oid_equal(&tree->oid, oid)) {
		tree = read_tree(repo, oid, err);
		if (tree)
			keep(cache, tree);
	}
	if (tree)
		tree->users++;
	return tree;
}

void tree_put(struct cached_tree *tree)
{
	if (tree && !--tree->users && !tree->is_kept)
		tree_free(tree);
}
