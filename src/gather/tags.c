/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gather/state.h"
#include "policy/owners.h"

static const char *short_name(const struct voucher *v)
{
	const char *tag = tag_name(v->name);

	return tag ? tag : v->name;
}

/* What speaks against it before its commits are looked at; or NULL. */
static char *formal_reason(const struct voucher *v)
{
	const char *name = short_name(v);

	if (tag_name(v->name) && !v->is_annotated)
		return xasprintf("tag %s holds it, but a lightweight tag makes "
				 "nothing legitimate", name);
	if (v->upstream)
		return xasprintf("%s holds it, but [tree \"%s\"] asks for a "
				 "signature ('signed = yes'), and signatures "
				 "are not verified yet", name,
				 v->upstream->section.name);
	if (v->shared->is_signed)
		return xasprintf("shared tag %s holds it, but its section asks "
				 "for a signature ('signed = yes'), and "
				 "signatures are not verified yet", name);
	return NULL;
}

/* Whether the tag's section lets it touch a path. */
static bool in_scope(struct gather *g, const struct shared_tag *shared,
		     const struct tree *tree, const char *path,
		     struct owners *owners)
{
	owners_find(g->policy, path, owners);
	if (owners->common)
		return true;
	if (owners_foreign(g->policy, owners, tree))
		return false;
	if (!shared->scope.n || !owners->n)
		return true;
	for (size_t i = 0; i < owners->n; i++)
		if (values_have(&shared->scope,
				owners->v[i].subsystem->section.name))
			return true;
	return false;
}

/* The paths of one commit against the tag's scope. */
static int check_commit(struct gather *g, struct voucher *v,
			const struct tree *tree, const struct oid *oid)
{
	struct owners owners = { 0 };
	struct object object;
	struct commit commit;
	char hex[OID_HEX + 1];
	int rc;

	if (repo_read(g->repo, oid, OBJECT_COMMIT, &object, g->err))
		return -1;
	rc = commit_parse(&commit, object.data, object.len, g->err);
	if (!rc)
		rc = changes_find(&g->changes, &commit, oid, tree, g->err);
	for (size_t i = 0; !rc && !v->reason && i < g->changes.n; i++) {
		const char *path = g->changes.paths[i].path;

		if (g->changes.paths[i].kind == PATH_RESOLVED ||
		    in_scope(g, v->shared, tree, path, &owners))
			continue;
		oid_format(hex, oid);
		v->reason = xasprintf("shared tag %s holds it, but does not "
				      "count: its commit %.12s changes %s, "
				      "outside its scope", short_name(v), hex,
				      path);
	}
	owners_release(&owners);
	object_release(&object);
	return rc;
}

/*
 * The tree that hands the tag out. One that the policy names but does not
 * define owns what the subsystems say it owns, so a stand-in will do.
 */
static int check_scope(struct gather *g, struct voucher *v, uint32_t node)
{
	struct graph *graph = &g->history.graph;
	struct tree stand_in = { .section.name = v->shared->tree.v[0].text };

	graph_mark(graph, node, NODE_TESTED, NODE_VOUCHED);
	for (uint32_t i = 0; i < graph->n; i++) {
		if (!(graph->nodes[i].flags & NODE_TESTED))
			continue;
		graph->nodes[i].flags &= ~(uint32_t)NODE_TESTED;
		if (!v->reason && check_commit(g, v, &stand_in,
					       &graph->nodes[i].oid))
			return -1;
	}
	return 0;
}

/* Remembers for each commit of the tag that the tag does not help it. */
static void label(struct gather *g, uint32_t voucher)
{
	struct graph *graph = &g->history.graph;
	uint32_t node = graph_find(graph, &g->vouchers[voucher].commit);

	if (node == GRAPH_NONE || !g->vouchers[voucher].reason)
		return;
	graph_mark(graph, node, NODE_TESTED, NODE_VOUCHED | NODE_LABELLED);
	for (uint32_t i = 0; i < graph->n; i++) {
		if (!(graph->nodes[i].flags & NODE_TESTED))
			continue;
		graph->nodes[i].flags &= ~(uint32_t)NODE_TESTED;
		graph->nodes[i].flags |= NODE_LABELLED;
		g->labels[i] = voucher;
	}
}

static int decide(struct gather *g, uint32_t index)
{
	struct voucher *v = &g->vouchers[index];
	struct graph *graph = &g->history.graph;
	uint32_t node = graph_find(graph, &v->commit);

	if (node == GRAPH_NONE)
		return 0;
	v->reason = formal_reason(v);
	if (!v->reason && check_scope(g, v, node))
		return -1;
	v->is_valid = !v->reason;
	if (v->is_valid && (v->shared->freeze == FREEZE_PUSH ||
			    graph->nodes[node].flags & NODE_MERGED)) {
		graph_mark(graph, node, NODE_VOUCHED, 0);
		return 0;
	}
	if (v->is_valid)
		v->reason = xasprintf("shared tag %s holds it, but is still a "
				      "draft: no governed branch contains all "
				      "of it", short_name(v));
	return 0;
}

struct ranked {
	uint32_t rank, voucher;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->voucher < y->voucher ? -1 : x->voucher > y->voucher;
}

/* The vouchers, those that others contain before these. */
static struct ranked *rank(const struct gather *g)
{
	const struct graph *graph = &g->history.graph;
	uint32_t *order = graph_topological(graph);
	uint32_t *at = xcalloc(graph->n, sizeof(*at));
	struct ranked *ranked = xcalloc(g->n_vouchers, sizeof(*ranked));

	for (uint32_t i = 0; i < graph->n; i++)
		at[order[i]] = i;
	for (uint32_t i = 0; i < g->n_vouchers; i++) {
		uint32_t node = graph_find(graph, &g->vouchers[i].commit);

		ranked[i] = (struct ranked){
			node == GRAPH_NONE ? GRAPH_NONE : at[node], i
		};
	}
	if (g->n_vouchers)
		qsort(ranked, g->n_vouchers, sizeof(*ranked), by_rank);
	free(order);
	free(at);
	return ranked;
}

int gather_tags(struct gather *g)
{
	struct ranked *ranked = rank(g);
	int rc = 0;

	g->labels = xcalloc(g->history.graph.n, sizeof(*g->labels));
	for (size_t i = 0; !rc && i < g->n_vouchers; i++)
		rc = decide(g, ranked[i].voucher);
	/* What was pushed explains a refusal better than what was here. */
	for (uint32_t i = 0; !rc && i < g->n_vouchers; i++)
		if (g->vouchers[i].is_pushed)
			label(g, i);
	for (uint32_t i = 0; !rc && i < g->n_vouchers; i++)
		label(g, i);
	free(ranked);
	return rc;
}
