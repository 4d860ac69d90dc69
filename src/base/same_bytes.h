/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SAME_BYTES_H
#define BASE_SAME_BYTES_H

#include <stddef.h>
#include <string.h>

#include "base/be.h"

/* Compared at once by memcmp(), which takes many bytes in one step. */
enum { SAME_BYTES_STEP = 256 };

/* How many of the first n bytes are the same, before the first that differ. */
static inline size_t same_bytes_from(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (n - i >= SAME_BYTES_STEP &&
	       !memcmp(a + i, b + i, SAME_BYTES_STEP))
		i += SAME_BYTES_STEP;
	for (; n - i >= 8; i += 8) {
		uint64_t differ = be64(a + i) ^ be64(b + i);

		if (differ)
			return i + (size_t)__builtin_clzll(differ) / 8;
	}
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

#endif
