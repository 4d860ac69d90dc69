/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/brought_by.h"

#include <stdlib.h>

#include "base/mem.h"
#include "facts/nodes.h"

/* What one merge brought in. */
struct inflow {
	const struct dag *dag;
	struct brought_by *brought_by;
	uint32_t start, via;
};

/* Sets `start` and `via` of a commit that a start has, if they are not set. */
static bool enter_inflow(void *ctx, uint32_t node)
{
	const struct inflow *in = ctx;

	if (in->brought_by->start[node] != DAG_NONE ||
	    !(in->dag->nodes[node].flags & NODE_STARTED))
		return false;
	in->brought_by->start[node] = in->start;
	in->brought_by->via[node] = in->via;
	return true;
}

static void take_in(const struct dag *dag, struct brought_by *o,
		    uint32_t start, uint32_t merge)
{
	struct inflow in = { dag, o, start, merge };

	for (uint32_t p = 1; p < dag->nodes[merge].n_parents; p++)
		dag_spread(dag, dag_parents(dag, merge)[p],
			   enter_inflow, &in);
}

/* Walks the ref's own line, oldest first, and what each merge brought in. */
static void trace(const struct dag *dag, const struct starts *starts,
		  struct brought_by *o, uint32_t start)
{
	uint32_t *line = NULL, node;
	size_t n = 0, cap = 0;

	node = dag_find(dag, &starts->v[start].commit);
	while (node != DAG_NONE && o->start[node] == DAG_NONE &&
	       dag->nodes[node].flags & NODE_STARTED) {
		GROW(line, n, cap);
		line[n++] = node;
		o->start[node] = start;
		node = dag->nodes[node].n_parents ?
		       dag_parents(dag, node)[0] : DAG_NONE;
	}
	while (n--)
		take_in(dag, o, start, line[n]);
	free(line);
}

void brought_by_find(const struct dag *dag, const struct starts *starts,
		     struct brought_by *o)
{
	o->start = xcalloc(dag->n, sizeof(*o->start));
	o->via = xcalloc(dag->n, sizeof(*o->via));
	for (size_t i = 0; i < dag->n; i++)
		o->start[i] = o->via[i] = DAG_NONE;
	for (uint32_t i = 0; i < starts->n; i++)
		trace(dag, starts, o, i);
}

void brought_by_release(struct brought_by *o)
{
	free(o->start);
	free(o->via);
}
