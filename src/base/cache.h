/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A cache of limited size, with one slot for each hash: a new item replaces the
 * one in its slot. The caller checks that the item it gets is the one it wants.
 */
struct cache {
	void **slots;			/* once something is kept */
	bool used[256];			/* the slots, in as many pieces */
	size_t bytes, max_bytes;
	size_t max_item;		/* larger ones are not kept */
	size_t hand;			/* the slot to empty next */
	size_t (*size)(const void *item);
	void (*drop)(void *item);	/* the cache no longer needs it */
};

/* `max_item` is at most `max_bytes`. */
void cache_init(struct cache *cache, size_t max_bytes, size_t max_item,
		size_t (*size)(const void *item), void (*drop)(void *item));
void cache_release(struct cache *cache);

/* The item in that slot, or NULL. */
void *cache_at(const struct cache *cache, size_t hash);

/*
 * Keeps an item, and drops others to make room. An item larger than `max_item`
 * is dropped at once.
 */
void cache_keep(struct cache *cache, size_t hash, void *item);

#endif
