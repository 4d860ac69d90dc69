/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/walk.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/progress.h"
#include "git/repo_private.h"

void walk_init(struct walk *walk, struct repo *repo)
{
	*walk = (struct walk){
		.repo = repo, .commit_graph = repo_commit_graph(repo),
	};
}

void walk_release(struct walk *walk)
{
	free(walk->nodes);
	free(walk->edges);
	free(walk->queue);
	free(walk->by_position);
	free(walk->scratch.v);
	oidmap_release(&walk->index);
	*walk = (struct walk){ 0 };
}

bool walk_recover(struct walk *walk)
{
	if (!walk->is_contradicted)
		return false;
	repo_drop_commit_graph(walk->repo, walk->commit_graph);
	walk_release(walk);
	return true;
}

static uint32_t add_node(struct walk *walk, const struct walk_node *node)
{
	progress_commit(walk->repo->progress);
	GROW(walk->nodes, walk->n, walk->cap);
	walk->nodes[walk->n] = *node;
	return (uint32_t)walk->n++;
}

static void add_edge(struct walk *walk, const struct oid *oid, uint32_t node)
{
	GROW(walk->edges, walk->n_edges, walk->cap_edges);
	walk->edges[walk->n_edges++] = (struct walk_edge){ *oid, node };
}

/*
 * Commits of the commit-graph: their parents are looked up when they are
 * expanded.
 */

/*
 * For a walk over much of the graph, an array is faster. For others it is not:
 * each page of it has to come from the system.
 */
static void index_by_position(struct walk *walk)
{
	uint32_t size = commit_graph_size(walk->commit_graph);

	if (walk->n <= size / 32)
		return;
	walk->by_position = xcalloc(size, sizeof(*walk->by_position));
	for (uint32_t i = 0; i < walk->n; i++)
		if (walk->nodes[i].position != COMMIT_GRAPH_NONE)
			walk->by_position[walk->nodes[i].position] = i + 1;
}

static void add_to_index(struct walk *walk, uint32_t node)
{
	if (walk->by_position) {
		walk->by_position[walk->nodes[node].position] = node + 1;
		return;
	}
	oidmap_put(&walk->index, &walk->nodes[node].oid, node);
	index_by_position(walk);
}

static uint32_t add_position(struct walk *walk, uint32_t position)
{
	struct commit_graph_entry entry;
	int64_t known = -1;
	uint32_t node;

	if (walk->by_position && walk->by_position[position])
		return walk->by_position[position] - 1;
	entry = commit_graph_read(walk->commit_graph, position);
	if (!walk->by_position)
		known = oidmap_get(&walk->index, &entry.oid);
	if (known >= 0)
		return (uint32_t)known;
	node = add_node(walk, &(struct walk_node){
		.oid = entry.oid, .time = entry.time,
		.generation = entry.generation, .position = position,
	});
	add_to_index(walk, node);
	return node;
}

static int contradiction(struct walk *walk, uint32_t index, struct error *err)
{
	char hex[OID_HEX + 1];

	walk->is_contradicted = true;
	oid_format(hex, &walk->nodes[index].oid);
	return error_set(err, "the commit-graph is corrupt at commit %s", hex);
}

static int expand_position(struct walk *walk, uint32_t index,
			   struct error *err)
{
	uint32_t first = (uint32_t)walk->n_edges;

	if (!commit_graph_read_parents(walk->commit_graph,
				       walk->nodes[index].position,
				       &walk->scratch))
		return contradiction(walk, index, err);
	for (size_t i = 0; i < walk->scratch.n; i++) {
		uint32_t parent = add_position(walk, walk->scratch.v[i]);

		if (walk->nodes[parent].generation >=
		    walk->nodes[index].generation)
			return contradiction(walk, index, err);
		add_edge(walk, &walk->nodes[parent].oid, parent);
	}
	walk->nodes[index].parents = first;
	walk->nodes[index].n_parents = (uint32_t)walk->scratch.n;
	walk->nodes[index].is_expanded = true;
	return 0;
}

/* Other commits: read when added. */

static uint32_t add_head(struct walk *walk, const struct oid *oid,
			 int64_t time, size_t n_parents)
{
	struct walk_node node = {
		.oid = *oid, .time = time, .generation = WALK_UNKNOWN,
		.position = COMMIT_GRAPH_NONE,
		.is_shallow = repo_is_shallow_at(walk->repo, oid),
		.parents = (uint32_t)walk->n_edges,
	};
	uint32_t index;

	node.n_parents = node.is_shallow ? 0 : (uint32_t)n_parents;
	index = add_node(walk, &node);
	oidmap_put(&walk->index, oid, index);
	return index;
}

/* Adds a commit that a walk has read before; false if none has. */
static bool add_known(struct walk *walk, const struct oid *oid,
		      uint32_t *index)
{
	const struct commit_heads *heads = &walk->repo->heads;
	const struct commit_head *head = commit_heads_find(heads, oid);

	if (!head)
		return false;
	*index = add_head(walk, oid, head->time, head->n_parents);
	for (uint32_t i = 0; i < walk->nodes[*index].n_parents; i++)
		add_edge(walk, &heads->parents[head->first + i], 0);
	return true;
}

