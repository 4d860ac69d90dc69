/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/state.h"

/* The tag's commit among those new on a governed branch, or DAG_NONE. */
static uint32_t pulled_node(const struct gather *g, const struct voucher *v)
{
	const struct dag *dag = &g->history.dag;
	uint32_t node = v->shared && !v->is_own ?
			dag_find(dag, &v->commit) : DAG_NONE;

	return node != DAG_NONE && dag->nodes[node].flags & NODE_MERGED ?
	       node : DAG_NONE;
}

static bool may_pull(const struct gather *g, const struct voucher *v)
{
	return !v->shared->consumer.n ||
	       values_have(&v->shared->consumer, g->tree->section.name);
}

/* Marks what came with shared tags that the tree may pull and that count. */
static void find_welcome(const struct gather *g, bool *welcome)
{
	for (size_t i = 0; i < g->vouchers.n; i++) {
		const struct voucher *v = &g->vouchers.v[i];

		if (v->shared && v->is_valid && may_pull(g, v))
			dag_see(&g->history.dag, pulled_node(g, v),
				  welcome);
	}
}

/* Whether a walk from `tip`, see dag_paths(), came by, and by which merge. */
static bool came_by(const struct dag *dag, const uint32_t *from,
		    uint32_t tip, uint32_t node, struct oid *merge)
{
	uint32_t above = from[node];

	if (above != DAG_NONE && tip != node &&
	    dag->nodes[above].n_parents > 1)
		*merge = dag->nodes[above].oid;
	return above != DAG_NONE;
}

bool pulled_by(const struct gather *g, const struct start *start,
	       uint32_t node, struct oid *merge)
{
	const struct dag *dag = &g->history.dag;
	uint32_t tip = dag_find(dag, &start->commit), *from;
	bool is;

	if (tip == DAG_NONE)
		return false;
	from = dag_paths(dag, tip, NODE_STARTED);
	is = came_by(dag, from, tip, node, merge);
	free(from);
	return is;
}

/* Gives each pull the first branch that has it; `nodes` are their commits. */
static void find_merges(struct gather *g, const uint32_t *nodes)
{
	const struct dag *dag = &g->history.dag;
	size_t left = g->n_pulls;

	for (size_t i = 0; left && i < g->starts.n; i++) {
		uint32_t tip = dag_find(dag, &g->starts.v[i].commit), *from;

		if (!g->starts.v[i].is_branch || tip == DAG_NONE)
			continue;
		from = dag_paths(dag, tip, NODE_STARTED);
		for (size_t n = 0; n < g->n_pulls; n++) {
			struct pull_fact *pull = &g->pulls[n];

			if (pull->ref || !came_by(dag, from, tip, nodes[n],
						  &pull->merge))
				continue;
			pull->ref = g->starts.v[i].name;
			left--;
		}
		free(from);
	}
}

static bool is_listed(const struct gather *g, const char *tag)
{
	for (size_t i = 0; i < g->n_pulls; i++)
		if (!strcmp(g->pulls[i].tag, tag))
			return true;
	return false;
}

void gather_pulls(struct gather *g)
{
	bool *welcome = xcalloc(g->history.dag.n, sizeof(*welcome));
	uint32_t *nodes = xcalloc(g->vouchers.n, sizeof(*nodes));

	find_welcome(g, welcome);
	for (size_t i = 0; i < g->vouchers.n; i++) {
		const struct voucher *v = &g->vouchers.v[i];
		uint32_t node = pulled_node(g, v);
		struct pull_fact pull = { .tag = tag_name(v->name),
					  .shared = v->shared };

		if (node == DAG_NONE || may_pull(g, v) || welcome[node] ||
		    is_listed(g, pull.tag))
			continue;
		nodes[g->n_pulls] = node;
		GROW(g->pulls, g->n_pulls, g->cap_pulls);
		g->pulls[g->n_pulls++] = pull;
	}
	find_merges(g, nodes);
	free(nodes);
	free(welcome);
}
