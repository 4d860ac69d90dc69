/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "facts/originals.h"

static struct original_ref *add(struct originals *list,
				enum original_kind kind, const char *ref,
				const struct oid *commit)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n] = (struct original_ref){
		.kind = kind, .ref = ref, .commit = *commit,
	};
	return &list->v[list->n++];
}

static void add_shared(const struct originals_in *in, struct originals *list,
		       const char *ref, const struct oid *commit,
		       const struct shared_tag *shared)
{
	bool frozen = shared->freeze == FREEZE_PUSH ||
		      immutable_match(in->policy, tag_name(ref));
	struct original_ref *s = add(list, frozen ? ORIGINAL_FROZEN :
				     ORIGINAL_DRAFT, ref, commit);

	s->tree = shared->tree.v[0].text;
	s->is_own = shared_tag_is_of(shared, in->tree);
	s->is_shared = true;
}

static void add_tag(const struct originals_in *in, struct originals *list,
		    const struct known_tag *tag, bool shared_only)
{
	struct ref_rule rule = govern_ref(in->policy, in->tree, tag->name);
	const struct shared_tag *shared = rule.is_upstream ? NULL :
		shared_tag_match(in->policy, tag_name(tag->name));
	struct original_ref *s;

	if (rule.kind == REF_INTEGRATION)
		return;
	if (shared) {
		add_shared(in, list, tag->name, &tag->commit, shared);
		return;
	}
	if (shared_only)
		return;
	if (immutable_match(in->policy, tag_name(tag->name)))
		s = add(list, ORIGINAL_FROZEN, tag->name, &tag->commit);
	else if (rule.is_upstream && known_tag_counts(in->known, tag))
		s = add(list, ORIGINAL_TREE, tag->name, &tag->commit);
	else
		return;
	s->tree = rule.is_upstream ? rule.owner->section.name : NULL;
}

/* Drafts that a governed branch contains are none any more. */
static int freeze_merged(const struct originals_in *in, struct originals *list,
			 struct error *err)
{
	struct oid_list from = { 0 }, not = { 0 };
	struct history drafts = { 0 };
	bool is_draft;
	int rc = 0;

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].kind == ORIGINAL_DRAFT)
			oid_list_add(&from, &list->v[i].commit);
	oid_list_add_all(&not, &in->refs->branches_before);
	oid_list_add_all(&not, &in->refs->branches_after);
	if (from.n)
		rc = walker_walk(in->walker, &from, &not, &drafts, err);
	for (size_t i = 0; !rc && from.n && i < list->n; i++) {
		if (list->v[i].kind != ORIGINAL_DRAFT)
			continue;
		rc = history_has(in->repo, &drafts, &not, &list->v[i].commit,
				 &is_draft, err);
		if (!rc && !is_draft)
			list->v[i].kind = ORIGINAL_FROZEN;
	}
	history_release(&drafts);
	free(from.v);
	free(not.v);
	return rc;
}

/* Another tree whose history the ref is, but no integration tree: or NULL. */
static const struct tree *other_tree(const struct originals_in *in,
				     const char *ref)
{
	for (size_t i = 0; i < in->policy->n_trees; i++) {
		const struct tree *tree = &in->policy->trees[i];

		if (tree != in->tree && tree->role != ROLE_INTEGRATION &&
		    values_match(&tree->ref, ref))
			return tree;
	}
	return NULL;
}

static int add_history(const struct originals_in *in, struct originals *list,
		       const struct repo_ref *ref, struct error *err)
{
	const struct tree *tree = tag_name(ref->name) ? NULL :
				  other_tree(in, ref->name);
	struct oid commit;
	bool is_commit;

	if (!tree || govern_ref(in->policy, in->tree, ref->name).kind ==
		     REF_INTEGRATION)
		return 0;
	if (repo_peel_commit(in->repo, &ref->oid, &commit, &is_commit, err))
		return -1;
	if (is_commit)
		add(list, ORIGINAL_TREE, ref->name, &commit)->tree =
			tree->section.name;
	return 0;
}

int originals_find(const struct originals_in *in, bool shared_only,
		   struct originals *list, struct error *err)
{
	int rc = 0;

	if (known_tags_load(in->known, err))
		return -1;
	for (size_t i = 0; i < in->known->n; i++)
		add_tag(in, list, &in->known->v[i], shared_only);
	for (size_t i = 0; i < in->vouchers->n; i++) {
		const struct voucher *v = &in->vouchers->v[i];

		if (v->raw && v->shared && v->is_valid)
			add_shared(in, list, v->name, &v->commit, v->shared);
	}
	for (size_t i = 0; !rc && !shared_only && i < in->refs->here.n; i++)
		rc = add_history(in, list, &in->refs->here.v[i], err);
	if (!rc)
		rc = freeze_merged(in, list, err);
	return rc;
}
