/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SAME_BYTES_H
#define BASE_SAME_BYTES_H

#include <stddef.h>
#include <string.h>

/* Compared at once by memcmp(), which takes many bytes in one step. */
enum { SAME_BYTES_STEP = 256 };

/* How many of the first n bytes are the same, before the first that differ. */
static inline size_t same_bytes_from(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (n - i >= SAME_BYTES_STEP &&
	       !memcmp(a + i, b + i, SAME_BYTES_STEP))
		i += SAME_BYTES_STEP;
	for (size_t step = SAME_BYTES_STEP / 2; step; step /= 2)
		if (n - i >= step && !memcmp(a + i, b + i, step))
			i += step;
	return i;
}

/* The same for the n bytes before these ends, after the last that differ. */
static inline size_t same_bytes_before(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (n - i >= SAME_BYTES_STEP &&
	       !memcmp(a - i - SAME_BYTES_STEP, b - i - SAME_BYTES_STEP,
		       SAME_BYTES_STEP))
		i += SAME_BYTES_STEP;
	for (size_t step = SAME_BYTES_STEP / 2; step; step /= 2)
		if (n - i >= step && !memcmp(a - i - step, b - i - step, step))
			i += step;
	return i;
}

#endif
