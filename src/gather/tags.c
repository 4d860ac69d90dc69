/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gather/state.h"
#include "policy/owners.h"

struct node_list {
	uint32_t *v;
	size_t n, cap;
};

static void node_list_add(struct node_list *list, uint32_t node)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = node;
}

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

/* Why one commit keeps the tag from counting, or NULL in `v->reason`. */
static void check_paths(struct gather *g, struct voucher *v,
			const struct tree *tree, const struct oid *oid)
{
	struct owners owners = { 0 };
	const struct value *marker;
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	for (size_t i = 0; !v->reason && i < g->changes.n; i++) {
		const struct path_fact *path = &g->changes.paths[i];

		if (path->exists && marked_path(g->policy, path->path,
						&marker))
			v->reason = xasprintf("shared tag %s holds it, but "
					      "does not count: its commit %.12s"
					      " has %s, a mark of an "
					      "integration tree",
					      short_name(v), hex, path->path);
		else if (!in_scope(g, v->shared, tree, path->path, &owners))
			v->reason = xasprintf("shared tag %s holds it, but "
					      "does not count: its commit %.12s"
					      " changes %s, outside its scope",
					      short_name(v), hex, path->path);
	}
	owners_release(&owners);
}

static void check_subject(struct gather *g, struct voucher *v,
			  const struct commit *commit, uint32_t node)
{
	const struct tree *tree = g->integration[node];
	struct buf subject = BUF_INIT;
	const struct value *marker;
	char hex[OID_HEX + 1];

	commit_subject(commit, &subject);
	if (!tree)
		tree = marked_subject(g->policy, buf_str(&subject), &marker);
	oid_format(hex, &g->history.graph.nodes[node].oid);
	if (tree)
		v->reason = xasprintf("shared tag %s holds it, but does not "
				      "count: its commit %.12s was made by %s",
				      short_name(v), hex, tree->section.name);
	buf_release(&subject);
}

/*
 * One commit against the tag's scope. The tree is the one that hands the tag
 * out; one that the policy names but does not define owns what the subsystems
 * say it owns, so a stand-in will do.
 */
static int check_commit(struct gather *g, struct voucher *v, uint32_t node)
{
	struct tree tree = { .section.name = v->shared->tree.v[0].text };
	const struct oid *oid = &g->history.graph.nodes[node].oid;
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(g->repo, oid, &object, &commit, g->err))
		return -1;
	rc = changes_find(&g->changes, &commit, oid, &tree, g->err);
	if (!rc)
		check_subject(g, v, &commit, node);
	if (!rc)
		check_paths(g, v, &tree, oid);
	object_release(&object);
	return rc;
}

/*
 * A walk down from a tag: `enter` says of each commit whether to go on below
 * it, -1 ends the walk.
 */
static int descend(struct gather *g, struct voucher *v, uint32_t start,
		   int (*enter)(struct gather *g, struct voucher *v,
				uint32_t node))
{
	const struct graph *graph = &g->history.graph;
	struct node_list todo = { 0 };
	int go = 1;

	node_list_add(&todo, start);
	while (go >= 0 && todo.n) {
		uint32_t node = todo.v[--todo.n];

		go = enter(g, v, node);
		for (uint32_t i = 0; go > 0 && i < graph->nodes[node].n_parents;
		     i++)
			if (graph_parents(graph, node)[i] != GRAPH_NONE)
				node_list_add(&todo,
					      graph_parents(graph, node)[i]);
	}
	free(todo.v);
	return go < 0 ? -1 : 0;
}

/*
 * Each commit is looked at once for each section. Only below a tag that was in
 * scope as a whole is there nothing left to see: one that was not has ended
 * its walk somewhere.
 */
static int enter_scope(struct gather *g, struct voucher *v, uint32_t node)
{
	if (g->history.graph.nodes[node].flags & NODE_VOUCHED ||
	    g->all_in_scope_of[node] == v->shared ||
	    g->last_walk[node] == g->n_walks)
		return 0;
	g->last_walk[node] = g->n_walks;
	if (g->in_scope_of[node] == v->shared)
		return 1;
	if (check_commit(g, v, node))
		return -1;
	if (v->reason)
		return -1;
	g->in_scope_of[node] = v->shared;
	return 1;
}

