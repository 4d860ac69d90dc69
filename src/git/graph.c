/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/graph.h"

#include <stdlib.h>

#include "base/mem.h"

void graph_release(struct graph *graph)
{
	free(graph->nodes);
	free(graph->edges);
	oidmap_release(&graph->index);
	*graph = (struct graph){ 0 };
}

uint32_t graph_add(struct graph *graph, const struct oid *oid,
		   size_t n_parents)
{
	uint32_t node = (uint32_t)graph->n;

	GROW(graph->nodes, graph->n, graph->cap);
	graph->nodes[graph->n++] = (struct graph_node){
		.oid = *oid,
		.edges = (uint32_t)graph->n_edges,
		.n_parents = (uint32_t)n_parents,
	};
	for (size_t i = 0; i < n_parents; i++) {
		GROW(graph->edges, graph->n_edges, graph->cap_edges);
		graph->edges[graph->n_edges++] = GRAPH_NONE;
	}
	oidmap_put(&graph->index, oid, node);
	return node;
}

uint32_t graph_find(const struct graph *graph, const struct oid *oid)
{
	int64_t node = oidmap_get(&graph->index, oid);

	return node < 0 ? GRAPH_NONE : (uint32_t)node;
}

struct stack {
	uint32_t *v;
	size_t n, cap;
};

static void push(struct stack *stack, uint32_t node)
{
	GROW(stack->v, stack->n, stack->cap);
	stack->v[stack->n++] = node;
}

void graph_spread(const struct graph *graph, uint32_t start,
		  bool (*enter)(void *ctx, uint32_t node), void *ctx)
{
	struct stack todo = { 0 };

	if (start != GRAPH_NONE)
		push(&todo, start);
	while (todo.n) {
		uint32_t node = todo.v[--todo.n];
		const uint32_t *parents = graph_parents(graph, node);

		if (!enter(ctx, node))
			continue;
		for (uint32_t i = 0; i < graph->nodes[node].n_parents; i++)
			if (parents[i] != GRAPH_NONE)
				push(&todo, parents[i]);
	}
	free(todo.v);
}

static bool enter_unseen(void *ctx, uint32_t node)
{
	bool *seen = ctx;

	if (seen[node])
		return false;
	seen[node] = true;
	return true;
}

void graph_see(const struct graph *graph, uint32_t start, bool *seen)
{
	graph_spread(graph, start, enter_unseen, seen);
}

struct mark {
	struct graph_node *nodes;
	uint32_t flag, stop;
};

static bool enter_mark(void *ctx, uint32_t node)
{
	const struct mark *mark = ctx;
	uint32_t *flags = &mark->nodes[node].flags;

	if (*flags & (mark->flag | mark->stop))
		return false;
	*flags |= mark->flag;
	return true;
}

void graph_mark(struct graph *graph, uint32_t start, uint32_t flag,
		uint32_t stop)
{
	struct mark mark = { graph->nodes, flag, stop };

	graph_spread(graph, start, enter_mark, &mark);
}

struct quest {
	uint32_t to;
	bool *seen;
	bool found;
};

static bool enter_quest(void *ctx, uint32_t node)
{
	struct quest *quest = ctx;

	if (quest->found || quest->seen[node])
		return false;
	quest->seen[node] = true;
	quest->found = node == quest->to;
	return !quest->found;
}

bool graph_leads(const struct graph *graph, uint32_t from, uint32_t to)
{
	struct quest quest = {
		.to = to, .seen = xcalloc(graph->n, sizeof(*quest.seen)),
	};

	graph_spread(graph, from, enter_quest, &quest);
	free(quest.seen);
	return quest.found;
}

uint32_t *graph_topological(const struct graph *graph)
{
	uint32_t *order = xcalloc(graph->n, sizeof(*order));
	uint32_t *children = xcalloc(graph->n, sizeof(*children));
	size_t head, n = graph->n;

	for (size_t i = 0; i < graph->n_edges; i++)
		if (graph->edges[i] != GRAPH_NONE)
			children[graph->edges[i]]++;
	/* Filled from the end: a commit comes when all its children did. */
	for (uint32_t i = 0; i < graph->n; i++)
		if (!children[i])
			order[--n] = i;
	for (head = graph->n; head-- > 0 && head >= n;) {
		uint32_t node = order[head];
		const uint32_t *parents = graph_parents(graph, node);

		for (uint32_t i = 0; i < graph->nodes[node].n_parents; i++)
			if (parents[i] != GRAPH_NONE &&
			    !--children[parents[i]])
				order[--n] = parents[i];
	}
	free(children);
	return order;
}

uint32_t *graph_places(const struct graph *graph)
{
	uint32_t *order = graph_topological(graph);
	uint32_t *places = xcalloc(graph->n, sizeof(*places));

	for (uint32_t i = 0; i < graph->n; i++)
		places[order[i]] = i;
	free(order);
	return places;
}

uint32_t *graph_paths(const struct graph *graph, uint32_t start, uint32_t flag)
{
	uint32_t *from = xcalloc(graph->n, sizeof(*from));
	struct stack queue = { 0 };

	for (size_t i = 0; i < graph->n; i++)
		from[i] = GRAPH_NONE;
	from[start] = start;
	push(&queue, start);
	for (size_t head = 0; head < queue.n; head++) {
		uint32_t node = queue.v[head];
		const uint32_t *parents = graph_parents(graph, node);

		for (uint32_t i = 0; i < graph->nodes[node].n_parents; i++) {
			uint32_t p = parents[i];

			if (p == GRAPH_NONE || from[p] != GRAPH_NONE ||
			    !(graph->nodes[p].flags & flag))
				continue;
			from[p] = node;
			push(&queue, p);
		}
	}
	free(queue.v);
	return from;
}
