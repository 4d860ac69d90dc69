/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_STRMAP_H
#define BASE_STRMAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Open-addressed map from borrowed strings to numbers, at most two thirds full.
 * Nobody can choose keys that take long to find. Zeroed memory is an empty map.
 */
struct strmap {
	struct strmap_slot *slots;
	size_t n, cap;
};

/* The number stored for `key`, or -1. */
int64_t strmap_get(const struct strmap *map, const char *key);

/* The key of the map that is equal to `key`, or NULL. */
const char *strmap_key(const struct strmap *map, const char *key);

/* Stores or replaces. */
void strmap_put(struct strmap *map, const char *key, uint32_t value);

void strmap_release(struct strmap *map);

#endif
