/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/walk.h"

/* What is left may seem excluded this often before the walk ends (git's). */
enum { SLOP = 5 };

enum { SEEN = 1, HIDDEN = 2 };

struct limit {
	struct walk walk;
	size_t open;		/* queued and not hidden */
	int64_t oldest;		/* date of a commit of the result */
	uint32_t *order;	/* the result, hidden ones still among them */
	size_t n_order, cap_order;
};

static void enqueue(struct limit *l, uint32_t node)
{
	struct walk_node *n = &l->walk.nodes[node];

	if (n->is_queued)
		return;
	n->flags |= SEEN;
	l->open += !(n->flags & HIDDEN);
	walk_push(&l->walk, node);
}

/* Hides a commit, and those of its ancestors that were met already. */
static void hide(struct limit *l, uint32_t start)
{
	uint32_t *todo = NULL;
	size_t n = 0, cap = 0;

	GROW(todo, n, cap);
	todo[n++] = start;
	while (n) {
		struct walk_node *node = &l->walk.nodes[todo[--n]];

		if (node->flags & HIDDEN)
			continue;
		node->flags |= HIDDEN;
		l->open -= node->is_queued;
		for (uint32_t i = 0; node->is_expanded && i < node->n_parents;
		     i++) {
			GROW(todo, n, cap);
			todo[n++] = l->walk.edges[node->parents + i].node;
		}
	}
	free(todo);
}

static int add_tips(struct limit *l, const struct oid *oids, size_t n,
		    bool hidden, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t node;

		if (walk_add(&l->walk, &oids[i], &node, err))
			return -1;
		if (hidden)
			hide(l, node);
		if (!(l->walk.nodes[node].flags & SEEN))
			enqueue(l, node);
	}
	return 0;
}

static int visit(struct limit *l, uint32_t index, struct error *err)
{
	struct walk_node node;

	if (walk_expand(&l->walk, index, err))
		return -1;
	node = l->walk.nodes[index];
	for (uint32_t i = 0; i < node.n_parents; i++) {
		uint32_t p = l->walk.edges[node.parents + i].node;

		if (node.flags & HIDDEN)
			hide(l, p);
		if (!(l->walk.nodes[p].flags & SEEN))
			enqueue(l, p);
	}
	if (node.flags & HIDDEN)
		return 0;
	if (node.time < l->oldest)
		l->oldest = node.time;
	GROW(l->order, l->n_order, l->cap_order);
	l->order[l->n_order++] = index;
	return 0;
}

/* Whether what is queued can no longer change the result, dates trusted. */
static bool settled(const struct limit *l, int *slop)
{
	if (l->open)
		*slop = SLOP;
	else if (l->walk.nodes[l->walk.queue[0]].time >= l->oldest)
		*slop = SLOP;
	else
		(*slop)--;
	return *slop <= 0;
}

static int walk_all(struct limit *l, bool exact, bool *complete,
		    struct error *err)
{
	int slop = SLOP;

	*complete = false;
	while (l->walk.n_queue) {
		uint32_t node = walk_pop(&l->walk);

		l->open -= !(l->walk.nodes[node].flags & HIDDEN);
		if (visit(l, node, err))
			return -1;
		if (!exact && l->walk.n_queue && settled(l, &slop))
			return 0;
	}
	*complete = true;
	return 0;
}

static int cut_off(const struct walk_node *node, struct error *err)
{
	char hex[OID_HEX + 1];

	oid_format(hex, &node->oid);
	return error_set(err, "this clone is shallow: what is before commit "
			 "%s is not here (git fetch --unshallow brings it)",
			 hex);
}

static int collect(struct limit *l, struct history *history,
		   struct error *err)
{
	struct walk *walk = &l->walk;
	struct graph *graph = &history->graph;

	for (size_t i = 0; i < l->n_order; i++) {
		const struct walk_node *node = &walk->nodes[l->order[i]];

		if (node->flags & HIDDEN)
			continue;
		if (node->is_shallow)
			return cut_off(node, err);
		graph_add(graph, &node->oid, node->n_parents);
	}
	for (uint32_t i = 0; i < graph->n; i++) {
		int64_t w = oidmap_get(&walk->index, &graph->nodes[i].oid);
		uint32_t first = walk->nodes[w].parents;

		for (uint32_t p = 0; p < graph->nodes[i].n_parents; p++)
			graph_parents(graph, i)[p] = graph_find(
				graph, &walk->edges[first + p].oid);
	}
	for (size_t i = 0; i < walk->n; i++)
		if (walk->nodes[i].flags & HIDDEN)
			oidmap_put(&history->hidden, &walk->nodes[i].oid, 1);
	return 0;
}