/* Remembers of a tag that is in scope that all of it is. */
static int enter_all(struct gather *g, struct voucher *v, uint32_t node)
{
	if (g->history.graph.nodes[node].flags & NODE_VOUCHED ||
	    g->all_in_scope_of[node] == v->shared)
		return 0;
	g->all_in_scope_of[node] = v->shared;
	return 1;
}

/* Remembers for each commit of the tag that the tag does not help it. */
static int enter_label(struct gather *g, struct voucher *v, uint32_t node)
{
	struct graph_node *n = &g->history.graph.nodes[node];

	if (n->flags & (NODE_VOUCHED | NODE_LABELLED))
		return 0;
	n->flags |= NODE_LABELLED;
	g->labels[node] = (uint32_t)(v - g->vouchers);
	return 1;
}

static int check_scope(struct gather *g, struct voucher *v, uint32_t node)
{
	g->n_walks++;
	if (descend(g, v, node, enter_scope))
		return v->reason ? 0 : -1;
	return descend(g, v, node, enter_all);
}

static void label(struct gather *g, struct voucher *v)
{
	uint32_t node = graph_find(&g->history.graph, &v->commit);

	if (node != GRAPH_NONE && v->reason)
		descend(g, v, node, enter_label);
}

static int decide(struct gather *g, struct voucher *v)
{
	struct graph *graph = &g->history.graph;
	uint32_t node = graph_find(graph, &v->commit);

	if (node == GRAPH_NONE || (!v->is_pushed && !g->leads_to_start[node]))
		return 0;
	v->reason = formal_reason(v);
	if (!v->reason && check_scope(g, v, node))
		return -1;
	v->is_valid = !v->reason;
	if (v->is_valid && (v->shared->freeze == FREEZE_PUSH ||
			    graph->nodes[node].flags & NODE_MERGED))
		graph_mark(graph, node, NODE_VOUCHED, 0);
	else if (v->is_valid)
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

/* Which commits have one among their ancestors that is to be judged. */
static void find_leads(struct gather *g, const uint32_t *order)
{
	const struct graph *graph = &g->history.graph;

	g->leads_to_start = xcalloc(graph->n, sizeof(*g->leads_to_start));
	for (size_t i = 0; i < graph->n; i++) {
		uint32_t node = order[i];
		const uint32_t *parents = graph_parents(graph, node);
		bool leads = graph->nodes[node].flags & NODE_STARTED;

		for (uint32_t p = 0; p < graph->nodes[node].n_parents; p++)
			leads |= parents[p] != GRAPH_NONE &&
				 g->leads_to_start[parents[p]];
		g->leads_to_start[node] = leads;
	}
}

/* The vouchers, those that others contain before these. */
static struct ranked *rank(struct gather *g)
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
	find_leads(g, order);
	free(order);
	free(at);
	return ranked;
}

int gather_tags(struct gather *g)
{
	struct ranked *ranked = rank(g);
	int rc = 0;

	g->labels = xcalloc(g->history.graph.n, sizeof(*g->labels));
	g->in_scope_of = xcalloc(g->history.graph.n, sizeof(*g->in_scope_of));
	g->all_in_scope_of = xcalloc(g->history.graph.n,
				     sizeof(*g->all_in_scope_of));
	g->last_walk = xcalloc(g->history.graph.n, sizeof(*g->last_walk));
	for (size_t i = 0; !rc && i < g->n_vouchers; i++)
		rc = decide(g, &g->vouchers[ranked[i].voucher]);
	/* What was pushed explains a refusal better than what was here. */
	for (size_t i = 0; !rc && i < g->n_vouchers; i++)
		if (g->vouchers[i].is_pushed)
			label(g, &g->vouchers[i]);
	for (size_t i = 0; !rc && i < g->n_vouchers; i++)
		label(g, &g->vouchers[i]);
	free(ranked);
	return rc;
}
