/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/cache.h"

#include "base/mem.h"

enum { SLOTS = 16384, PIECES = ARRAY_SIZE((struct cache){ 0 }.used),
       PIECE = SLOTS / PIECES };

void cache_init(struct cache *cache, size_t max_bytes, size_t max_item,
		size_t (*size)(const void *item), void (*drop)(void *item))
{
	*cache = (struct cache){ .max_bytes = max_bytes, .max_item = max_item,
				 .size = size, .drop = drop };
}

static void empty(struct cache *cache, size_t slot)
{
	void *item = cache->slots[slot];

	if (!item)
		return;
	cache->slots[slot] = NULL;
	cache->bytes -= cache->size(item);
	cache->drop(item);
}

void cache_release(struct cache *cache)
{
	/* Those of a short run are mostly empty, and not even in memory. */
	for (size_t p = 0; p < PIECES; p++)
		for (size_t i = 0; cache->used[p] && i < PIECE; i++)
			empty(cache, p * PIECE + i);
	mem_pages_free(cache->slots, SLOTS * sizeof(*cache->slots));
	*cache = (struct cache){ 0 };
}

void *cache_at(const struct cache *cache, size_t hash)
{
	return cache->slots ? cache->slots[hash % SLOTS] : NULL;
}

void cache_keep(struct cache *cache, size_t hash, void *item)
{
	size_t slot = hash % SLOTS, size = cache->size(item);

	if (size > cache->max_item) {
		cache->drop(item);
		return;
	}
	if (!cache->slots)
		cache->slots = mem_pages(SLOTS * sizeof(*cache->slots));
	empty(cache, slot);
	for (; cache->bytes + size > cache->max_bytes;
	     cache->hand = (cache->hand + 1) % SLOTS)
		empty(cache, cache->hand);
	cache->slots[slot] = item;
	cache->used[slot / PIECE] = true;
	cache->bytes += size;
}
