/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/state.h"

static int in_repo(struct gather *g, const struct oid *oid, bool *there)
{
	enum object_type type;

	if (repo_type(g->repo, oid, &type, g->err))
		return -1;
	*there = type != OBJECT_MISSING;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct ref_fact *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void sort_by_name(struct gather *g)
{
	g->refs.by_name = xcalloc(g->refs.n_updates, sizeof(*g->refs.by_name));
	for (size_t i = 0; i < g->refs.n_updates; i++)
		g->refs.by_name[i] = &g->refs.updates[i];
	if (g->refs.n_updates)
		qsort(g->refs.by_name, g->refs.n_updates, sizeof(*g->refs.by_name), by_name);
}

const struct ref_fact *refs_update(const struct refs *refs, const char *name)
{
	const struct ref_fact key = { .name = name }, *k = &key;
	const struct ref_fact **found;

	found = refs->n_updates ? bsearch(&k, refs->by_name, refs->n_updates,
					  sizeof(*refs->by_name), by_name) :
				  NULL;
	return found ? *found : NULL;
}

/* The updates */

/*
 * On a server the old value is the pusher's word: git compares it with the ref
 * only after the hook, so a lie would hide commits from N.
 */
static int check_old(struct gather *g, const struct ref_update *update,
		     const char *name)
{
	const struct repo_ref *ref = repo_refs_find(&g->refs.here, name);
	static const struct oid none;
	const struct oid *now = ref ? &ref->oid : &none;
	char is[OID_HEX + 1], said[OID_HEX + 1];

	if (g->request->mode != JUDGE_SERVER || oid_equal(now, &update->old))
		return 0;
	oid_format(is, now);
	oid_format(said, &update->old);
	return error_set(g->err, "%s is at %s here, and the push says %s: "
			 "fetch and push again", name, is, said);
}

static int find_ff(struct gather *g, struct ref_fact *ref)
{
	struct oid old, new;
	bool there, is_commit, contains;

	if (oid_is_zero(&ref->old) || oid_is_zero(&ref->new))
		return 0;
	if (in_repo(g, &ref->old, &there))
		return -1;
	if (!there && g->request->mode == JUDGE_CLIENT) {
		ref->ff = FF_UNKNOWN;
		return 0;
	}
	ref->ff = FF_NO;
	if (repo_peel_commit(g->repo, &ref->old, &old, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	if (repo_peel_commit(g->repo, &ref->new, &new, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	if (history_contains(g->repo, &new, 1, &old, &contains, g->err))
		return -1;
	ref->ff = contains ? FF_YES : FF_NO;
	return 0;
}

static bool is_judged(const struct ref_rule *rule)
{
	return rule->kind != REF_UNGOVERNED && rule->kind != REF_INTEGRATION;
}

/*
 * A push to a symbolic ref changes the ref that it points to: that one's rules
 * count, and those of the name pushed where that one has none.
 */
static int check_target(struct gather *g, size_t i)
{
	const struct ref_update *update = &g->request->updates[i];
	struct ref_rule rule;

	if (repo_resolve_name(g->repo, update->name, &g->refs.targets[i], g->err))
		return -1;
	rule = govern_ref(g->policy, g->tree, g->refs.targets[i]);
	if (is_judged(&rule)) {
		g->refs.updates[i].name = g->refs.targets[i];
		g->refs.updates[i].rule = rule;
	}
	return check_old(g, update, g->refs.targets[i]);
}

static int find_fact(struct gather *g, size_t i)
{
	const struct ref_update *update = &g->request->updates[i];
	struct ref_fact *ref = &g->refs.updates[i];

	*ref = (struct ref_fact){
		.name = update->name, .old = update->old, .new = update->new,
		.rule = govern_ref(g->policy, g->tree, update->name),
	};
	if (g->request->mode == JUDGE_SERVER && check_target(g, i))
		return -1;
	if (oid_is_zero(&ref->new))
		return 0;
	/* Git refuses such a ref after the hook: it must not vouch before. */
	if (g->request->mode != JUDGE_AUDIT && !repo_is_ref_name(update->name))
		return error_set(g->err, "%s is no name that a ref can have",
				 update->name);
	if (repo_type(g->repo, &ref->new, &ref->new_type, g->err))
		return -1;
	if (ref->new_type == OBJECT_MISSING)
		return error_set(g->err, "%s: the object pushed is missing",
				 ref->name);
	return ref->rule.kind == REF_BRANCH ? find_ff(g, ref) : 0;
}

/* The state before the push */

static const struct oid no_oid;

/* The section of a shared tag, or NULL. */
static const struct shared_tag *shared_of(const struct gather *g,
					  const char *name)
{
	const char *tag = tag_name(name);
	const struct shared_tag *shared =
		tag ? shared_tag_match(g->policy, tag) : NULL;
	struct ref_rule rule;

	if (!shared)
		return NULL;
	rule = govern_ref(g->policy, g->tree, name);
	return rule.kind == REF_TAG && !rule.is_upstream ? shared : NULL;
}

/* The same, of a tag that another tree hands out. */
static const struct shared_tag *foreign_shared(const struct gather *g,
					       const char *name)
{
	const struct shared_tag *shared = shared_of(g, name);

	return shared && !shared_tag_is_of(shared, g->tree) ? shared : NULL;
}

/* Adds the commit that a ref's value is about to a list. */
static int add_commit(struct gather *g, struct oid_list *list,
		      const struct oid *oid)
{
	struct oid commit;
	bool is_commit;

	if (repo_peel_commit(g->repo, oid, &commit, &is_commit, g->err))
		return -1;
	if (is_commit)
		oid_list_add(list, &commit);
	return 0;
}

/* An upstream ref here counts by its name, a tag only if it is annotated. */
static int hide_upstream(struct gather *g, const char *name,
			 const struct oid *oid)
{
	enum object_type type;

	if (repo_type(g->repo, oid, &type, g->err))
		return -1;
	if (tag_name(name) && type != OBJECT_TAG)
		return 0;
	return add_commit(g, &g->refs.upstream, oid);
}

/* What the other side had before: `name` as it is called there. */
static int take_before(struct gather *g, const char *name,
		       const struct oid *oid)
{
	struct ref_rule rule = govern_ref(g->policy, g->tree, name);

	if (rule.kind == REF_BRANCH &&
	    (add_commit(g, &g->refs.branches_before, oid) ||
	     (!refs_update(&g->refs, name) &&
	      add_commit(g, &g->refs.branches_kept, oid))))
		return -1;
	if (rule.is_upstream && hide_upstream(g, name, oid))
		return -1;
	if (rule.kind == REF_BRANCH ||
	    (rule.kind == REF_TAG && !foreign_shared(g, name)))
		return add_commit(g, &g->refs.hidden, oid);
	return 0;
}

/* A ref of this repository, where that is not the one pushed to. */
static int take_local(struct gather *g, const struct repo_ref *ref)
{
	const struct ref_fact *update = refs_update(&g->refs, ref->name);

	if (!govern_ref(g->policy, g->tree, ref->name).is_upstream)
		return 0;
	if (g->request->mode == JUDGE_CLIENT && update &&
	    !oid_equal(&update->old, &ref->oid))
		return 0;
	return hide_upstream(g, ref->name, &ref->oid);
}

static int take_tracked(struct gather *g, const struct repo_ref *ref)
{
	char *name = refspecs_source(&g->refspecs, ref->name);
	int rc = 0;

	if (name && !refs_update(&g->refs, name))
		rc = take_before(g, name, &ref->oid);
	free(name);
	return rc;
}

static int find_before(struct gather *g)
{
	bool there;

	for (size_t i = 0; i < g->refs.here.n; i++) {
		const struct repo_ref *ref = &g->refs.here.v[i];

		if (g->request->mode == JUDGE_SERVER) {
			if (take_before(g, ref->name, &ref->oid))
				return -1;
			continue;
		}
		if (take_local(g, ref))
			return -1;
		if (g->request->mode == JUDGE_CLIENT && take_tracked(g, ref))
			return -1;
	}
	for (size_t i = 0; i < g->refs.n_updates; i++) {
		const struct ref_fact *ref = &g->refs.updates[i];

		if (g->request->mode != JUDGE_CLIENT || oid_is_zero(&ref->old))
			continue;
		if (in_repo(g, &ref->old, &there))
			return -1;
		if (there && take_before(g, ref->name, &ref->old))
			return -1;
	}
	for (size_t i = 0; i < g->request->n_excluded; i++)
		oid_list_add(&g->refs.hidden, &g->request->excluded[i]);
	return 0;
}

/* Where N starts */

void starts_add(struct starts *starts, const char *name,
		const struct oid *commit, bool is_branch)
{
	GROW(starts->v, starts->n, starts->cap);
	starts->v[starts->n++] = (struct start){ name, *commit, is_branch };
}

/*
 * A pushed ref of an upstream tree: `*counts` where its name is enough, or its
 * signature is good; else it is a start like any other, and is told why.
 */
static int take_upstream(struct gather *g, const struct ref_fact *ref,
			 const struct oid *commit, bool *counts)
{
	bool annotated = ref->new_type == OBJECT_TAG;
	const struct signer *signer;
	struct voucher *v = vouchers_add(&g->vouchers, ref->name, &ref->new, commit);
	char *why = NULL;

	v->upstream = ref->rule.owner;
	v->is_pushed = true;
	v->is_annotated = annotated;
	if (voucher_needs_signature(v) &&
	    voucher_signature(g, v, &signer, &why))
		return -1;
	*counts = !why && (annotated || !tag_name(ref->name));
	free(why);
	if (!*counts)
		return 0;
	voucher_release(&g->vouchers.v[--g->vouchers.n]);
	return add_commit(g, &g->refs.upstream, &ref->new);
}

static int take_pushed(struct gather *g, const struct ref_fact *ref)
{
	enum ref_kind kind = ref->rule.kind;
	const struct shared_tag *shared = foreign_shared(g, ref->name);
	bool is_commit, counts = false;
	struct oid commit;

	if (kind == REF_UNGOVERNED || kind == REF_INTEGRATION ||
	    kind == REF_PROTECTED)
		return 0;
	if (repo_peel_commit(g->repo, &ref->new, &commit, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	if (kind == REF_BRANCH)
		oid_list_add(&g->refs.branches_after, &commit);
	if (ref->rule.is_upstream &&
	    take_upstream(g, ref, &commit, &counts))
		return -1;
	if (counts || shared)
		return 0;
	starts_add(&g->starts, ref->name, &commit, kind == REF_BRANCH);
	return 0;
}

/* An audited revision is judged whatever its name is. */
static int take_audited(struct gather *g, const struct ref_fact *ref)
{
	struct oid commit;
	bool is_commit;

	if (repo_peel_commit(g->repo, &ref->new, &commit, &is_commit, g->err))
		return -1;
	if (!is_commit || foreign_shared(g, ref->name))
		return 0;
	if (!tag_name(ref->name))
		oid_list_add(&g->refs.branches_after, &commit);
	starts_add(&g->starts, ref->name, &commit, !tag_name(ref->name));
	return 0;
}

/* A shared tag, in the repository or in the push. */
static int take_shared(struct gather *g, const char *name,
		       const struct oid *oid, bool is_pushed)
{
	const struct shared_tag *shared = shared_of(g, name);
	struct oid commit;
	enum object_type type;
	struct voucher *v;
	bool is_commit;

	if (!shared)
		return 0;
	if (repo_type(g->repo, oid, &type, g->err) ||
	    repo_peel_commit(g->repo, oid, &commit, &is_commit, g->err))
		return -1;
	if (!is_commit && !is_pushed)
		return 0;
	v = vouchers_add(&g->vouchers, name, oid, is_commit ? &commit : &no_oid);
	v->is_annotated = type == OBJECT_TAG;
	v->shared = shared;
	v->is_own = shared_tag_is_of(shared, g->tree);
	v->is_pushed = is_pushed;
	return 0;
}

static int find_starts(struct gather *g)
{
	bool audit = g->request->mode == JUDGE_AUDIT;

	for (size_t i = 0; i < g->refs.n_updates; i++) {
		const struct ref_fact *ref = &g->refs.updates[i];

		if (oid_is_zero(&ref->new))
			continue;
		if (audit ? take_audited(g, ref) : take_pushed(g, ref))
			return -1;
		if (take_shared(g, ref->name, &ref->new, true))
			return -1;
	}
	for (size_t i = 0; i < g->refs.here.n; i++)
		if (!refs_update(&g->refs, g->refs.here.v[i].name) &&
		    take_shared(g, g->refs.here.v[i].name, &g->refs.here.v[i].oid, false))
			return -1;
	return 0;
}

/* Tags that freeze by a merge */

static int is_merged(struct gather *g, const struct oid_list *branches,
		     const struct oid *commit, bool *merged)
{
	*merged = false;
	if (!branches->n)
		return 0;
	return history_contains(g->repo, branches->v, branches->n, commit,
				merged, g->err);
}

/*
 * Whether a branch of this very push has merged the tag as it was. What came
 * in as part of the tag's new value does not count: that draft was redone
 * before anyone merged it.
 */
static int merged_by_push(struct gather *g, const struct ref_fact *ref,
			  const struct oid *old, bool *merged)
{
	bool is_commit = false, in_new = false, new_merged = false;
	struct oid new;

	if (is_merged(g, &g->refs.branches_after, old, merged))
		return -1;
	if (!*merged || oid_is_zero(&ref->new))
		return 0;
	if (repo_peel_commit(g->repo, &ref->new, &new, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	if (history_contains(g->repo, &new, 1, old, &in_new, g->err) ||
	    is_merged(g, &g->refs.branches_after, &new, &new_merged))
		return -1;
	*merged = !(in_new && new_merged && !oid_equal(&new, old));
	return 0;
}

static int find_draft(struct gather *g, struct ref_fact *ref)
{
	const char *tag = tag_name(ref->name);
	const struct shared_tag *shared =
		tag ? shared_tag_match(g->policy, tag) : NULL;
	bool there, is_commit, merged;
	struct oid commit;

	if (!shared || shared->freeze != FREEZE_MERGE ||
	    oid_is_zero(&ref->old) || oid_equal(&ref->old, &ref->new))
		return 0;
	if (in_repo(g, &ref->old, &there))
		return -1;
	if (!there && g->request->mode == JUDGE_CLIENT) {
		ref->draft = DRAFT_UNKNOWN;
		return 0;
	}
	if (repo_peel_commit(g->repo, &ref->old, &commit, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	if (is_merged(g, &g->refs.branches_before, &commit, &merged) ||
	    (!merged && merged_by_push(g, ref, &commit, &merged)))
		return -1;
	ref->draft = merged ? DRAFT_MERGED : DRAFT_UNMERGED;
	return 0;
}

void refs_release(struct refs *refs)
{
	for (size_t i = 0; i < refs->n_updates; i++)
		free(refs->targets[i]);
	free(refs->targets);
	free(refs->updates);
	free(refs->by_name);
	free(refs->branches_before.v);
	free(refs->branches_after.v);
	free(refs->branches_kept.v);
	free(refs->hidden.v);
	free(refs->upstream.v);
	repo_refs_release(&refs->here);
}

int gather_refs(struct gather *g)
{
	if (repo_refs(g->repo, &g->refs.here, g->err))
		return -1;
	if (g->request->remote && refspecs_read(g->repo, g->request->remote,
					      g->request->url, &g->refspecs,
					      g->err))
		return -1;
	g->refs.updates = xcalloc(g->request->n_updates, sizeof(*g->refs.updates));
	g->refs.targets = xcalloc(g->request->n_updates, sizeof(*g->refs.targets));
	for (size_t i = 0; i < g->request->n_updates; i++) {
		g->refs.n_updates = i + 1;
		if (find_fact(g, i))
			return -1;
	}
	sort_by_name(g);
	if (find_before(g) || find_starts(g))
		return -1;
	for (size_t i = 0; i < g->refs.n_updates; i++)
		if (g->request->mode != JUDGE_AUDIT &&
		    find_draft(g, &g->refs.updates[i]))
			return -1;
	return 0;
}

struct ref_update *judge_everything(const struct policy *policy,
				     const struct tree *tree,
				     const struct repo_refs *refs, size_t *n)
{
	struct ref_update *all = xcalloc(refs->n, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < refs->n; i++) {
		enum ref_kind kind =
			govern_ref(policy, tree, refs->v[i].name).kind;

		if (kind == REF_BRANCH || kind == REF_TAG)
			all[(*n)++] = (struct ref_update){
				.name = refs->v[i].name,
				.new = refs->v[i].oid,
			};
	}
	return all;
}
