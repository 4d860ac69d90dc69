/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/integration.h"

#include <stdlib.h>

#include "base/mem.h"

struct chain {
	const struct integration_in *in;
	struct integration *out;
	struct oidmap seen;		/* on this or another chain */
	uint32_t *hits;			/* commits of the dag on this one */
	size_t n_hits, cap_hits;
	struct oid last;
	/* Unproven claims among it: here they can only accuse. */
	struct oid_list upstream;
};

/*
 * One commit of an integration tree's first-parent chain. A commit that the
 * walk has hidden ends it, and so does one met on another chain.
 */
static bool on_chain(void *ctx, const struct oid *oid)
{
	struct chain *c = ctx;
	const struct dag *dag = &c->in->history->dag;
	uint32_t node = dag_find(dag, oid);

	if (oidmap_get(&c->seen, oid) >= 0 ||
	    oidmap_get(&c->in->history->hidden, oid) >= 0)
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
 * Whether the chain from `tip` meets upstream at all. Then upstream has its
 * root, and the commits of the chain that are in the dag, none of which
 * upstream has, are above the place where it meets.
 */
static int has_end(struct chain *c, const struct oid *tip, bool *ends,
		   struct error *err)
{
	const struct oid_list *upstream = &c->upstream;

	if (history_first_parents(c->in->repo, tip, to_the_end, c, err))
		return -1;
	return history_contains(c->in->repo, upstream->v, upstream->n,
				&c->last, ends, err);
}

static int follow(struct chain *c, const char *name, const struct oid *oid,
		  struct error *err)
{
	struct repo *repo = c->in->repo;
	struct ref_rule rule = govern_ref(c->in->policy, c->in->tree, name);
	struct oid commit;
	bool is_commit, ends = false;

	if (rule.kind != REF_INTEGRATION || oid_is_zero(oid))
		return 0;
	if (repo_peel_commit(repo, oid, &commit, &is_commit, err))
		return -1;
	if (!is_commit)
		return 0;
	c->n_hits = 0;
	if (history_first_parents(repo, &commit, on_chain, c, err))
		return -1;
	if (c->n_hits && has_end(c, &commit, &ends, err))
		return -1;
	for (size_t i = 0; ends && i < c->n_hits; i++) {
		c->out->tree[c->hits[i]] = rule.owner;
		c->out->ref[c->hits[i]] = name;
	}
	return 0;
}

int integration_find(const struct integration_in *in,
		     struct integration *integration, struct error *err)
{
	const struct refs *refs = in->refs;
	size_t n = in->history->dag.n;
	struct chain c = { .in = in, .out = integration };
	int rc = 0;

	integration->tree = xcalloc(n, sizeof(*integration->tree));
	integration->ref = xcalloc(n, sizeof(*integration->ref));
	if (!n)
		return 0;
	oid_list_add_all(&c.upstream, in->upstream);
	for (size_t i = 0; i < refs->claims.n; i++)
		oid_list_add(&c.upstream, &refs->claims.v[i].commit);
	if (!c.upstream.n)
		return 0;
	for (size_t i = 0; !rc && i < refs->here.n; i++)
		rc = follow(&c, refs->here.v[i].name, &refs->here.v[i].oid,
			    err);
	for (size_t i = 0; !rc && i < refs->n_updates; i++)
		rc = follow(&c, refs->updates[i].name, &refs->updates[i].new,
			    err);
	oidmap_release(&c.seen);
	free(c.hits);
	free(c.upstream.v);
	return rc;
}

void integration_release(struct integration *integration)
{
	free(integration->tree);
	free(integration->ref);
}