static int add_object(struct walk *walk, const struct oid *oid,
		      uint32_t *index, struct error *err)
{
	struct object object;
	struct commit commit;

	if (add_known(walk, oid, index))
		return 0;
	if (repo_read_commit(walk->repo, oid, &object, &commit, err))
		return -1;
	if (!walk->keeps_nothing)
		commit_heads_add(&walk->repo->heads, oid, &commit);
	*index = add_head(walk, oid, commit.time, commit.n_parents);
	for (uint32_t i = 0; i < walk->nodes[*index].n_parents; i++) {
		struct oid parent = commit_parent(&commit, i);

		add_edge(walk, &parent, 0);
	}
	object_release(&object);
	return 0;
}

int walk_add(struct walk *walk, const struct oid *oid, uint32_t *index,
	     struct error *err)
{
	int64_t known = oidmap_get(&walk->index, oid);
	uint32_t position;

	if (known >= 0) {
		*index = (uint32_t)known;
		return 0;
	}
	position = commit_graph_find(walk->commit_graph, oid);
	if (position == COMMIT_GRAPH_NONE)
		return add_object(walk, oid, index, err);
	*index = add_position(walk, position);
	return 0;
}

/* Processes share what is counted, so many steps are counted at once. */
static int count_step(struct walk *walk, uint32_t index, struct error *err)
{
	enum { STEP_WORK = 150, KNOWN_WORK = 50, ENOUGH = 100000 };
	struct repo *repo = walk->repo;
	int64_t work;

	repo->step_work += walk->nodes[index].position == COMMIT_GRAPH_NONE ?
			   STEP_WORK : KNOWN_WORK;
	if (repo->step_work < ENOUGH)
		return 0;
	work = repo->step_work;
	repo->step_work = 0;
	return repo_work(repo, work, "commits to look through", err);
}

int walk_expand(struct walk *walk, uint32_t index, struct error *err)
{
	uint32_t first = walk->nodes[index].parents;
	uint32_t n = walk->nodes[index].n_parents;

	if (walk->nodes[index].is_expanded)
		return 0;
	if (count_step(walk, index, err))
		return -1;
	if (walk->nodes[index].position != COMMIT_GRAPH_NONE)
		return expand_position(walk, index, err);
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

/*
 * The larger key comes first in the queue: commits that the graph lacks, by
 * their dates, then those that it has, by their generations.
 */
static uint64_t queue_key(const struct walk_node *node)
{
	const int64_t end = (int64_t)1 << 61;
	int64_t time = node->time < -end ? -end :
		       node->time > end ? end : node->time;

	if (node->generation != WALK_UNKNOWN)
		return (uint64_t)node->generation;
	return (uint64_t)(2 * end + time);
}

/* A binary heap; among equal dates the commit met first comes first. */
static bool before(const struct walk_entry *a, const struct walk_entry *b)
{
	return a->key > b->key || (a->key == b->key && a->node < b->node);
}

/* Puts an entry at the top, or as far below it as it belongs. */
static void sift_down(struct walk *walk, struct walk_entry entry)
{
	struct walk_entry *queue = walk->queue;
	size_t i = 0, child;

	while ((child = 2 * i + 1) < walk->n_queue) {
		if (child + 1 < walk->n_queue &&
		    before(&queue[child + 1], &queue[child]))
			child++;
		if (!before(&queue[child], &entry))
			break;
		queue[i] = queue[child];
		i = child;
	}
	queue[i] = entry;
}

static void sift_up(struct walk *walk, struct walk_entry entry)
{
	struct walk_entry *queue = walk->queue;
	size_t i = walk->n_queue - 1;

	while (i && before(&entry, &queue[(i - 1) / 2])) {
		queue[i] = queue[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	queue[i] = entry;
}

void walk_push(struct walk *walk, uint32_t node)
{
	struct walk_node *n = &walk->nodes[node];
	struct walk_entry entry = { queue_key(n), node };

	if (n->is_queued)
		return;
	n->is_queued = true;
	walk->n_queue++;
	if (walk->has_gap) {
		walk->has_gap = false;
		sift_down(walk, entry);
		return;
	}
	GROW(walk->queue, walk->n_queue - 1, walk->cap_queue);
	sift_up(walk, entry);
}

uint32_t walk_next(struct walk *walk)
{
	if (walk->has_gap)
		sift_down(walk, walk->queue[walk->n_queue]);
	walk->has_gap = false;
	return walk->queue[0].node;
}

uint32_t walk_pop(struct walk *walk)
{
	uint32_t top = walk_next(walk);

	walk->n_queue--;
	walk->has_gap = walk->n_queue;
	walk->nodes[top].is_queued = false;
	return top;
}

void walk_clear_queue(struct walk *walk)
{
	walk->n_queue = 0;
	walk->has_gap = false;
}

/* Nobody knows how much is lacking: count as much again as was read. */
int walk_cut_off(const struct oid *oid, size_t n_seen, struct error *err)
{
	enum { LEAST_DEEPEN = 50 };
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	return error_set(err, "this clone is shallow: what is before commit "
			 "%s is not here (git fetch --deepen=%zu brings more "
			 "of it, git fetch --unshallow all)", hex,
			 n_seen < LEAST_DEEPEN ? LEAST_DEEPEN : n_seen);
}
