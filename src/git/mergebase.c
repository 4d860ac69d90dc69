/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/mergebase.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	MAX_NODES = 500000,
	MAX_NUMBERED = 64000,	/* commits that get generations of ours */
	MAX_UNNUMBERED = 8,	/* histories too long to be tried again */
	OF_A = 1, OF_B = 2, STALE = 4, TOUCHED = 8,
	BOTH = OF_A | OF_B,
};

void merge_bases_init(struct merge_bases *bases, struct repo *repo)
{
	*bases = (struct merge_bases){ 0 };
	walk_init(&bases->walk, repo);
}

void merge_bases_release(struct merge_bases *bases)
{
	walk_release(&bases->walk);
	free(bases->touched);
	free(bases->found);
	*bases = (struct merge_bases){ 0 };
}

/* Wipes the colours of the search before. */
static void start_over(struct merge_bases *b)
{
	struct repo *repo = b->walk.repo;

	for (size_t i = 0; i < b->n_touched; i++) {
		b->walk.nodes[b->touched[i]].flags = 0;
		b->walk.nodes[b->touched[i]].is_queued = false;
	}
	walk_clear_queue(&b->walk);
	b->n_touched = 0;
	memset(b->n_queued, 0, sizeof(b->n_queued));
	if (b->walk.n > MAX_NODES) {
		walk_release(&b->walk);
		walk_init(&b->walk, repo);
	}
}

/* The count of queued commits that a commit with these flags belongs to. */
static size_t *count_of(struct merge_bases *b, uint8_t flags)
{
	return &b->n_queued[flags & (BOTH | STALE)];
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
	if (n->is_queued)
		--*count_of(b, n->flags);
	n->flags |= colours | TOUCHED;
	++*count_of(b, n->flags);
	if (!n->is_queued)
		walk_push(&b->walk, node);
}

static int visit(struct merge_bases *b, uint32_t node, struct error *err)
{
	const struct walk_node *n;
	uint8_t colours;

	if (!b->walk.nodes[node].is_expanded &&
	    walk_expand(&b->walk, node, err))
		return -1;
	n = &b->walk.nodes[node];
	colours = n->flags & (BOTH | STALE);
	if (n->is_shallow && (colours & BOTH) != BOTH) {
		char hex[OID_HEX + 1];

		oid_format(hex, &n->oid);
		return error_set(err, "this clone is shallow: what is before "
				 "commit %s is not here", hex);
	}
	if ((colours & BOTH) == BOTH)
		colours |= STALE;
	for (uint32_t i = 0; i < n->n_parents; i++)
		paint(b, b->walk.edges[n->parents + i].node, colours);
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

/*
 * Whether there are no more bases. In the order of generations, where no commit
 * is met again, it takes both colours to find one.
 */
static bool is_done(struct merge_bases *b)
{
	bool of_a = b->n_queued[OF_A], of_b = b->n_queued[OF_B];

	if (b->n_queued[BOTH] || (of_a && of_b))
		return false;
	return (!of_a && !of_b) ||
	       b->walk.nodes[walk_next(&b->walk)].generation != WALK_UNKNOWN;
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
	while (!is_done(b)) {
		node = walk_pop(&b->walk);
		--*count_of(b, b->walk.nodes[node].flags);
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
	    walk_number(&b->walk, node, MAX_NUMBERED, err))
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
	b->n_touched = 0;
	return find(b, a, n_a, other, err);
}
