/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_DELTA_H
#define GIT_DELTA_H

#include <stdbool.h>
#include <stddef.h>

#include "git/object_bytes.h"

/* Applies deltas (gitformat-pack(5)). */

/* The unread bytes of a delta or a pack. */
struct bytes {
	const unsigned char *p, *end;
};

/*
 * Reads a number in groups of seven bits, lowest first; all but the last have
 * the high bit set. `value` already holds the first `shift` bits. Returns false
 * at the end of the bytes, and for numbers of more than 32 bits: nobody here
 * wants objects of that size.
 */
bool bytes_take_size(struct bytes *bytes, size_t *value, unsigned int shift);

/*
 * Makes the object; the caller calls object_bytes_put(). Returns NULL when the
 * delta is broken, belongs to another base, or makes more than `max` bytes.
 */
struct object_bytes *delta_apply(const struct object_bytes *base,
				 struct bytes delta, size_t max);

#endif
