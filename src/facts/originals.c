/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "facts/state.h"

struct source_list {
	struct copy_source *v;
	size_t n, cap;
};

static struct copy_source *add(struct source_list *list,
			       enum source_kind kind, const char *ref,
			       const struct oid *commit)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n] = (struct copy_source){
		.kind = kind, .ref = ref, .commit = *commit,
	};
	return &list->v[list->n++];
}

static void add_shared(struct gather *g, struct source_list *list,
		       const char *ref, const struct oid *commit,
		       const struct shared_tag *shared)
{
	bool frozen = shared->freeze == FREEZE_PUSH ||
		      immutable_match(g->policy, tag_name(ref));
	struct copy_source *s = add(list, frozen ? SOURCE_FROZEN :
				    SOURCE_DRAFT, ref, commit);

	s->tree = shared->tree.v[0].text;
	s->is_own = shared_tag_is_of(shared, g->tree);
	s->is_shared = true;
}

static void add_tag(struct gather *g, struct source_list *list,
		    const struct known_tag *tag, bool shared_only)
{
	struct ref_rule rule = govern_ref(g->policy, g->tree, tag->name);
	const struct shared_tag *shared = rule.is_upstream ? NULL :
		shared_tag_match(g->policy, tag_name(tag->name));
	struct copy_source *s;

	if (rule.kind == REF_INTEGRATION)
		return;
	if (shared) {
		add_shared(g, list, tag->name, &tag->commit, shared);
		return;
	}
	if (shared_only)
		return;
	if (immutable_match(g->policy, tag_name(tag->name)))
		s = add(list, SOURCE_FROZEN, tag->name, &tag->commit);
	else if (rule.is_upstream && known_tag_counts(&g->known, tag))
		s = add(list, SOURCE_TREE, tag->name, &tag->commit);
	else
		return;
	s->tree = rule.is_upstream ? rule.owner->section.name : NULL;
}

/* Drafts that a governed branch contains are none any more. */
static int freeze_merged(struct gather *g, struct source_list *list)
{
	struct oid_list from = { 0 }, not = { 0 };
	struct history drafts = { 0 };
	int rc = 0;

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].kind == SOURCE_DRAFT)
			oid_list_add(&from, &list->v[i].commit);
	oid_list_add_all(&not, &g->refs.branches_before);
	oid_list_add_all(&not, &g->refs.branches_after);
	if (from.n)
		rc = walker_walk(&g->walker, &from, &not, &drafts, g->err);
	for (size_t i = 0; !rc && from.n && i < list->n; i++)
		if (dag_find(&drafts.dag, &list->v[i].commit) ==
		    DAG_NONE)
			list->v[i].kind = SOURCE_FROZEN;
	history_release(&drafts);
	free(from.v);
	free(not.v);
	return rc;
}

/* Another tree whose history the ref is, but no integration tree: or NULL. */
static const struct tree *other_tree(const struct gather *g, const char *ref)
{
	for (size_t i = 0; i < g->policy->n_trees; i++) {
		const struct tree *tree = &g->policy->trees[i];

		if (tree != g->tree && tree->role != ROLE_INTEGRATION &&
		    values_match(&tree->ref, ref))
			return tree;
	}
	return NULL;
}

static int add_history(struct gather *g, struct source_list *list,
		       const struct repo_ref *ref)
{
	const struct tree *tree = tag_name(ref->name) ? NULL :
				  other_tree(g, ref->name);
	struct oid commit;
	bool is_commit;

	if (!tree || govern_ref(g->policy, g->tree, ref->name).kind ==
		     REF_INTEGRATION)
		return 0;
	if (repo_peel_commit(g->repo, &ref->oid, &commit, &is_commit, g->err))
		return -1;
	if (is_commit)
		add(list, SOURCE_TREE, ref->name, &commit)->tree =
			tree->section.name;
	return 0;
}

int gather_sources(struct gather *g, bool shared_only,
		   struct copy_source **sources, size_t *n)
{
	struct source_list list = { 0 };
	int rc = 0;

	if (known_tags_load(&g->known, g->err))
		return -1;
	for (size_t i = 0; i < g->known.n; i++)
		add_tag(g, &list, &g->known.v[i], shared_only);
	for (size_t i = 0; i < g->vouchers.n; i++) {
		const struct voucher *v = &g->vouchers.v[i];

		if (v->raw && v->shared && v->is_valid)
			add_shared(g, &list, v->name, &v->commit, v->shared);
	}
	for (size_t i = 0; !rc && !shared_only && i < g->refs.here.n; i++)
		rc = add_history(g, &list, &g->refs.here.v[i]);
	if (!rc)
		rc = freeze_merged(g, &list);
	*sources = list.v;
	*n = list.n;
	return rc;
}

/* Whose commits are whose */

struct placed {
	enum source_kind kind;
	uint32_t at, node, source;
};

/* Frozen tags first; among equals those that others contain before these. */
static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

static struct placed *place(const struct copy_source *sources, size_t n,
			    const struct dag *dag, size_t *n_placed)
{
	struct placed *placed = xcalloc(n, sizeof(*placed));
	uint32_t *at = dag_places(dag);

	*n_placed = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t node = dag_find(dag, &sources[i].commit);

		if (node != DAG_NONE)
			placed[(*n_placed)++] = (struct placed){
				sources[i].kind, at[node], node, i
			};
	}
	qsort(placed, *n_placed, sizeof(*placed), by_place);
	free(at);
	return placed;
}

struct labelling {
	uint32_t *label;
	uint32_t source;
};

static bool enter_label(void *ctx, uint32_t node)
{
	const struct labelling *l = ctx;

	if (l->label[node] != DAG_NONE)
		return false;
	l->label[node] = l->source;
	return true;
}

uint32_t *sources_label(const struct copy_source *sources, size_t n,
			const struct dag *dag)
{
	uint32_t *label = xcalloc(dag->n, sizeof(*label));
	size_t n_placed;
	struct placed *placed = place(sources, n, dag, &n_placed);

	for (size_t i = 0; i < dag->n; i++)
		label[i] = DAG_NONE;
	for (size_t i = 0; i < n_placed; i++) {
		struct labelling l = { label, placed[i].source };

		dag_spread(dag, placed[i].node, enter_label, &l);
	}
	free(placed);
	return label;
}
