/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/refs_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/govern.h"

/* Adds the commit that a ref's value is about to a list. */
static int add_commit(struct refs_search *s, struct oid_list *list,
		      const struct oid *oid)
{
	struct oid commit;
	bool is_commit;

	if (repo_peel_commit(s->repo, oid, &commit, &is_commit, s->err))
		return -1;
	if (is_commit)
		oid_list_add(list, &commit);
	return 0;
}

/* An upstream ref here counts by its name, a tag only if it is annotated. */
static int hide_upstream(struct refs_search *s, const char *name,
			 const struct oid *oid)
{
	enum object_type type;

	if (repo_type(s->repo, oid, &type, s->err))
		return -1;
	if (tag_name(name) && type != OBJECT_TAG)
		return 0;
	return add_commit(s, &s->refs->upstream, oid);
}

static bool is_pending(const struct refs_search *s, const char *name)
{
	for (size_t i = 0; i < s->request->n_pending; i++)
		if (!strcmp(s->request->pending[i].name, name))
			return true;
	return false;
}

/* What others are writing counts as there already, where it may accuse. */
static int take_pending(struct refs_search *s)
{
	for (size_t i = 0; i < s->request->n_pending; i++) {
		const struct ref_update *u = &s->request->pending[i];
		struct ref_rule rule = govern_ref(s->policy, s->tree, u->name);

		if (rule.kind == REF_BRANCH && !oid_is_zero(&u->new) &&
		    add_commit(s, &s->refs->branches_before, &u->new))
			return -1;
	}
	return 0;
}

/* A governed branch, as it was. */
static int take_branch(struct refs_search *s, const char *name,
		       const struct oid *oid)
{
	struct refs *refs = s->refs;

	if (add_commit(s, &refs->branches_before, oid) ||
	    add_commit(s, values_match(&s->tree->backport, name) ?
			  &refs->backports_before : &refs->branches_settled,
		       oid))
		return -1;
	if (refs_update(refs, name) || is_pending(s, name))
		return 0;
	if (!govern_ref(s->policy, s->tree, name).may_rewind &&
	    add_commit(s, &refs->steady, oid))
		return -1;
	return add_commit(s, &refs->branches_kept, oid);
}

/* What the other side had before: `name` as it is called there. */
static int take_before(struct refs_search *s, const char *name,
		       const struct oid *oid)
{
	struct ref_rule rule = govern_ref(s->policy, s->tree, name);

	if (rule.kind == REF_BRANCH && take_branch(s, name, oid))
		return -1;
	if (rule.is_upstream && hide_upstream(s, name, oid))
		return -1;
	if (rule.kind == REF_BRANCH)
		return add_commit(s, &s->refs->hidden, oid);
	if (rule.kind == REF_TAG &&
	    !foreign_shared_tag(s->policy, s->tree, name))
		oid_list_add(&s->refs->hidden_tags, oid);
	return 0;
}

bool refs_object_is_lost(struct repo *repo, const struct oid *oid)
{
	struct error ignored;
	struct oid commit;
	bool is_commit;

	return repo_peel_commit(repo, oid, &commit, &is_commit, &ignored);
}

int refs_broken(struct repo *repo, const char *name, struct error *err)
{
	struct error why = *err;

	if (repo_hides(repo, name))
		return error_access(err, "a ref of this repository cannot be "
				    "read: 'git fsck' there says which one");
	error_set(err, "%s: %s; restore it, or delete the ref in the "
		  "repository itself: git -c core.hooksPath=/dev/null "
		  "update-ref -d %s", name, why.msg, name);
	err->kind = why.kind;
	return -1;
}

/*
 * Whether an update deletes a ref whose object is lost. This repairs the
 * repository, and the rules judge it by the ref's name alone. But a branch
 * outside `rewind` cannot be judged without its old commit.
 */
static bool is_repair(struct refs_search *s, const struct ref_fact *update)
{
	return oid_is_zero(&update->new) && !oid_is_zero(&update->old) &&
	       (update->rule.kind != REF_BRANCH || update->rule.may_rewind) &&
	       refs_object_is_lost(s->repo, &update->old);
}

/* Whether the push can be judged without any other ref. */
static bool is_weightless(struct refs_search *s)
{
	for (size_t i = 0; i < s->refs->n_updates; i++) {
		const struct ref_fact *update = &s->refs->updates[i];

		if (update->rule.kind != REF_UNGOVERNED &&
		    !is_repair(s, update))
			return false;
	}
	return true;
}

/*
 * Whether a transaction only makes branches or forwards them. The rules about
 * refs look at no others then, and nothing else is judged with the refs locked.
 */
static bool only_adds(const struct refs_search *s)
{
	for (size_t i = 0; i < s->refs->n_updates; i++) {
		const struct ref_fact *update = &s->refs->updates[i];

		if (update->rule.kind != REF_UNGOVERNED &&
		    (update->rule.kind != REF_BRANCH ||
		     oid_is_zero(&update->new) || update->ff != FF_YES))
			return false;
	}
	return s->request->is_locked;
}

/* A ref of this server, as it was. */
static int take_here(struct refs_search *s, const struct repo_ref *ref)
{
	const struct ref_fact *update = refs_update(s->refs, ref->name);

	if (update && is_repair(s, update))
		return 0;
	return take_before(s, ref->name, &ref->oid) ?
	       refs_broken(s->repo, ref->name, s->err) : 0;
}

