/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include <stddef.h>

/*
 * A bounded memory of what was read last. Each hash has a slot for one item:
 * those that fall on the same take turns. Who asks checks that the item is the
 * right one.
 */
struct cache {
	void **slots;			/* once something is kept */
	size_t bytes, max_bytes;
	size_t max_item;		/* larger ones are not kept */
	size_t hand;			/* where room is made next */
	size_t (*size)(const void *item);
	void (*drop)(void *item);	/* the cache has done with it */
};

/* `max_item` is at most `max_bytes`. */
void cache_init(struct cache *cache, size_t max_bytes, size_t max_item,
		size_t (*size)(const void *item), void (*drop)(void *item));
void cache_release(struct cache *cache);

/* The item in that slot, or NULL. */
void *cache_at(const struct cache *cache, size_t hash);

/*
 * Keeps an item, dropping others to make room. One that is too large is dropped
 * at once.
 */
void cache_keep(struct cache *cache, size_t hash, void *item);

#endif
