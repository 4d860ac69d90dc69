/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/contained.h"

#include <stdlib.h>

#include "base/mem.h"
#include "git/walk.h"

enum { ON_LINE = 1, WANTED = 2, MERGED = 4 };

enum {
	SOON = 100 * 24 * 3600,		/* seconds after a commit in which its
					 * merge is looked for */
	MOST = 20000,			/* commits to visit */
	MOST_KNOWN = 5 * MOST,		/* the same, with a commit-graph */
	IN_A_ROW = 10,			/* so many dates cannot all be wrong */
};

struct search {
	struct walk walk;
	uint32_t *line;			/* of first parents, youngest first */
	size_t n, cap;
	size_t n_merged;		/* how many of these had their other
					 * parents queued */
	size_t n_left;			/* commits to visit, at most */
};

/* A commit that is not on the line. */
struct side {
	uint32_t node;
	int64_t time;
};

/* Marks the commits. `*n_wanted` is how many there are, each counted once. */
static int add_wanted(struct search *s, const struct oid_list *commits,
		      uint32_t *nodes, size_t *n_wanted, struct error *err)
{
	*n_wanted = 0;
	for (size_t i = 0; i < commits->n; i++) {
		if (walk_add(&s->walk, &commits->v[i], &nodes[i], err))
			return -1;
		*n_wanted += !(s->walk.nodes[nodes[i]].flags & WANTED);
		s->walk.nodes[nodes[i]].flags |= WANTED;
	}
	return 0;
}

/* Goes down the line until it has seen all that is wanted. */
static int find_line(struct search *s, const struct oid *tip, size_t n_wanted,
		     struct error *err)
{
	uint32_t node;

	if (walk_add(&s->walk, tip, &node, err))
		return -1;
	for (;;) {
		const struct walk_node *n = &s->walk.nodes[node];

		n_wanted -= n->flags & WANTED && !(n->flags & ON_LINE);
		s->walk.nodes[node].flags |= ON_LINE;
		GROW(s->line, s->n, s->cap);
		s->line[s->n++] = node;
		if (!n_wanted)
			return 0;
		if (walk_expand(&s->walk, node, err))
			return -1;
		n = &s->walk.nodes[node];
		if (!n->n_parents)
			return 0;
		node = s->walk.edges[n->parents].node;
	}
}

/* Queues those of a commit's parents that are neither on the line nor seen. */
static void queue_parents(struct search *s, uint32_t node)
{
	const struct walk_node n = s->walk.nodes[node];

	for (uint32_t i = 0; n.is_expanded && i < n.n_parents; i++) {
		uint32_t parent = s->walk.edges[n.parents + i].node;

		if (s->walk.nodes[parent].flags & (ON_LINE | MERGED))
			continue;
		s->walk.nodes[parent].flags |= MERGED;
		walk_push(&s->walk, parent);
	}
}

static int64_t line_time(const struct search *s, size_t i)
{
	return s->walk.nodes[s->line[i]].time;
}

/*
 * The first place in the line, from `from` on, where commits begin that are
 * dated less than `after` seconds after `time`. Clocks were wrong sometimes, so
 * one such commit is not enough.
 */
static size_t find_date(const struct search *s, size_t from, int64_t time,
			int64_t after)
{
	size_t n_older = 0;

	for (size_t i = from; i < s->n; i++) {
		n_older = line_time(s, i) - after < time ? n_older + 1 : 0;
		if (n_older == IN_A_ROW)
			return i + 1 - IN_A_ROW;
	}
	return s->n;
}

/* Queues what was merged into the line soon after a date. */
static void queue_merged(struct search *s, int64_t time)
{
	size_t i = find_date(s, s->n_merged, time, SOON);

	s->n_merged = find_date(s, i, time, 0);
	for (; i < s->n_merged; i++)
		queue_parents(s, s->line[i]);
}

static bool may_contain(const struct search *s, uint32_t node, uint32_t other)
{
	const struct walk_node *a = &s->walk.nodes[node];
	const struct walk_node *b = &s->walk.nodes[other];

	return a->generation == WALK_UNKNOWN || b->generation == WALK_UNKNOWN ?
	       a->time >= b->time : a->generation > b->generation;
}

/*
 * Marks what the merges soon after a commit brought, down to where the commit
 * could be.
 */
static int find_merged(struct search *s, const struct side *side,
		       struct error *err)
{
	queue_merged(s, side->time);
	while (s->walk.n_queue && s->n_left &&
	       may_contain(s, walk_next(&s->walk), side->node)) {
		uint32_t node = walk_pop(&s->walk);

		s->n_left--;
		if (walk_expand(&s->walk, node, err))
			return -1;
		queue_parents(s, node);
	}
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct side *x = a, *y = b;

	return x->time > y->time ? -1 : x->time < y->time;
}

/* Looks for the wanted commits that are not on the line. */
static int look_beside(struct search *s, const uint32_t *nodes, size_t n,
		       struct error *err)
{
	struct side *sides = xcalloc(n, sizeof(*sides));
	size_t n_sides = 0;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (!(s->walk.nodes[nodes[i]].flags & ON_LINE))
			sides[n_sides++] = (struct side){
				nodes[i], s->walk.nodes[nodes[i]].time,
			};
	qsort(sides, n_sides, sizeof(*sides), by_time);
	for (size_t i = 0; !rc && i < n_sides; i++)
		rc = find_merged(s, &sides[i], err);
	free(sides);
	return rc;
}

void contained_drop(struct repo *repo, const struct oid *tip,
		    struct oid_list *commits)
{
	uint32_t *nodes = xcalloc(commits->n, sizeof(*nodes));
	struct search s = { 0 };
	struct error ignored;
	size_t n_wanted, n = 0;

	walk_init(&s.walk, repo);
	s.n_left = s.walk.commit_graph ? MOST_KNOWN : MOST;
	if (!add_wanted(&s, commits, nodes, &n_wanted, &ignored) &&
	    !find_line(&s, tip, n_wanted, &ignored) &&
	    !look_beside(&s, nodes, commits->n, &ignored)) {
		for (size_t i = 0; i < commits->n; i++)
			if (!(s.walk.nodes[nodes[i]].flags &
			      (ON_LINE | MERGED)))
				commits->v[n++] = commits->v[i];
		commits->n = n;
	}
	walk_release(&s.walk);
	free(s.line);
	free(nodes);
}
