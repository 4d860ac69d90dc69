/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/mergebase.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	MAX_NODES = 500000,
	FIRST_LINE = 1000,	/* commits of a new line, */
	MAX_LINE = 64000,	/* and of the longest */
	MAX_STEP = 4096,	/* from one merge of it to the next */
	MAX_OFF_LINE = 8,
	MAX_UNNUMBERED = 8,	/* histories too long to be tried again */
	OF_A = 1, OF_B = 2, STALE = 4, TOUCHED = 8, ON_LINE = 16,
	BOTH = OF_A | OF_B,
};

void merge_bases_init(struct merge_bases *bases, struct repo *repo)
{
	*bases = (struct merge_bases){ .max_line = FIRST_LINE };
	walk_init(&bases->walk, repo);
}

void merge_bases_release(struct merge_bases *bases)
{
	walk_release(&bases->walk);
	free(bases->touched);
	free(bases->line);
	free(bases->todo);
	free(bases->found);
	*bases = (struct merge_bases){ 0 };
}

/* Wipes the colours of the search before. */
static void start_over(struct merge_bases *b)
{
	struct repo *repo = b->walk.repo;

	for (size_t i = 0; i < b->n_touched; i++) {
		b->walk.nodes[b->touched[i]].flags &= ON_LINE;
		b->walk.nodes[b->touched[i]].is_queued = false;
	}
	b->walk.n_queue = 0;
	b->n_touched = 0;
	b->open = 0;
	if (b->walk.n > MAX_NODES) {
		walk_release(&b->walk);
		walk_init(&b->walk, repo);
		b->n_line = 0;
	}
}

/* The line: a quick answer for most merges */

static void push(struct merge_bases *b, uint32_t node)
{
	GROW(b->todo, b->n_todo, b->cap_todo);
	b->todo[b->n_todo++] = node;
}

static int push_parents(struct merge_bases *b, uint32_t node,
			struct error *err)
{
	const struct walk_node *n;

	if (walk_expand(&b->walk, node, err))
		return -1;
	n = &b->walk.nodes[node];
	for (uint32_t i = 0; i < n->n_parents; i++)
		push(b, b->walk.edges[n->parents + i].node);
	return 0;
}

static void put_on_line(struct merge_bases *b, uint32_t node)
{
	b->walk.nodes[node].flags |= ON_LINE;
	GROW(b->line, b->n_line, b->cap_line);
	b->line[b->n_line++] = node;
}

static void cut_line(struct merge_bases *b, size_t n)
{
	while (b->n_line > n)
		b->walk.nodes[b->line[--b->n_line]].flags &= (uint8_t)~ON_LINE;
}

static int new_line(struct merge_bases *b, uint32_t tip, struct error *err)
{
	cut_line(b, 0);
	b->floor = 0;
	walk_push(&b->walk, tip);
	while (b->walk.n_queue) {
		uint32_t node = walk_pop(&b->walk);
		struct walk_node n;

		if (b->n_line == b->max_line) {
			b->floor = b->walk.nodes[node].generation + 1;
			break;
		}
		if (walk_expand(&b->walk, node, err))
			return -1;
		n = b->walk.nodes[node];
		put_on_line(b, node);
		for (uint32_t i = 0; i < n.n_parents; i++)
			walk_push(&b->walk,
				  b->walk.edges[n.parents + i].node);
	}
	while (b->walk.n_queue)
		walk_pop(&b->walk);
	return 0;
}

/*
 * Leads the line on to a descendant of where it ends: `*is_on` tells whether it
 * is one, and not too far off.
 */
static int lead_line(struct merge_bases *b, uint32_t tip, bool *is_on,
		     struct error *err)
{
	size_t n = b->n_line;

	*is_on = n && b->line[0] == tip;
	if (*is_on || !n || b->walk.nodes[tip].flags & ON_LINE)
		return 0;
	b->n_todo = 0;
	push(b, tip);
	while (b->n_todo && b->n_line < n + MAX_STEP) {
		uint32_t node = b->todo[--b->n_todo];
		const struct walk_node *at = &b->walk.nodes[node];

		*is_on |= node == b->line[0];
		if (at->flags & ON_LINE || at->generation < b->floor)
			continue;
		put_on_line(b, node);
		if (push_parents(b, node, err))
			return -1;
	}
	*is_on &= !b->n_todo;
	if (*is_on) {
		b->line[n] = b->line[0];
		b->line[0] = tip;
	} else {
		cut_line(b, n);
	}
	return 0;
}

/*
 * Where the commits that the line lacks come from it: if that is one commit, it
 * is the merge base. `*known` tells whether that is certain.
 */
static int leave_line(struct merge_bases *b, uint32_t from, bool *known,
		      struct error *err)
{
	b->n_found = b->n_todo = 0;
	push(b, from);
	while (b->n_todo) {
		uint32_t node = b->todo[--b->n_todo];
		struct walk_node *n = &b->walk.nodes[node];

		if (n->flags & TOUCHED)
			continue;
		n->flags |= TOUCHED;
		GROW(b->touched, b->n_touched, b->cap_touched);
		b->touched[b->n_touched++] = node;
		if (n->flags & ON_LINE) {
			if (b->n_found == 1)
				return 0;
			GROW(b->found, b->n_found, b->cap_found);
			b->found[b->n_found++] = n->oid;
		} else if (n->generation < b->floor) {
			b->n_short++;
			return 0;
		} else if (push_parents(b, node, err)) {
			return -1;
		}
	}
	*known = true;
	return 0;
}

/* The next search makes one, now that many bases were before this one. */
static void ask_for_longer_line(struct merge_bases *b)
{
	cut_line(b, 0);
	b->max_line *= 8;
	b->n_short = 0;
	b->n_off_line = MAX_OFF_LINE;
}

