/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Binary search among the places lo to hi - 1: the first for which `is_before`
 * is false, or hi. It must be true for all places before that one, and false
 * for all after it. Inline, so that the compiler can inline `is_before` too.
 */
static inline size_t search_first(size_t lo, size_t hi,
				  bool (*is_before)(const void *ctx, size_t i),
				  const void *ctx)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (is_before(ctx, mid))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

#endif
