/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/dag.h"

#include <stdlib.h>

#include "base/mem.h"

void dag_release(struct dag *dag)
{
	free(dag->nodes);
	free(dag->edges);
	oidmap_release(&dag->index);
	*dag = (struct dag){ 0 };
}

uint32_t dag_add(struct dag *dag, const struct oid *oid, size_t n_parents)
{
	uint32_t node = (uint32_t)dag->n;

	GROW(dag->nodes, dag->n, dag->cap);
	dag->nodes[dag->n++] = (struct dag_node){
		.oid = *oid,
		.edges = (uint32_t)dag->n_edges,
		.n_parents = (uint32_t)n_parents,
	};
	for (size_t i = 0; i < n_parents; i++) {
		GROW(dag->edges, dag->n_edges, dag->cap_edges);
		dag->edges[dag->n_edges++] = DAG_NONE;
	}
	oidmap_put(&dag->index, oid, node);
	return node;
}

uint32_t dag_find(const struct dag *dag, const struct oid *oid)
{
	int64_t node = oidmap_get(&dag->index, oid);

	return node < 0 ? DAG_NONE : (uint32_t)node;
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

void dag_spread(const struct dag *dag, uint32_t start,
		bool (*enter)(void *ctx, uint32_t node), void *ctx)
{
	struct stack todo = { 0 };

	if (start != DAG_NONE)
		push(&todo, start);
	while (todo.n) {
		uint32_t node = todo.v[--todo.n];
		const uint32_t *parents = dag_parents(dag, node);

		if (!enter(ctx, node))
			continue;
		for (uint32_t i = 0; i < dag->nodes[node].n_parents; i++)
			if (parents[i] != DAG_NONE)
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

void dag_see(const struct dag *dag, uint32_t start, bool *seen)
{
	dag_spread(dag, start, enter_unseen, seen);
}

struct mark {
	struct dag_node *nodes;
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

void dag_mark(struct dag *dag, uint32_t start, uint32_t flag, uint32_t stop)
{
	struct mark mark = { dag->nodes, flag, stop };

	dag_spread(dag, start, enter_mark, &mark);
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

bool dag_leads(const struct dag *dag, uint32_t from, uint32_t to)
{
	struct quest quest = {
		.to = to, .seen = xcalloc(dag->n, sizeof(*quest.seen)),
	};

	dag_spread(dag, from, enter_quest, &quest);
	free(quest.seen);
	return quest.found;
}

uint32_t *dag_topological(const struct dag *dag)
{
	uint32_t *order = xcalloc(dag->n, sizeof(*order));
	uint32_t *children = xcalloc(dag->n, sizeof(*children));
	size_t head, n = dag->n;

	for (size_t i = 0; i < dag->n_edges; i++)
		if (dag->edges[i] != DAG_NONE)
			children[dag->edges[i]]++;
	/* Filled from the end: a commit follows once all its children have. */
	for (uint32_t i = 0; i < dag->n; i++)
		if (!children[i])
			order[--n] = i;
	for (head = dag->n; head-- > 0 && head >= n;) {
		uint32_t node = order[head];
		const uint32_t *parents = dag_parents(dag, node);

		for (uint32_t i = 0; i < dag->nodes[node].n_parents; i++)
			if (parents[i] != DAG_NONE &&
			    !--children[parents[i]])
				order[--n] = parents[i];
	}
	free(children);
	return order;
}

void dag_see_descendants(const struct dag *dag, bool *seen)
{
	uint32_t *order = dag_topological(dag);

	for (size_t i = 0; i < dag->n; i++) {
		uint32_t node = order[i];
		const uint32_t *parents = dag_parents(dag, node);

		for (uint32_t p = 0; p < dag->nodes[node].n_parents; p++)
			seen[node] |= parents[p] != DAG_NONE &&
				      seen[parents[p]];
	}
	free(order);
}

uint32_t *dag_heights(const struct dag *dag)
{
	uint32_t *order = dag_topological(dag);
	uint32_t *heights = xcalloc(dag->n, sizeof(*heights));

	for (size_t i = 0; i < dag->n; i++) {
		uint32_t node = order[i];
		const uint32_t *parents = dag_parents(dag, node);

		for (uint32_t k = 0; k < dag->nodes[node].n_parents; k++)
			if (parents[k] != DAG_NONE &&
			    heights[node] <= heights[parents[k]])
				heights[node] = heights[parents[k]] + 1;
	}
	free(order);
	return heights;
}

uint32_t *dag_paths(const struct dag *dag, uint32_t start, uint32_t flag)
{
	uint32_t *from = xcalloc(dag->n, sizeof(*from));
	struct stack queue = { 0 };

	for (size_t i = 0; i < dag->n; i++)
		from[i] = DAG_NONE;
	from[start] = start;
	push(&queue, start);
	for (size_t head = 0; head < queue.n; head++) {
		uint32_t node = queue.v[head];
		const uint32_t *parents = dag_parents(dag, node);

		for (uint32_t i = 0; i < dag->nodes[node].n_parents; i++) {
			uint32_t p = parents[i];

			if (p == DAG_NONE || from[p] != DAG_NONE ||
			    !(dag->nodes[p].flags & flag))
				continue;
			from[p] = node;
			push(&queue, p);
		}
	}
	free(queue.v);
	return from;
}