static int ask_line(struct merge_bases *b, const struct oid *a,
		    const struct oid *other, bool *known, struct error *err)
{
	uint32_t tip, from;
	bool is_on;

	*known = false;
	if (walk_add(&b->walk, a, &tip, err) ||
	    walk_add(&b->walk, other, &from, err))
		return -1;
	if (lead_line(b, tip, &is_on, err))
		return -1;
	if (!is_on && b->n_off_line++ < MAX_OFF_LINE)
		return 0;
	b->n_off_line = 0;
	if (walk_number(&b->walk, tip, MAX_LINE, err))
		return -1;
	/* Without generations nothing says where the line ends. */
	if (b->walk.nodes[tip].generation == WALK_UNKNOWN)
		return 0;
	if (!is_on && new_line(b, tip, err))
		return -1;
	if (leave_line(b, from, known, err))
		return -1;
	if (b->n_short > MAX_OFF_LINE && b->max_line < MAX_LINE)
		ask_for_longer_line(b);
	return 0;
}

/* The search */

static bool is_open(const struct merge_bases *b, uint32_t node)
{
	const struct walk_node *n = &b->walk.nodes[node];

	return n->is_queued && !(n->flags & STALE);
}

static void paint(struct merge_bases *b, uint32_t node, uint8_t colours)
{
	struct walk_node *n = &b->walk.nodes[node];

	if ((n->flags & colours) == colours)
		return;
	if (!(n->flags & TOUCHED)) {
		GROW(b->touched, b->n_touched, b->cap_touched);
		b->touched[b->n_touched++] = node;
	}
	b->open -= is_open(b, node);
	n->flags |= colours | TOUCHED;
	walk_push(&b->walk, node);
	b->open += is_open(b, node);
}

static int visit(struct merge_bases *b, uint32_t node, struct error *err)
{
	struct walk_node n;
	uint8_t colours;

	if (walk_expand(&b->walk, node, err))
		return -1;
	n = b->walk.nodes[node];
	colours = n.flags & (BOTH | STALE);
	if (n.is_shallow && (colours & BOTH) != BOTH) {
		char hex[OID_HEX + 1];

		oid_format(hex, &n.oid);
		return error_set(err, "this clone is shallow: what is before "
				 "commit %s is not here", hex);
	}
	if ((colours & BOTH) == BOTH)
		colours |= STALE;
	for (uint32_t i = 0; i < n.n_parents; i++)
		paint(b, b->walk.edges[n.parents + i].node, colours);
	return 0;
}

static void collect(struct merge_bases *b)
{
	b->n_found = 0;
	for (size_t i = 0; i < b->n_touched; i++) {
		const struct walk_node *n = &b->walk.nodes[b->touched[i]];

		if ((n->flags & (BOTH | STALE)) != BOTH)
			continue;
		GROW(b->found, b->n_found, b->cap_found);
		b->found[b->n_found++] = n->oid;
	}
}

static int search(struct merge_bases *b, const struct oid *a, size_t n_a,
		  const struct oid *other, struct error *err)
{
	uint32_t node;

	for (size_t i = 0; i < n_a; i++) {
		if (walk_add(&b->walk, &a[i], &node, err))
			return -1;
		paint(b, node, OF_A);
	}
	if (walk_add(&b->walk, other, &node, err))
		return -1;
	paint(b, node, OF_B);
	while (b->open) {
		bool was_open = is_open(b, b->walk.queue[0]);

		node = walk_pop(&b->walk);
		b->open -= was_open;
		if (visit(b, node, err))
			return -1;
	}
	return 0;
}

static int number_one(struct merge_bases *b, const struct oid *oid,
		      bool *numbered, struct error *err)
{
	uint32_t node;

	if (walk_add(&b->walk, oid, &node, err) ||
	    walk_number(&b->walk, node, MAX_LINE, err))
		return -1;
	*numbered &= b->walk.nodes[node].generation != WALK_UNKNOWN;
	return 0;
}

/*
 * Of several bases some may be ancestors of others, if clocks are skewed: the
 * search is made again by generations. All bases are among those found, so one
 * alone is right.
 */
static int search_again(struct merge_bases *b, const struct oid *a, size_t n_a,
			const struct oid *other, struct error *err)
{
	bool numbered = true;

	if (b->n_unnumbered == MAX_UNNUMBERED)
		return 0;
	start_over(b);
	if (number_one(b, other, &numbered, err))
		return -1;
	for (size_t i = 0; i < n_a; i++)
		if (number_one(b, &a[i], &numbered, err))
			return -1;
	b->n_unnumbered += !numbered;
	if (!numbered)
		return 0;
	if (search(b, a, n_a, other, err))
		return -1;
	collect(b);
	return 0;
}

static int find(struct merge_bases *b, const struct oid *a, size_t n_a,
		const struct oid *other, struct error *err)
{
	bool known = false;

	start_over(b);
	if (n_a == 1 && ask_line(b, a, other, &known, err))
		return -1;
	if (known)
		return 0;
	start_over(b);
	if (search(b, a, n_a, other, err))
		return -1;
	collect(b);
	return b->n_found < 2 ? 0 : search_again(b, a, n_a, other, err);
}

int merge_bases_find(struct merge_bases *b, const struct oid *a, size_t n_a,
		     const struct oid *other, struct error *err)
{
	struct repo *repo = b->walk.repo;

	if (!find(b, a, n_a, other, err))
		return 0;
	if (!walk_recover(&b->walk))
		return -1;
	walk_init(&b->walk, repo);
	b->n_touched = b->n_line = 0;
	return find(b, a, n_a, other, err);
}
