/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "gather/state.h"

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
	if (shared_only || !known_tag_counts(g, tag))
		return;
	if (immutable_match(g->policy, tag_name(tag->name)))
		s = add(list, SOURCE_FROZEN, tag->name, &tag->commit);
	else if (rule.is_upstream)
		s = add(list, SOURCE_TREE, tag->name, &tag->commit);
	else
		return;
	s->tree = rule.is_upstream ? rule.owner->section.name : NULL;
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
	enum object_type type;
	struct oid commit;

	if (!tree || govern_ref(g->policy, g->tree, ref->name).kind ==
		     REF_INTEGRATION)
		return 0;
	if (repo_peel(g->repo, &ref->oid, &commit, &type, g->err))
		return -1;
	if (type == OBJECT_COMMIT)
		add(list, SOURCE_TREE, ref->name, &commit)->tree =
			tree->section.name;
	return 0;
}

int gather_sources(struct gather *g, bool shared_only,
		   struct copy_source **sources, size_t *n)
{
	struct source_list list = { 0 };

	if (gather_known_tags(g))
		return -1;
	for (size_t i = 0; i < g->n_tags; i++)
		add_tag(g, &list, &g->tags[i], shared_only);
	for (size_t i = 0; i < g->n_vouchers; i++) {
		const struct voucher *v = &g->vouchers[i];

		if (v->raw && v->shared && v->is_valid)
			add_shared(g, &list, v->name, &v->commit, v->shared);
	}
	for (size_t i = 0; !shared_only && i < g->refs.n; i++) {
		if (add_history(g, &list, &g->refs.v[i])) {
			free(list.v);
			return -1;
		}
	}
	*sources = list.v;
	*n = list.n;
	return 0;
}
