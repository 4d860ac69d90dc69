/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_GLOBSET_H
#define BASE_GLOBSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/glob.h"

/*
 * Matches thousands of path globs in one walk over a path. Globs share the
 * nodes of their common prefix, so the walk carries a few positions rather than
 * one for each glob, and it remembers where a directory leads. The time is
 * linear in the path and hardly depends on the number of globs; for hostile
 * ones it is never more than that of matching them one after the other.
 *
 * The memory is bounded: when it grows too large all is forgotten. Not for use
 * by two threads.
 */
struct globset;

/*
 * Numbers of globs, as globset_add() returned them. Zero it before use; the
 * caller frees `v`.
 */
struct globset_ids {
	uint32_t *v;
	size_t n, cap;
};

struct globset *globset_new(void);
void globset_free(struct globset *set);

/*
 * Adds a glob of the kind GLOB_PATH and returns its number: 0, 1, 2, ... The
 * glob is borrowed, and must neither move nor change. Add all globs before the
 * first walk.
 */
uint32_t globset_add(struct globset *set, const struct glob *glob);

/* The globs that match the path, each once, in no order. */
void globset_match(struct globset *set, const char *path,
		   struct globset_ids *ids);

/*
 * Sets `all` to the globs that match every path below the directory, and `some`
 * to others that match, or might match, some of them. The directory has no
 * slash at its end; "" is the root.
 */
void globset_below(struct globset *set, const char *dir,
		   struct globset_ids *all, struct globset_ids *some);

/* Sets how many bytes are kept before all is forgotten; for tests. */
void globset_limit(struct globset *set, size_t bytes);

#endif
