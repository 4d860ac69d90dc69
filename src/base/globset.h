/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_GLOBSET_H
#define BASE_GLOBSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/glob.h"

/*
 * Thousands of path globs, all held against a path in one walk. Globs that
 * begin alike are one as far as they do, so the walk carries along a few
 * positions, not one for each glob; where a directory leads is remembered.
 * The time is linear in the path, and hardly depends on the number of globs
 * (hostile ones apart: never more than that of one after the other).
 *
 * What is remembered is bounded: it is forgotten when it has grown too large.
 * Not for use by two threads.
 */
struct globset;

/* Numbers of globs, as globset_add() gave them; zero it, free `v`. */
struct globset_ids {
	uint32_t *v;
	size_t n, cap;
};

struct globset *globset_new(void);
void globset_free(struct globset *set);

/*
 * Adds a glob of the kind GLOB_PATH and gives its number: 0, 1, 2, ... It is
 * borrowed, and must neither move nor change. To be done before the first walk.
 */
uint32_t globset_add(struct globset *set, const struct glob *glob);

/* The globs that match the path, each once, in no order. */
void globset_match(struct globset *set, const char *path,
		   struct globset_ids *ids);

/*
 * Of the paths below the directory (without a slash at its end; "" is the
 * root): the globs that match every one, and others that match some or might.
 */
void globset_below(struct globset *set, const char *dir,
		   struct globset_ids *all, struct globset_ids *some);

/* Bytes remembered at most before all is forgotten; for tests. */
void globset_limit(struct globset *set, size_t bytes);

#endif