int history_walk(struct repo *repo, const struct oid *from, size_t n_from,
		 const struct oid *not, size_t n_not, bool exact,
		 struct history *history, struct error *err)
{
	struct limit l = { .walk.repo = repo, .oldest = INT64_MAX };
	int rc;

	*history = (struct history){ 0 };
	rc = add_tips(&l, not, n_not, true, err);
	if (!rc)
		rc = add_tips(&l, from, n_from, false, err);
	if (!rc)
		rc = walk_all(&l, exact, &history->exact, err);
	if (!rc)
		rc = collect(&l, history, err);
	walk_release(&l.walk);
	free(l.order);
	if (rc)
		history_release(history);
	return rc;
}

void history_release(struct history *history)
{
	graph_release(&history->graph);
	oidmap_release(&history->hidden);
	*history = (struct history){ 0 };
}

int history_first_parents(struct repo *repo, const struct oid *tip,
			  bool (*fn)(void *ctx, const struct oid *oid),
			  void *ctx, struct error *err)
{
	struct oid oid = *tip;

	while (fn(ctx, &oid)) {
		struct object object;
		struct commit commit;
		int rc = 0;

		if (repo_read_commit(repo, &oid, &object, &commit, err))
			return -1;
		if (repo_is_shallow_at(repo, &oid))
			rc = cut_off(&(struct walk_node){ .oid = oid }, err);
		if (!rc && commit.n_parents)
			oid = commit_parent(&commit, 0);
		object_release(&object);
		if (rc || !commit.n_parents)
			return rc;
	}
	return 0;
}

/*
 * Two colours run down from `wanted` and from the tips. Below a commit that
 * has both there are only ancestors of `wanted`, so nothing to find: the
 * search ends when no commit of the tips' colour alone is left.
 */
enum { OF_WANTED = 4, OF_TIPS = 8, BOTH = OF_WANTED | OF_TIPS };

struct paint {
	struct walk walk;
	size_t open;			/* queued with OF_TIPS alone */
	struct oid cut_oid;
	bool is_cut;
};

static bool is_open(const struct paint *p, uint32_t node)
{
	const struct walk_node *n = &p->walk.nodes[node];

	return n->is_queued && (n->flags & BOTH) == OF_TIPS;
}

static void paint(struct paint *p, uint32_t node, uint8_t colour)
{
	if ((p->walk.nodes[node].flags & colour) == colour)
		return;
	p->open -= is_open(p, node);
	p->walk.nodes[node].flags |= colour;
	walk_push(&p->walk, node);
	p->open += is_open(p, node);
}

static void paint_parents(struct paint *p, uint32_t index)
{
	struct walk_node node = p->walk.nodes[index];

	for (uint32_t i = 0; i < node.n_parents; i++)
		paint(p, p->walk.edges[node.parents + i].node,
		      node.flags & BOTH);
}

static int paint_down(struct paint *p, uint32_t wanted, struct error *err)
{
	while (p->open && !(p->walk.nodes[wanted].flags & OF_TIPS)) {
		bool was_open = is_open(p, p->walk.queue[0]);
		uint32_t node = walk_pop(&p->walk);

		p->open -= was_open;
		if (walk_expand(&p->walk, node, err))
			return -1;
		if (was_open && p->walk.nodes[node].is_shallow) {
			p->is_cut = true;
			p->cut_oid = p->walk.nodes[node].oid;
		}
		paint_parents(p, node);
	}
	return 0;
}

int history_contains(struct repo *repo, const struct oid *tips, size_t n,
		     const struct oid *wanted, bool *contains,
		     struct error *err)
{
	struct paint p = { .walk.repo = repo };
	uint32_t target = 0, node;
	int rc = walk_add(&p.walk, wanted, &target, err);

	*contains = false;
	if (!rc)
		paint(&p, target, OF_WANTED);
	for (size_t i = 0; !rc && i < n; i++) {
		rc = walk_add(&p.walk, &tips[i], &node, err);
		if (!rc)
			paint(&p, node, OF_TIPS);
	}
	if (!rc)
		rc = paint_down(&p, target, err);
	if (!rc)
		*contains = p.walk.nodes[target].flags & OF_TIPS;
	if (!rc && !*contains && p.is_cut)
		rc = cut_off(&(struct walk_node){ .oid = p.cut_oid }, err);
	walk_release(&p.walk);
	return rc;
}
