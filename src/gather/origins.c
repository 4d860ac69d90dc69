/* SPDX-License-Identifier: GPL-2.0-only */
#include "gather/origins.h"

#include <stdlib.h>

#include "base/mem.h"

/* What one merge brought in. */
struct inflow {
	const struct graph *graph;
	struct origins *origins;
	uint32_t start, via;
};

/* Gives `start` and `via` to what is of N and has none yet. */
static bool enter_inflow(void *ctx, uint32_t node)
{
	const struct inflow *in = ctx;

	if (in->origins->start[node] != GRAPH_NONE ||
	    !(in->graph->nodes[node].flags & NODE_IN_N))
		return false;
	in->origins->start[node] = in->start;
	in->origins->via[node] = in->via;
	return true;
}

static void take_in(const struct graph *graph, struct origins *o,
		    uint32_t start, uint32_t merge)
{
	struct inflow in = { graph, o, start, merge };

	for (uint32_t p = 1; p < graph->nodes[merge].n_parents; p++)
		graph_spread(graph, graph_parents(graph, merge)[p],
			     enter_inflow, &in);
}

/* Walks the ref's own line, oldest first, and what each merge brought in. */
static void trace(const struct gather *g, struct origins *o, uint32_t start)
{
	const struct graph *graph = &g->history.graph;
	uint32_t *line = NULL, node;
	size_t n = 0, cap = 0;

	node = graph_find(graph, &g->starts[start].commit);
	while (node != GRAPH_NONE && o->start[node] == GRAPH_NONE &&
	       graph->nodes[node].flags & NODE_IN_N) {
		GROW(line, n, cap);
		line[n++] = node;
		o->start[node] = start;
		node = graph->nodes[node].n_parents ?
		       graph_parents(graph, node)[0] : GRAPH_NONE;
	}
	while (n--)
		take_in(graph, o, start, line[n]);
	free(line);
}

void origins_init(struct gather *g, struct origins *o)
{
	size_t n = g->history.graph.n;

	o->start = xcalloc(n, sizeof(*o->start));
	o->via = xcalloc(n, sizeof(*o->via));
	for (size_t i = 0; i < n; i++)
		o->start[i] = o->via[i] = GRAPH_NONE;
	for (uint32_t i = 0; i < g->n_starts; i++)
		trace(g, o, i);
}

void origins_release(struct origins *o)
{
	free(o->start);
	free(o->via);
}
