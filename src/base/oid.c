/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/oid.h"

#include <stdlib.h>
#include <string.h>

#include "base/be.h"
#include "base/mem.h"

/* What each hexadecimal digit stands for, and one more. */
static const unsigned char digit_values[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool oid_parse(struct oid *oid, const char *hex, size_t len)
{
	const unsigned char *p = (const unsigned char *)hex;

	if (len != OID_HEX)
		return false;
	for (size_t i = 0; i < OID_SIZE; i++, p += 2) {
		unsigned int high = digit_values[p[0]];
		unsigned int low = digit_values[p[1]];

		if (!high || !low)
			return false;
		oid->b[i] = (unsigned char)((high - 1) << 4 | (low - 1));
	}
	return true;
}

static void format(char *out, const struct oid *oid, size_t n_bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n_bytes; i++) {
		out[2 * i] = digits[oid->b[i] >> 4];
		out[2 * i + 1] = digits[oid->b[i] & 15];
	}
	out[2 * n_bytes] = '\0';
}

void oid_format(char out[OID_HEX + 1], const struct oid *oid)
{
	format(out, oid, OID_SIZE);
}

void oid_abbreviate(char out[OID_ABBREV + 1], const struct oid *oid)
{
	format(out, oid, OID_ABBREV / 2);
}

bool oid_is_zero(const struct oid *oid)
{
	static const struct oid zero;

	return oid_equal(oid, &zero);
}

int oid_cmp(const struct oid *a, const struct oid *b)
{
	return memcmp(a->b, b->b, OID_SIZE);
}

struct oidmap_slot {
	struct oid oid;
	uint32_t value;
	bool used;
};

/*
 * Returns the first free or matching slot. Object names are hashes already, but
 * a pusher can choose their first bytes. Mixing all bytes makes it as expensive
 * to crowd a bucket as to find collisions.
 */
static struct oidmap_slot *find(const struct oidmap *map, const struct oid *oid)
{
	uint64_t a, b;
	uint32_t c;
	size_t i;

	memcpy(&a, oid->b, 8);
	memcpy(&b, oid->b + 8, 8);
	memcpy(&c, oid->b + 16, 4);
	a ^= (b * 0x9e3779b97f4a7c15u) ^ c;
	a = (a ^ a >> 33) * 0xff51afd7ed558ccdu;
	for (i = (a >> 32) & (map->cap - 1);; i = (i + 1) & (map->cap - 1)) {
		struct oidmap_slot *slot = &map->slots[i];

		if (!slot->used || oid_equal(&slot->oid, oid))
			return slot;
	}
}

static void rehash(struct oidmap *map)
{
	struct oidmap bigger = { .cap = map->cap ? map->cap * 2 : 64 };

	bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
	bigger.n = map->n;
	for (size_t i = 0; i < map->cap; i++)
		if (map->slots[i].used)
			*find(&bigger, &map->slots[i].oid) = map->slots[i];
	free(map->slots);
	*map = bigger;
}

int64_t oidmap_get(const struct oidmap *map, const struct oid *oid)
{
	const struct oidmap_slot *slot;

	if (!map->n)
		return -1;
	slot = find(map, oid);
	return slot->used ? (int64_t)slot->value : -1;
}

void oidmap_put(struct oidmap *map, const struct oid *oid, uint32_t value)
{
	struct oidmap_slot *slot;

	if (3 * (map->n + 1) > 2 * map->cap)
		rehash(map);
	slot = find(map, oid);
	if (!slot->used) {
		slot->used = true;
		slot->oid = *oid;
		map->n++;
	}
	slot->value = value;
}

void oidmap_release(struct oidmap *map)
{
	free(map->slots);
	*map = (struct oidmap){ 0 };
}

/* Tables */

/*
 * The number of guesses before it halves, so that names made to mislead cost no
 * more.
 */
enum { GUESSES = 6 };

/* A part of a table in which all names start with the same byte. */
struct part {
	size_t lo, hi;
	uint32_t lo_key, hi_key;	/* the four bytes after it, at both
					 * ends */
};

static size_t guess(const struct part *part, uint32_t key)
{
	uint64_t n = part->hi - part->lo, span = part->hi_key - part->lo_key;

	if (key < part->lo_key || key >= part->hi_key)
		return part->lo + (size_t)n / 2;
	return part->lo + (size_t)((key - part->lo_key) * n / span);
}

int64_t oid_table_find(const struct oid_table *table, const struct oid *oid)
{
	const unsigned char *fanout = table->fanout;
	uint32_t key = be32(oid->b + 1);
	struct part part = {
		.lo = oid->b[0] ? be32(fanout + 4 * (oid->b[0] - 1)) : 0,
		.hi = be32(fanout + 4 * oid->b[0]), .hi_key = UINT32_MAX,
	};

	for (int i = 0; part.lo < part.hi; i++) {
		size_t at = i < GUESSES ? guess(&part, key) :
					  part.lo + (part.hi - part.lo) / 2;
		const unsigned char *name = table->names + at * OID_SIZE;
		int cmp = memcmp(oid->b, name, OID_SIZE);

		if (!cmp)
			return (int64_t)at;
		if (cmp < 0) {
			part.hi = at;
			part.hi_key = be32(name + 1);
		} else {
			part.lo = at + 1;
			part.lo_key = be32(name + 1);
		}
	}
	return -1;
}

void oid_list_add(struct oid_list *list, const struct oid *oid)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = *oid;
}

void oid_list_add_all(struct oid_list *list, const struct oid_list *more)
{
	for (size_t i = 0; i < more->n; i++)
		oid_list_add(list, &more->v[i]);
}
