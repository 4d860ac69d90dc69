/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/merge_base.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/read_ahead.h"
#include "git/repo_private.h"

enum {
	MAX_NODES = 500000,
	OF_A = 1, OF_B = 2, STALE = 4, TOUCHED = 8,
	BOTH = OF_A | OF_B,
};

void merge_bases_init(struct merge_bases *bases, struct repo *repo)
{
	/* The walk begins with the first search: most pushes bring no merge. */
	*bases = (struct merge_bases){ .walk.repo = repo };
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
	b->n_visited = b->ask_at = 0;
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

static uint32_t pop(struct merge_bases *b)
{
	uint32_t node = walk_pop(&b->walk);

	--*count_of(b, b->walk.nodes[node].flags);
	return node;
}

/* Gives the commit's colours, and more, to its parents. */
static int spread(struct merge_bases *b, uint32_t node, uint8_t more,
		  struct error *err)
{
	const struct walk_node *n;
	uint8_t colours;

	if (!b->walk.nodes[node].is_expanded &&
	    walk_expand(&b->walk, node, err))
		return -1;
	n = &b->walk.nodes[node];
	colours = (n->flags & (BOTH | STALE)) | more;
	for (uint32_t i = 0; i < n->n_parents; i++)
		paint(b, b->walk.edges[n->parents + i].node, colours);
	return 0;
}

static int visit(struct merge_bases *b, uint32_t node, struct error *err)
{
	const struct walk_node *n = &b->walk.nodes[node];
	bool is_of_both = (n->flags & BOTH) == BOTH;

	b->n_visited++;
	read_ahead(&b->walk, node, false);
	if (n->is_shallow && !is_of_both)
		return walk_cut_off(&n->oid, b->walk.n, err);
	return spread(b, node, is_of_both ? STALE : 0, err);
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
 * When only one colour is queued: whether the push brought all that has the
 * other one alone, and nothing of what is queued. Then no way leads there.
 * Commits of the push with old dates may be queued after others, so this asks
 * again, each time after as many commits as it looked at.
 */
static bool is_apart(struct merge_bases *b, uint8_t queued)
{
	struct oid_list brought = { 0 }, there = { 0 };
	bool is;

	if (b->n_visited < b->ask_at)
		return false;
	b->ask_at = b->n_visited + b->n_touched;
	for (size_t i = 0; i < b->n_touched; i++) {
		const struct walk_node *n = &b->walk.nodes[b->touched[i]];
		uint8_t colours = n->flags & (BOTH | STALE);

		if (colours == (BOTH ^ queued))
			oid_list_add(&brought, &n->oid);
		else if (colours == queued && n->is_queued)
			oid_list_add(&there, &n->oid);
	}
	is = repo_push_brought(b->walk.repo, &brought, &there);
	free(brought.v);
	free(there.v);
	return is;
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
	       b->walk.nodes[walk_next(&b->walk)].generation != WALK_UNKNOWN ||
	       is_apart(b, of_a ? OF_A : OF_B);
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
	while (!is_done(b))
		if (visit(b, pop(b), err))
			return -1;
	return 0;
}

/*
 * Whether a base is an ancestor of another one. A way from that one to it goes
 * through a queued commit. Once all of those are ancestors of the base, none
 * can be its descendant, whatever the dates say.
 */
static int is_redundant(struct merge_bases *b, const struct oid_list *bases,
			size_t which, bool *is, struct error *err)
{
	uint32_t node, base = 0;

	start_over(b);
	for (size_t i = 0; i < bases->n; i++) {
		if (walk_add(&b->walk, &bases->v[i], &node, err))
			return -1;
		paint(b, node, i == which ? OF_A : OF_B);
		if (i == which)
			base = node;
	}
	while (b->n_queued[OF_B] && !(b->walk.nodes[base].flags & OF_B))
		if (spread(b, pop(b), 0, err))
			return -1;
	*is = b->walk.nodes[base].flags & OF_B;
	return 0;
}

/*
 * Where clocks are skewed, some bases may be ancestors of others: drops these.
 * All bases are among those found, so one alone is right.
 */
static int drop_redundant(struct merge_bases *b, struct error *err)
{
	struct oid_list all = { 0 };
	bool is = false;
	int rc = 0;

	for (size_t i = 0; i < b->n_found; i++)
		oid_list_add(&all, &b->found[i]);
	b->n_found = 0;
	for (size_t i = 0; !rc && i < all.n; i++) {
		rc = is_redundant(b, &all, i, &is, err);
		if (!is)
			b->found[b->n_found++] = all.v[i];
	}
	free(all.v);
	return rc;
}

static bool has_generation(struct merge_bases *b, const struct oid *oid)
{
	return commit_graph_find(b->walk.commit_graph, oid) !=
	       COMMIT_GRAPH_NONE;
}

/* Whether the search went by generations throughout. */
static bool was_by_generation(struct merge_bases *b, const struct oid *a,
			      size_t n_a, const struct oid *other)
{
	bool was = has_generation(b, other);

	for (size_t i = 0; i < n_a; i++)
		was = was && has_generation(b, &a[i]);
	return was;
}

static int find(struct merge_bases *b, const struct oid *a, size_t n_a,
		const struct oid *other, struct error *err)
{
	start_over(b);
	if (search(b, a, n_a, other, err))
		return -1;
	collect(b);
	return b->n_found < 2 || was_by_generation(b, a, n_a, other) ? 0 :
	       drop_redundant(b, err);
}

static void begin(struct merge_bases *b, struct repo *repo)
{
	walk_init(&b->walk, repo);
	b->n_touched = 0;
}

int merge_bases_find(struct merge_bases *b, const struct oid *a, size_t n_a,
		     const struct oid *other, struct error *err)
{
	struct repo *repo = b->walk.repo;

	if (b->is_strict)
		repo_check_commit_graph(repo);
	repo->rests_on_order = true;
	if (b->walk.commit_graph != repo_commit_graph(repo)) {
		walk_release(&b->walk);
		begin(b, repo);
	}
	if (!find(b, a, n_a, other, err))
		return 0;
	if (!walk_recover(&b->walk))
		return -1;
	begin(b, repo);
	return find(b, a, n_a, other, err);
}
