/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_DAG_H
#define GIT_DAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/*
 * A part of history in memory: commits, and edges to those of their parents
 * that are in it too. Plain data: no libgit2 here.
 */
#define DAG_NONE UINT32_MAX		/* no commit; a parent outside */

struct dag_node {
	struct oid oid;
	uint32_t edges;			/* index of the first parent's edge */
	uint32_t n_parents;
	uint32_t flags;			/* the caller's, 0 when added */
};

struct dag {
	struct dag_node *nodes;
	size_t n, cap;
	uint32_t *edges;		/* DAG_NONE: outside */
	size_t n_edges, cap_edges;
	struct oidmap index;		/* name -> node */
};

/* Zeroed memory is an empty dag. */
void dag_release(struct dag *dag);

/* Adds a commit with room for its edges, all DAG_NONE. Returns its index. */
uint32_t dag_add(struct dag *dag, const struct oid *oid, size_t n_parents);

static inline uint32_t *dag_parents(const struct dag *dag, uint32_t node)
{
	return dag->edges ? dag->edges + dag->nodes[node].edges : NULL;
}

/* The commit's index, or DAG_NONE. */
uint32_t dag_find(const struct dag *dag, const struct oid *oid);

/*
 * Walks from `start` (DAG_NONE: nowhere) to its ancestors. Calls `enter` once
 * for each path to a commit; it says whether to go on to the parents, and must
 * return true at most once for each commit, or the walk may take for ever.
 */
void dag_spread(const struct dag *dag, uint32_t start,
		bool (*enter)(void *ctx, uint32_t node), void *ctx);

/*
 * Sets `seen[node]` for `start` and its ancestors, stopping at nodes where it
 * is set.
 */
void dag_see(const struct dag *dag, uint32_t start, bool *seen);

/* Sets `seen[node]` for the descendants of commits for which it is set. */
void dag_see_descendants(const struct dag *dag, bool *seen);

/*
 * Sets `flag` on `start` (DAG_NONE: nothing) and its ancestors. Stops at
 * commits that have `flag`, or one of the `stop` flags.
 */
void dag_mark(struct dag *dag, uint32_t start, uint32_t flag, uint32_t stop);

/* Whether `to` is `from` or one of its ancestors. */
bool dag_leads(const struct dag *dag, uint32_t from, uint32_t to);

/*
 * All indices, parents before children. The caller frees the array.
 */
uint32_t *dag_topological(const struct dag *dag);

/*
 * Each commit's height: 0 without parents in the dag, else one more than that
 * of its highest parent. Unlike the order above, it depends on nothing but
 * history. The caller frees the array.
 */
uint32_t *dag_heights(const struct dag *dag);

/*
 * For each commit that is reachable from `start` through commits with `flag`
 * (including itself): the child through which the shortest path from `start`
 * reaches it. `start` has itself, all others have DAG_NONE. The caller frees
 * the array.
 */
uint32_t *dag_paths(const struct dag *dag, uint32_t start, uint32_t flag);

#endif
