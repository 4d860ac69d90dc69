/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_COMMIT_HEADS_H
#define GIT_COMMIT_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"
#include "git/object.h"

/*
 * What walks need of commits: dates and parents. Several walks go through one
 * history, and inflating its commits is most of their cost. Keeps up to
 * MAX_HEADS commits, of some 150 bytes each. Zeroed memory keeps none.
 */
enum { MAX_HEADS = 400000 };

struct commit_head {
	int64_t time;
	uint32_t first;			/* parent */
	uint32_t n_parents;
};

struct commit_heads {
	struct oidmap index;
	struct commit_head *v;
	size_t n, cap;
	struct oid *parents;
	size_t n_parents, cap_parents;
};

void commit_heads_release(struct commit_heads *heads);

/* Borrowed until the next one is added; NULL where it is not kept. */
const struct commit_head *commit_heads_find(const struct commit_heads *heads,
					    const struct oid *oid);

/* Keeps one that is not kept yet, unless there are too many. */
void commit_heads_add(struct commit_heads *heads, const struct oid *oid,
		      const struct commit *commit);

/* The same, unless it is kept. The parents are copied. */
void commit_heads_put(struct commit_heads *heads, const struct oid *oid,
		      int64_t time, const struct oid *parents,
		      uint32_t n_parents);

#endif
