/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_OID_H
#define BASE_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The name of a git object (SHA-1), and a map from it to a number. All zero
 * means "no object", as in the input of git's hooks.
 */
enum { OID_SIZE = 20, OID_HEX = 40, OID_ABBREV = 12 };

struct oid {
	unsigned char b[OID_SIZE];
};

/* Exactly 40 hex digits at `hex` (not NUL-terminated); false for all else. */
bool oid_parse(struct oid *oid, const char *hex, size_t len);

/* Writes 40 lower-case digits and a NUL. */
void oid_format(char out[OID_HEX + 1], const struct oid *oid);

/* The first 12 digits, as messages show a name. */
void oid_abbreviate(char out[OID_ABBREV + 1], const struct oid *oid);

bool oid_is_zero(const struct oid *oid);

static inline bool oid_equal(const struct oid *a, const struct oid *b)
{
	return !memcmp(a->b, b->b, OID_SIZE);
}

int oid_cmp(const struct oid *a, const struct oid *b);

/* Some bits of the name: they are as good as random. */
static inline size_t oid_hash(const struct oid *oid)
{
	return oid->b[0] | (size_t)oid->b[1] << 8 | (size_t)oid->b[2] << 16 |
	       (size_t)oid->b[3] << 24;
}

/* Names in the order in which they were added; the owner frees `v`. */
struct oid_list {
	struct oid *v;
	size_t n, cap;
};

void oid_list_add(struct oid_list *list, const struct oid *oid);
void oid_list_add_all(struct oid_list *list, const struct oid_list *more);

/*
 * Open-addressed map from object names to 32-bit numbers; 28 bytes an entry,
 * at most two thirds full. Zeroed memory is an empty map.
 */
struct oidmap {
	struct oidmap_slot *slots;
	size_t n, cap;
};

/* The number stored for `oid`, or -1. */
int64_t oidmap_get(const struct oidmap *map, const struct oid *oid);

/* Stores or replaces; the map copies the name. */
void oidmap_put(struct oidmap *map, const struct oid *oid, uint32_t value);

void oidmap_release(struct oidmap *map);

/*
 * Names in order, one behind the other, as git's files have them, and for each
 * first byte how many start with it or with a smaller one (256 numbers of four
 * bytes, big-endian), which must be true.
 */
struct oid_table {
	const unsigned char *fanout, *names;
};

/* The name's place among them, or -1. Names are even, so few are looked at. */
int64_t oid_table_find(const struct oid_table *table, const struct oid *oid);

#endif