/* What symbolic refs were, where their names are judged otherwise. */
static int take_symbolic(struct refs_search *s)
{
	const struct repo_symrefs *symrefs = &s->refs->symrefs;

	for (size_t i = 0; i < symrefs->n; i++) {
		const struct repo_symref *symref = &symrefs->v[i];
		const struct repo_ref *ref =
			repo_refs_find(&s->refs->here, symref->target);

		if (ref && refs_differ(s, symref->name, symref->target) &&
		    take_before(s, symref->name, &ref->oid))
			return -1;
	}
	return 0;
}

static int add_claim(struct refs_search *s, const struct repo_ref *ref,
		     const struct tree *tree)
{
	struct upstream_claims *claims = &s->refs->claims;
	enum object_type type;
	struct oid commit;
	bool is_commit;

	if (repo_type(s->repo, &ref->oid, &type, s->err))
		return -1;
	if (type != OBJECT_TAG)
		return 0;
	if (repo_peel_commit(s->repo, &ref->oid, &commit, &is_commit, s->err))
		return -1;
	if (!is_commit)
		return 0;
	GROW(claims->v, claims->n, claims->cap);
	claims->v[claims->n++] = (struct upstream_claim){
		.name = ref->name, .oid = ref->oid, .commit = commit,
		.tree = tree,
	};
	return 0;
}

/* A ref of this repository, where that is not the one pushed to. */
static int take_local(struct refs_search *s, const struct repo_ref *ref)
{
	const struct ref_fact *update = refs_update(s->refs, ref->name);
	struct ref_rule rule = govern_ref(s->policy, s->tree, ref->name);

	if (!rule.is_upstream)
		return 0;
	if (s->mode == JUDGE_CLIENT && update &&
	    !oid_equal(&update->old, &ref->oid))
		return 0;
	if (tag_name(ref->name) &&
	    (rule.owner->is_signed || s->mode == JUDGE_CLIENT))
		return add_claim(s, ref, rule.owner);
	return hide_upstream(s, ref->name, &ref->oid);
}

/*
 * Whether what the other side says of its ref counts. If that object is not
 * here, the remote-tracking ref may still be something that it has merged.
 */
static int is_told(struct refs_search *s, const char *name, bool *told)
{
	const struct remote_refs *theirs = s->request->theirs;
	const struct remote_ref *ref = theirs ? remote_refs_find(theirs, name) :
						NULL;

	*told = theirs && !ref && (tag_name(name) ||
				   !strncmp(name, "refs/heads/", 11));
	return ref ? repo_has(s->repo, &ref->oid, told, s->err) : 0;
}

static int take_tracked(struct refs_search *s, const struct repo_ref *ref)
{
	char *name = refspecs_source(s->request->tracking, ref->name);
	bool told = false;
	int rc = 0;

	if (name && !refs_update(s->refs, name))
		rc = is_told(s, name, &told);
	if (name && !rc && !told && !refs_update(s->refs, name))
		rc = take_before(s, name, &ref->oid);
	free(name);
	return rc;
}

/* A draft that a branch here has merged is frozen, in every audit. */
static int take_audited(struct refs_search *s)
{
	struct refs *refs = s->refs;

	for (size_t i = 0; i < s->request->n_excluded; i++) {
		oid_list_add(&refs->hidden, &s->request->excluded[i]);
		oid_list_add(&refs->branches_after, &s->request->excluded[i]);
	}
	for (size_t i = 0; i < refs->here.n; i++) {
		const struct repo_ref *ref = &refs->here.v[i];

		if (govern_ref(s->policy, s->tree, ref->name).kind ==
		    REF_BRANCH &&
		    add_commit(s, &refs->branches_after, &ref->oid))
			return -1;
	}
	return 0;
}

static int take_their_branches(struct refs_search *s)
{
	const struct remote_refs *theirs = s->request->theirs;

	for (size_t i = 0; theirs && i < theirs->n; i++) {
		const struct remote_ref *ref = &theirs->v[i];
		bool there;

		if (tag_name(ref->name) || refs_update(s->refs, ref->name))
			continue;
		if (repo_has(s->repo, &ref->oid, &there, s->err) ||
		    (there && take_before(s, ref->name, &ref->oid)))
			return -1;
	}
	return 0;
}

int refs_find_before(struct refs_search *s)
{
	bool there;

	s->refs->is_weightless = s->mode == JUDGE_SERVER && is_weightless(s);
	if (s->refs->is_weightless || only_adds(s))
		return 0;
	if (s->mode == JUDGE_SERVER && take_symbolic(s))
		return -1;
	for (size_t i = 0; i < s->refs->here.n; i++) {
		const struct repo_ref *ref = &s->refs->here.v[i];

		if (s->mode == JUDGE_SERVER ||
		    (s->request->theirs && tag_name(ref->name))) {
			if (take_here(s, ref))
				return -1;
			continue;
		}
		if (take_local(s, ref))
			return -1;
		if (s->mode == JUDGE_CLIENT && take_tracked(s, ref))
			return -1;
	}
	for (size_t i = 0; i < s->refs->n_updates; i++) {
		const struct ref_fact *ref = &s->refs->updates[i];

		if (s->mode != JUDGE_CLIENT || oid_is_zero(&ref->old))
			continue;
		if (repo_has(s->repo, &ref->old, &there, s->err))
			return -1;
		if (there && take_before(s, ref->name, &ref->old))
			return -1;
	}
	if (take_their_branches(s))
		return -1;
	return s->mode == JUDGE_AUDIT ? take_audited(s) : take_pending(s);
}
