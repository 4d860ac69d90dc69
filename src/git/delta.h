/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_DELTA_H
#define GIT_DELTA_H

#include <stdbool.h>
#include <stddef.h>

#include "git/object_bytes.h"

/* Deltas, which make an object from another one (gitformat-pack(5)). */

/* Bytes of a delta, or of a pack, that are still to be read. */
struct bytes {
	const unsigned char *p, *end;
};

/*
 * A number in groups of seven bits, the lowest first, each but the last with
 * the high bit set; `value` has the first `shift` bits already. False at the
 * end of the bytes, and where it needs more than 32 bits: nobody here wants
 * objects of that size.
 */
bool bytes_take_size(struct bytes *bytes, size_t *value, unsigned int shift);

/*
 * The object that the delta makes from the base, until object_bytes_put(). NULL
 * where it is broken, is about another base or makes more than `max` bytes.
 */
struct object_bytes *delta_apply(const struct object_bytes *base, struct bytes delta,
			    size_t max);

#endif
