/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/strmap.h"

#include <stdlib.h>
#include <string.h>

#include "base/keyed_hash.h"
#include "base/mem.h"

struct strmap_slot {
	const char *key;		/* NULL: free */
	uint32_t hash;
	uint32_t value;
};

static uint32_t hash(const char *s)
{
	return (uint32_t)keyed_hash(s, strlen(s));
}

static struct strmap_slot *find(const struct strmap *map, const char *key,
				uint32_t h)
{
	size_t i = h & (map->cap - 1);

	while (map->slots[i].key && (map->slots[i].hash != h ||
				     strcmp(map->slots[i].key, key)))
		i = (i + 1) & (map->cap - 1);
	return &map->slots[i];
}

int64_t strmap_get(const struct strmap *map, const char *key)
{
	const struct strmap_slot *slot;

	if (!map->n)
		return -1;
	slot = find(map, key, hash(key));
	return slot->key ? (int64_t)slot->value : -1;
}

const char *strmap_key(const struct strmap *map, const char *key)
{
	return map->n ? find(map, key, hash(key))->key : NULL;
}

static void enlarge(struct strmap *map)
{
	struct strmap bigger = { .n = map->n,
				 .cap = map->cap ? 2 * map->cap : 64 };

	bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
	for (size_t i = 0; i < map->cap; i++) {
		const struct strmap_slot *old = &map->slots[i];

		if (old->key)
			*find(&bigger, old->key, old->hash) = *old;
	}
	free(map->slots);
	*map = bigger;
}

void strmap_put(struct strmap *map, const char *key, uint32_t value)
{
	struct strmap_slot *slot;
	uint32_t h = hash(key);

	if (3 * (map->n + 1) > 2 * map->cap)
		enlarge(map);
	slot = find(map, key, h);
	map->n += !slot->key;
	if (!slot->key)
		slot->key = key;
	slot->hash = h;
	slot->value = value;
}

void strmap_release(struct strmap *map)
{
	free(map->slots);
	*map = (struct strmap){ 0 };
}
