/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_OID_H
#define BASE_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The name of a git object (SHA-1), and a map from names to numbers. All zero
 * means "no object", as in the input of git's hooks.
 */
enum { OID_SIZE = 20, OID_HEX = 40, OID_ABBREV = 12 };

struct oid {
	unsigned char b[OID_SIZE];
};

/*
 * Parses exactly 40 hex digits at `hex`, which need not end with a NUL; false
 * for anything else.
 */
bool oid_parse(struct oid *oid, const char *hex, size_t len);

/* Writes 40 lower-case digits and a NUL. */
void oid_format(char out[OID_HEX + 1], const struct oid *oid);

/* Writes the first 12 digits, which messages show. */
void oid_abbreviate(char out[OID_ABBREV + 1], const struct oid *oid);

bool oid_is_zero(const struct oid *oid);

static inline bool oid_equal(const struct oid *a, const struct oid *b)
{
	return !memcmp(a->b, b->b, OID_SIZE);
}

int oid_cmp(const struct oid *a, const struct oid *b);

/* A hash of the name: some of its bits, which are as good as random. */
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
 * Sorted names in git's files, one after the other. `fanout` has 256 numbers of
 * four bytes (big-endian): for each first byte, how many names start with it or
 * with a smaller one. The caller has checked them.
 */
struct oid_table {
	const unsigned char *fanout, *names;
};

/* The name's index, or -1. Names are spread evenly, so few are looked at. */
int64_t oid_table_find(const struct oid_table *table, const struct oid *oid);

#endif
