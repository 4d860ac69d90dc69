/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_DAG_H
#define GIT_DAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/*
 * A piece of history in memory: commits and the edges to those of their
 * parents that belong to the piece too. Plain data: no libgit2 here.
 */
#define DAG_NONE UINT32_MAX		/* no commit; a parent outside */

struct dag_node {
	struct oid oid;
	uint32_t edges;			/* index of the first parent's edge */
	uint32_t n_parents;
	uint32_t flags;			/* the user's; see dag_mark() */
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

/* Adds a commit with room for its edges, all DAG_NONE. Gives its index. */
uint32_t dag_add(struct dag *dag, const struct oid *oid,
		   size_t n_parents);

static inline uint32_t *dag_parents(const struct dag *dag, uint32_t node)
{
	return dag->edges ? dag->edges + dag->nodes[node].edges : NULL;
}

/* The commit's index, or DAG_NONE. */
uint32_t dag_find(const struct dag *dag, const struct oid *oid);

/*
 * Goes down from `start` (DAG_NONE: nowhere). `enter` is asked of each commit
 * that is come to, once for each way there, and says whether to go on to its
 * parents: of one commit only once, or the walk may take for ever.
 */
void dag_spread(const struct dag *dag, uint32_t start,
		  bool (*enter)(void *ctx, uint32_t node), void *ctx);

/* Sets `seen`, by node, for `start` and its ancestors; what is set stops it. */
void dag_see(const struct dag *dag, uint32_t start, bool *seen);

/*
 * Sets `flag` on `start` (DAG_NONE: nothing) and all its ancestors, stopping
 * at commits that have one of the `stop` flags (a marked commit stops too: its
 * ancestors are).
 */
void dag_mark(struct dag *dag, uint32_t start, uint32_t flag,
		uint32_t stop);

/* Whether `to` is `from` or one of its ancestors. */
bool dag_leads(const struct dag *dag, uint32_t from, uint32_t to);

/*
 * All indices, parents before children. The caller frees the array.
 */
uint32_t *dag_topological(const struct dag *dag);

/* For each commit its place in that order. The caller frees the array. */
uint32_t *dag_places(const struct dag *dag);

/*
 * For each commit reachable from `start` through commits that have `flag`
 * (its own included), the child through which the shortest path from `start`
 * reaches it; `start` for itself, DAG_NONE for what is not reached.
 * The caller frees the array.
 */
uint32_t *dag_paths(const struct dag *dag, uint32_t start,
		      uint32_t flag);

#endif
