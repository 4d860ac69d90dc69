/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/facts.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SHOWN = 4 };

void tag_fault_release(struct tag_fault *fault)
{
	for (size_t i = 0; i < fault->n_paths; i++)
		owners_release(&fault->paths[i].owners);
	free(fault->paths);
	fault->paths = NULL;
	fault->n_paths = 0;
}

static void add_abbrev(const struct dag *dag, uint32_t node,
		       struct buf *out)
{
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &dag->nodes[node].oid);
	buf_addstr(out, name);
}

void facts_path(const struct facts *facts, const struct commit_fact *commit,
		struct buf *out)
{
	const struct dag *dag = facts->dag;
	uint32_t node, *way = NULL;
	size_t n = 0, cap = 0;

	if (!facts->paths->from || facts->paths->tip != commit->tip) {
		free(facts->paths->from);
		facts->paths->tip = commit->tip;
		facts->paths->from = dag_paths(dag, commit->tip,
					       facts->on_way ?
					       facts->on_way : facts->in_n);
	}
	for (node = commit->node; node != commit->tip && node != DAG_NONE;
	     node = facts->paths->from[node]) {
		GROW(way, n, cap);
		way[n++] = node;
	}
	GROW(way, n, cap);
	way[n++] = commit->tip;
	for (size_t i = n; i-- > 0;) {
		if (n > 2 * SHOWN && i == n - SHOWN - 1) {
			buf_addf(out, " ... (%zu more)", n - 2 * SHOWN);
			i = SHOWN;
			continue;
		}
		if (i != n - 1)
			buf_addstr(out, " -> ");
		add_abbrev(dag, way[i], out);
	}
	free(way);
}
