/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "facts/state.h"

struct chain {
	struct gather *g;
	struct oidmap seen;		/* on this or another chain */
	uint32_t *hits;			/* commits of the dag on this one */
	size_t n_hits, cap_hits;
	struct oid last;
};

/*
 * One commit of an integration tree's first-parent chain. A commit that the
 * walk has hidden ends it, and so does one met on another chain.
 */
static bool on_chain(void *ctx, const struct oid *oid)
{
	struct chain *c = ctx;
	const struct dag *dag = &c->g->history.dag;
	uint32_t node = dag_find(dag, oid);

	if (oidmap_get(&c->seen, oid) >= 0 ||
	    oidmap_get(&c->g->history.hidden, oid) >= 0)
		return false;
	oidmap_put(&c->seen, oid, 1);
	if (node != DAG_NONE) {
		GROW(c->hits, c->n_hits, c->cap_hits);
		c->hits[c->n_hits++] = node;
	}
	return true;
}

static bool to_the_end(void *ctx, const struct oid *oid)
{
	struct chain *c = ctx;

	c->last = *oid;
	return true;
}

/*
 * Whether the chain from `tip` meets upstream at all: then its root does, and
 * all commits of the dag on it, none of which upstream has, are above that.
 */
static int has_end(struct chain *c, const struct oid *tip, bool *ends)
{
	struct gather *g = c->g;

	if (history_first_parents(g->repo, tip, to_the_end, c, g->err))
		return -1;
	return history_contains(g->repo, g->refs.upstream.v, g->refs.upstream.n,
				&c->last, ends, g->err);
}

static int follow(struct chain *c, const char *name, const struct oid *oid)
{
	struct gather *g = c->g;
	struct ref_rule rule = govern_ref(g->policy, g->tree, name);
	struct oid commit;
	bool is_commit, ends = false;

	if (rule.kind != REF_INTEGRATION || oid_is_zero(oid))
		return 0;
	if (repo_peel_commit(g->repo, oid, &commit, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	c->n_hits = 0;
	if (history_first_parents(g->repo, &commit, on_chain, c, g->err))
		return -1;
	if (c->n_hits && has_end(c, &commit, &ends))
		return -1;
	for (size_t i = 0; ends && i < c->n_hits; i++) {
		g->integration[c->hits[i]] = rule.owner;
		g->integration_ref[c->hits[i]] = name;
	}
	return 0;
}

int gather_integration(struct gather *g)
{
	struct chain c = { .g = g };
	int rc = 0;

	g->integration = xcalloc(g->history.dag.n, sizeof(*g->integration));
	g->integration_ref = xcalloc(g->history.dag.n,
				     sizeof(*g->integration_ref));
	if (!g->refs.upstream.n)
		return 0;
	for (size_t i = 0; !rc && i < g->refs.here.n; i++)
		rc = follow(&c, g->refs.here.v[i].name, &g->refs.here.v[i].oid);
	for (size_t i = 0; !rc && i < g->refs.n_updates; i++)
		rc = follow(&c, g->refs.updates[i].name, &g->refs.updates[i].new);
	oidmap_release(&c.seen);
	free(c.hits);
	return rc;
}
