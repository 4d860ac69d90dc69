/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/pulls.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/nodes.h"

/* The tag's commit among those new on a governed branch, or DAG_NONE. */
static uint32_t pulled_node(const struct dag *dag, const struct voucher *v)
{
	uint32_t node = v->shared && !v->is_own && !v->is_unsent ?
			dag_find(dag, &v->commit) : DAG_NONE;

	return node != DAG_NONE && dag->nodes[node].flags & NODE_MERGED ?
	       node : DAG_NONE;
}

static bool may_pull(const struct tree *tree, const struct voucher *v)
{
	return !v->shared->consumer.n ||
	       values_have(&v->shared->consumer, tree->section.name);
}

/* Marks what came with shared tags that the tree may pull and that count. */
static void find_welcome(const struct pulls_in *in, bool *welcome)
{
	for (size_t i = 0; i < in->vouchers->n; i++) {
		const struct voucher *v = &in->vouchers->v[i];

		if (v->shared && v->is_valid && may_pull(in->tree, v))
			dag_see(in->dag, pulled_node(in->dag, v), welcome);
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

bool pulled_by(const struct dag *dag, const struct start *start,
	       uint32_t node, struct oid *merge)
{
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
static void find_merges(const struct pulls_in *in, struct pulls *pulls,
			const uint32_t *nodes)
{
	const struct dag *dag = in->dag;
	size_t left = pulls->n;

	for (size_t i = 0; left && i < in->starts->n; i++) {
		const struct start *start = &in->starts->v[i];
		uint32_t tip = dag_find(dag, &start->commit), *from;

		if (!start->is_branch || tip == DAG_NONE)
			continue;
		from = dag_paths(dag, tip, NODE_STARTED);
		for (size_t n = 0; n < pulls->n; n++) {
			struct pull_fact *pull = &pulls->v[n];

			if (pull->ref || !came_by(dag, from, tip, nodes[n],
						  &pull->merge))
				continue;
			pull->ref = start->name;
			left--;
		}
		free(from);
	}
}

static bool is_listed(const struct pulls *pulls, const char *tag)
{
	for (size_t i = 0; i < pulls->n; i++)
		if (!strcmp(pulls->v[i].tag, tag))
			return true;
	return false;
}

void pulls_find(const struct pulls_in *in, struct pulls *pulls)
{
	bool *welcome = xcalloc(in->dag->n, sizeof(*welcome));
	uint32_t *nodes = xcalloc(in->vouchers->n, sizeof(*nodes));

	find_welcome(in, welcome);
	for (size_t i = 0; i < in->vouchers->n; i++) {
		const struct voucher *v = &in->vouchers->v[i];
		uint32_t node = pulled_node(in->dag, v);
		struct pull_fact pull = { .tag = tag_name(v->name),
					  .shared = v->shared };

		if (node == DAG_NONE || may_pull(in->tree, v) ||
		    welcome[node] || is_listed(pulls, pull.tag))
			continue;
		nodes[pulls->n] = node;
		GROW(pulls->v, pulls->n, pulls->cap);
		pulls->v[pulls->n++] = pull;
	}
	find_merges(in, pulls, nodes);
	free(nodes);
	free(welcome);
}
