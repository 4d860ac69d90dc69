/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "facts/originals.h"

struct placed {
	enum original_kind kind;
	uint32_t height, node, ref;
};

/* Frozen tags first; among equals those that others contain before these. */
static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->height != y->height)
		return x->height < y->height ? -1 : 1;
	return x->ref < y->ref ? -1 : x->ref > y->ref;
}

static struct placed *place(const struct original_ref *refs, size_t n,
			    const struct dag *dag, size_t *n_placed)
{
	struct placed *placed = xcalloc(n, sizeof(*placed));
	uint32_t *heights = dag_heights(dag);

	*n_placed = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t node = dag_find(dag, &refs[i].commit);

		if (node != DAG_NONE)
			placed[(*n_placed)++] = (struct placed){
				refs[i].kind, heights[node], node, i
			};
	}
	qsort(placed, *n_placed, sizeof(*placed), by_place);
	free(heights);
	return placed;
}

struct labelling {
	uint32_t *label;
	uint32_t ref;
};

static bool enter_label(void *ctx, uint32_t node)
{
	const struct labelling *l = ctx;

	if (l->label[node] != DAG_NONE)
		return false;
	l->label[node] = l->ref;
	return true;
}

uint32_t *originals_label(const struct original_ref *refs, size_t n,
			  const struct dag *dag)
{
	uint32_t *label = xcalloc(dag->n, sizeof(*label));
	size_t n_placed;
	struct placed *placed = place(refs, n, dag, &n_placed);

	for (size_t i = 0; i < dag->n; i++)
		label[i] = DAG_NONE;
	for (size_t i = 0; i < n_placed; i++) {
		struct labelling l = { label, placed[i].ref };

		dag_spread(dag, placed[i].node, enter_label, &l);
	}
	free(placed);
	return label;
}
