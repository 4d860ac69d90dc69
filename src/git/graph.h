/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_GRAPH_H
#define GIT_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/*
 * A piece of history in memory: commits and the edges to those of their
 * parents that belong to the piece too. Plain data: no libgit2 here.
 */
#define GRAPH_NONE UINT32_MAX		/* no commit; a parent outside */

struct graph_node {
	struct oid oid;
	uint32_t edges;			/* index of the first parent's edge */
	uint32_t n_parents;
	uint32_t flags;			/* the user's; see graph_mark() */
};

struct graph {
	struct graph_node *nodes;
	size_t n, cap;
	uint32_t *edges;		/* GRAPH_NONE: outside */
	size_t n_edges, cap_edges;
	struct oidmap index;		/* name -> node */
};

/* Zeroed memory is an empty graph. */
void graph_release(struct graph *graph);

/* Adds a commit with room for its edges, all GRAPH_NONE. Gives its index. */
uint32_t graph_add(struct graph *graph, const struct oid *oid,
		   size_t n_parents);

static inline uint32_t *graph_parents(const struct graph *graph, uint32_t node)
{
	return graph->edges ? graph->edges + graph->nodes[node].edges : NULL;
}

/* The commit's index, or GRAPH_NONE. */
uint32_t graph_find(const struct graph *graph, const struct oid *oid);

/*
 * Goes down from `start` (GRAPH_NONE: nowhere). `enter` is asked of each commit
 * that is come to, once for each way there, and says whether to go on to its
 * parents: of one commit only once, or the walk may take for ever.
 */
void graph_spread(const struct graph *graph, uint32_t start,
		  bool (*enter)(void *ctx, uint32_t node), void *ctx);

/* Sets `seen`, by node, for `start` and its ancestors; what is set stops it. */
void graph_see(const struct graph *graph, uint32_t start, bool *seen);

/*
 * Sets `flag` on `start` (GRAPH_NONE: nothing) and all its ancestors, stopping
 * at commits that have one of the `stop` flags (a marked commit stops too: its
 * ancestors are).
 */
void graph_mark(struct graph *graph, uint32_t start, uint32_t flag,
		uint32_t stop);

/* Whether `to` is `from` or one of its ancestors. */
bool graph_leads(const struct graph *graph, uint32_t from, uint32_t to);

/*
 * All indices, parents before children. The caller frees the array.
 */
uint32_t *graph_topological(const struct graph *graph);

/* For each commit its place in that order. The caller frees the array. */
uint32_t *graph_places(const struct graph *graph);

/*
 * For each commit reachable from `start` through commits that have `flag`
 * (its own included), the child through which the shortest path from `start`
 * reaches it; `start` for itself, GRAPH_NONE for what is not reached.
 * The caller frees the array.
 */
uint32_t *graph_paths(const struct graph *graph, uint32_t start,
		      uint32_t flag);

#endif
