/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/walk.h"

#include <stdlib.h>

#include "base/mem.h"

void walk_release(struct walk *walk)
{
	free(walk->nodes);
	free(walk->edges);
	free(walk->queue);
	oidmap_release(&walk->index);
	*walk = (struct walk){ 0 };
}

static void fill_node(struct walk *walk, struct walk_node *node,
		      const struct commit *commit)
{
	node->time = commit->time;
	node->is_shallow = repo_is_shallow_at(walk->repo, &node->oid);
	node->parents = (uint32_t)walk->n_edges;
	node->n_parents = node->is_shallow ? 0 : (uint32_t)commit->n_parents;
	for (uint32_t i = 0; i < node->n_parents; i++) {
		GROW(walk->edges, walk->n_edges, walk->cap_edges);
		walk->edges[walk->n_edges++] = (struct walk_edge){
			.oid = commit_parent(commit, i),
		};
	}
}

int walk_add(struct walk *walk, const struct oid *oid, uint32_t *index,
	     struct error *err)
{
	struct walk_node node = { .oid = *oid };
	int64_t known = oidmap_get(&walk->index, oid);
	struct object object;
	struct commit commit;

	if (known >= 0) {
		*index = (uint32_t)known;
		return 0;
	}
	if (repo_read_commit(walk->repo, oid, &object, &commit, err))
		return -1;
	fill_node(walk, &node, &commit);
	object_release(&object);
	*index = (uint32_t)walk->n;
	GROW(walk->nodes, walk->n, walk->cap);
	walk->nodes[walk->n++] = node;
	oidmap_put(&walk->index, oid, *index);
	return 0;
}

int walk_expand(struct walk *walk, uint32_t index, struct error *err)
{
	uint32_t first = walk->nodes[index].parents;
	uint32_t n = walk->nodes[index].n_parents;

	if (walk->nodes[index].is_expanded)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		struct oid oid = walk->edges[first + i].oid;
		uint32_t node;

		if (walk_add(walk, &oid, &node, err))
			return -1;
		walk->edges[first + i].node = node;
	}
	walk->nodes[index].is_expanded = true;
	return 0;
}

/* A binary heap; of two of one date the one met first comes first. */
static bool before(const struct walk *walk, uint32_t a, uint32_t b)
{
	if (walk->nodes[a].time != walk->nodes[b].time)
		return walk->nodes[a].time > walk->nodes[b].time;
	return a < b;
}

void walk_push(struct walk *walk, uint32_t node)
{
	size_t i = walk->n_queue;

	if (walk->nodes[node].is_queued)
		return;
	walk->nodes[node].is_queued = true;
	GROW(walk->queue, walk->n_queue, walk->cap_queue);
	walk->n_queue++;
	while (i && before(walk, node, walk->queue[(i - 1) / 2])) {
		walk->queue[i] = walk->queue[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	walk->queue[i] = node;
}

uint32_t walk_pop(struct walk *walk)
{
	uint32_t top = walk->queue[0], last = walk->queue[--walk->n_queue];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < walk->n_queue) {
		if (child + 1 < walk->n_queue &&
		    before(walk, walk->queue[child + 1], walk->queue[child]))
			child++;
		if (!before(walk, walk->queue[child], last))
			break;
		walk->queue[i] = walk->queue[child];
		i = child;
	}
	if (walk->n_queue)
		walk->queue[i] = last;
	walk->nodes[top].is_queued = false;
	return top;
}
