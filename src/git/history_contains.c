/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/history.h"

#include <stdlib.h>

#include "base/mem.h"
#include "git/read_ahead.h"
#include "git/repo_private.h"
#include "git/walk.h"

/* A test of short histories has a number of its own. */
#if !defined(HISTORY_NEAR)
#define HISTORY_NEAR 1000
#endif

/* A search that takes so many steps looks next to the tips. */
enum { NEAR_STEPS = HISTORY_NEAR };

/*
 * Colours the ancestors of `wanted` and those of the tips. A commit with both
 * colours has only ancestors of `wanted` below it, so the search ends when no
 * commit has the tips' colour alone.
 */
enum { OF_WANTED = 1, OF_TIPS = 2, BOTH = OF_WANTED | OF_TIPS, NEAR = 4 };

struct node_list {
	uint32_t *v;
	size_t n, cap;
};

struct paint {
	struct walk walk;
	int64_t generation;		/* of `wanted`; none below has it */
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
	if ((p->walk.nodes[node].flags & colour) == colour ||
	    p->walk.nodes[node].generation < p->generation)
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

static void add_near(struct paint *p, struct node_list *near, uint32_t node)
{
	if (p->walk.nodes[node].flags & NEAR)
		return;
	p->walk.nodes[node].flags |= NEAR;
	GROW(near->v, near->n, near->cap);
	near->v[near->n++] = node;
}

/*
 * Looks for `wanted` next to the tips. A tip that was made by a clock which was
 * never set comes last in the queue, after all of history.
 */
static void look_near(struct paint *p, uint32_t wanted)
{
	struct node_list near = { 0 };
	struct error ignored;

	for (uint32_t i = 0; i < p->walk.n; i++)
		if (is_open(p, i))
			add_near(p, &near, i);
	for (size_t i = 0; i < near.n && i < NEAR_STEPS; i++) {
		struct walk_node node;

		if (walk_expand(&p->walk, near.v[i], &ignored))
			break;
		node = p->walk.nodes[near.v[i]];
		for (uint32_t k = 0; k < node.n_parents; k++)
			add_near(p, &near,
				 p->walk.edges[node.parents + k].node);
	}
	if (p->walk.nodes[wanted].flags & NEAR)
		p->walk.nodes[wanted].flags |= OF_TIPS;
	free(near.v);
}

static int paint_down(struct paint *p, uint32_t wanted, struct error *err)
{
	for (size_t n = 0; p->open && !(p->walk.nodes[wanted].flags & OF_TIPS);
	     n++) {
		bool was_open = is_open(p, walk_next(&p->walk));
		uint32_t node = walk_pop(&p->walk);

		p->open -= was_open;
		read_ahead(&p->walk, node, false);
		if (walk_expand(&p->walk, node, err))
			return -1;
		if (was_open && p->walk.nodes[node].is_shallow) {
			p->is_cut = true;
			p->cut_oid = p->walk.nodes[node].oid;
		}
		paint_parents(p, node);
		if (n == NEAR_STEPS)
			look_near(p, wanted);
	}
	return 0;
}

static int start_paint(struct paint *p, const struct oid *tips, size_t n,
		       const struct oid *wanted, uint32_t *target,
		       struct error *err)
{
	uint32_t node;

	if (walk_add(&p->walk, wanted, target, err))
		return -1;
	p->generation = p->walk.nodes[*target].generation;
	paint(p, *target, OF_WANTED);
	for (size_t i = 0; i < n; i++) {
		if (walk_add(&p->walk, &tips[i], &node, err))
			return -1;
		paint(p, node, OF_TIPS);
	}
	return paint_down(p, *target, err);
}

int history_contains(struct repo *repo, const struct oid *tips, size_t n,
		     const struct oid *wanted, bool *contains,
		     struct error *err)
{
	struct paint p = { 0 };
	bool again = false;
	uint32_t target;
	int rc;

	*contains = false;
	walk_init(&p.walk, repo);
	rc = start_paint(&p, tips, n, wanted, &target, err);
	if (!rc)
		*contains = p.walk.nodes[target].flags & OF_TIPS;
	if (!rc && !*contains && p.is_cut)
		rc = walk_cut_off(&p.cut_oid, p.walk.n, err);
	if (rc)
		again = walk_recover(&p.walk);
	else if (!*contains && p.walk.commit_graph)
		again = !repo_check_commit_graph(repo);
	walk_release(&p.walk);
	return again ? history_contains(repo, tips, n, wanted, contains, err) :
		       rc;
}

int history_has(struct repo *repo, const struct history *history,
		const struct oid_list *not, const struct oid *commit,
		bool *has, struct error *err)
{
	bool contains;

	*has = dag_find(&history->dag, commit) != DAG_NONE;
	if (!*has || !not->n ||
	    (history->exact && repo_check_commit_graph(repo)))
		return 0;
	if (history_contains(repo, not->v, not->n, commit, &contains, err))
		return -1;
	*has = !contains;
	return 0;
}
