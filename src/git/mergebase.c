/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/mergebase.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	MAX_NODES = 500000,
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
	b->walk.n_queue = 0;
	b->n_touched = 0;
	b->open = 0;
	if (b->walk.n > MAX_NODES) {
		walk_release(&b->walk);
		walk_init(&b->walk, repo);
	}
}

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

int merge_bases_find(struct merge_bases *b, const struct oid *a, size_t n_a,
		     const struct oid *other, struct error *err)
{
	struct repo *repo = b->walk.repo;
	int rc;

	start_over(b);
	rc = search(b, a, n_a, other, err);
	if (rc && walk_recover(&b->walk)) {
		walk_init(&b->walk, repo);
		b->n_touched = 0;
		start_over(b);
		rc = search(b, a, n_a, other, err);
	}
	if (!rc)
		collect(b);
	return rc;
}
