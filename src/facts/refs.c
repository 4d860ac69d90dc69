/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/kept_branches.h"
#include "facts/their_refs.h"
#include "git/hidden_refs.h"
#include "git/history.h"
#include "git/merge_base.h"
#include "git/ref_name.h"

struct search {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	enum judge_mode mode;
	const struct request *request;
	struct signers *signers;
	struct refs *refs;
	struct error *err;
};

static int in_repo(struct search *s, const struct oid *oid, bool *there)
{
	enum object_type type;

	if (repo_type(s->repo, oid, &type, s->err))
		return -1;
	*there = type != OBJECT_MISSING;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct ref_fact *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void sort_by_name(struct refs *refs)
{
	refs->by_name = xcalloc(refs->n_updates, sizeof(*refs->by_name));
	for (size_t i = 0; i < refs->n_updates; i++)
		refs->by_name[i] = &refs->updates[i];
	if (refs->n_updates)
		qsort(refs->by_name, refs->n_updates, sizeof(*refs->by_name),
		      by_name);
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
static int check_old(struct search *s, const struct ref_update *update,
		     const char *name)
{
	const struct repo_ref *ref = repo_refs_find(&s->refs->here, name);
	static const struct oid none;
	const struct oid *now = ref ? &ref->oid : &none;
	char is[OID_HEX + 1], said[OID_HEX + 1];

	if (s->mode != JUDGE_SERVER || oid_equal(now, &update->old))
		return 0;
	if (hidden_refs_have(&s->refs->hides, update->name) ||
	    hidden_refs_have(&s->refs->hides, name))
		return error_set(s->err, "%s is hidden here "
				 "(receive.hideRefs), so git lets nobody push "
				 "to it", update->name);
	oid_format(is, now);
	oid_format(said, &update->old);
	return error_set(s->err, "%s is at %s here, but the push says %s: "
			 "fetch and push again", name, is, said);
}

/* What a branch that is rewound has before and after. */
static int keep_common(struct search *s, const struct oid *old,
		       const struct oid *new)
{
	struct merge_bases bases;
	int rc;

	merge_bases_init(&bases, s->repo);
	rc = merge_bases_find(&bases, old, 1, new, s->err);
	for (size_t i = 0; !rc && i < bases.n_found; i++)
		oid_list_add(&s->refs->branches_kept, &bases.found[i]);
	merge_bases_release(&bases);
	return rc;
}

static int find_ff(struct search *s, struct ref_fact *ref)
{
	struct oid old, new;
	bool there, is_commit, contains;

	if (oid_is_zero(&ref->old) || oid_is_zero(&ref->new))
		return 0;
	if (in_repo(s, &ref->old, &there))
		return -1;
	if (!there && s->mode == JUDGE_CLIENT) {
		ref->ff = FF_UNKNOWN;
		return 0;
	}
	ref->ff = FF_NO;
	if (repo_peel_commit(s->repo, &ref->old, &old, &is_commit, s->err))
		return -1;
	if (!is_commit)
		return 0;
	if (repo_peel_commit(s->repo, &ref->new, &new, &is_commit, s->err))
		return -1;
	if (!is_commit)
		return 0;
	if (history_contains(s->repo, &new, 1, &old, &contains, s->err))
		return -1;
	ref->ff = contains ? FF_YES : FF_NO;
	if (ref->rule.kind != REF_BRANCH)
		return 0;
	if (!contains)
		return keep_common(s, &old, &new);
	oid_list_add(&s->refs->branches_kept, &old);
	if (!ref->rule.may_rewind)
		oid_list_add(&s->refs->steady, &old);
	return 0;
}

/* Whether a ref of one name is judged otherwise than one of the other. */
static bool differs(const struct search *s, const char *a, const char *b)
{
	struct ref_rule x = govern_ref(s->policy, s->tree, a);
	struct ref_rule y = govern_ref(s->policy, s->tree, b);

	if (x.kind == REF_UNGOVERNED || !strcmp(a, b))
		return false;
	return tag_name(a) || x.kind != y.kind || x.owner != y.owner ||
	       x.may_rewind != y.may_rewind;
}

static int find_fact(struct search *s, const char *name,
		     const struct ref_update *update)
{
	struct refs *refs = s->refs;
	struct ref_fact *ref;

	GROW(refs->updates, refs->n_updates, refs->cap_updates);
	ref = &refs->updates[refs->n_updates++];
	*ref = (struct ref_fact){
		.name = name, .old = update->old, .new = update->new,
		.rule = govern_ref(s->policy, s->tree, name),
	};
	if (oid_is_zero(&ref->new))
		return 0;
	if (repo_type(s->repo, &ref->new, &ref->new_type, s->err))
		return -1;
	if (ref->new_type == OBJECT_MISSING)
		return error_set(s->err, "%s: the pushed object is missing",
				 ref->name);
	return ref->rule.kind == REF_BRANCH ||
	       (ref->rule.is_upstream && !tag_name(name)) ?
	       find_ff(s, ref) : 0;
}

/*
 * A push to a symbolic ref changes the ref that it points to, and with that all
 * symbolic refs that point there: the rules of each of these names count.
 */
static int find_facts(struct search *s, const struct ref_update *update)
{
	const struct repo_symrefs *symrefs = &s->refs->symrefs;
	const char *target = update->name;

	/* Git refuses such a ref after the hook: it must not vouch before. */
	if (s->mode != JUDGE_AUDIT && !oid_is_zero(&update->new) &&
	    !ref_name_is_valid(update->name))
		return error_set(s->err, "%s is not a valid name of a ref",
				 update->name);
	if (s->mode == JUDGE_SERVER) {
		char *resolved;

		if (repo_resolve_name(s->repo, update->name, &resolved,
				      s->err))
			return -1;
		target = text_pool_keep(&s->refs->texts, resolved);
		if (check_old(s, update, target))
			return -1;
	}
	if (find_fact(s, target, update))
		return -1;
	for (size_t i = 0; i < symrefs->n; i++)
		if (!strcmp(symrefs->v[i].target, target) &&
		    differs(s, symrefs->v[i].name, target) &&
		    find_fact(s, symrefs->v[i].name, update))
			return -1;
	return 0;
}

/* The state before the push */

/* Adds the commit that a ref's value is about to a list. */
static int add_commit(struct search *s, struct oid_list *list,
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
static int hide_upstream(struct search *s, const char *name,
			 const struct oid *oid)
{
	enum object_type type;

	if (repo_type(s->repo, oid, &type, s->err))
		return -1;
	if (tag_name(name) && type != OBJECT_TAG)
		return 0;
	return add_commit(s, &s->refs->upstream, oid);
}

static bool is_pending(const struct search *s, const char *name)
{
	for (size_t i = 0; i < s->request->n_pending; i++)
		if (!strcmp(s->request->pending[i].name, name))
			return true;
	return false;
}

/* What others are writing counts as there already, where it may accuse. */
static int take_pending(struct search *s)
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
static int take_branch(struct search *s, const char *name,
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
static int take_before(struct search *s, const char *name,
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
		return error_set(err, "a ref of this repository cannot be "
				 "read: 'git fsck' there says which one");
	return error_set(err, "%s: %s; restore it, or delete the ref in the "
			 "repository itself: git -c core.hooksPath=/dev/null "
			 "update-ref -d %s", name, why.msg, name);
}

/*
 * Whether an update deletes a ref whose object is lost. This repairs the
 * repository, and the rules judge it by the ref's name alone. But a branch
 * outside `rewind` cannot be judged without its old commit.
 */
static bool is_repair(struct search *s, const struct ref_fact *update)
{
	return oid_is_zero(&update->new) && !oid_is_zero(&update->old) &&
	       (update->rule.kind != REF_BRANCH || update->rule.may_rewind) &&
	       refs_object_is_lost(s->repo, &update->old);
}

/* Whether the push can be judged without any other ref. */
static bool is_weightless(struct search *s)
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
static bool only_adds(const struct search *s)
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
static int take_here(struct search *s, const struct repo_ref *ref)
{
	const struct ref_fact *update = refs_update(s->refs, ref->name);

	if (update && is_repair(s, update))
		return 0;
	return take_before(s, ref->name, &ref->oid) ?
	       refs_broken(s->repo, ref->name, s->err) : 0;
}

/* What symbolic refs were, where their names are judged otherwise. */
static int take_symbolic(struct search *s)
{
	const struct repo_symrefs *symrefs = &s->refs->symrefs;

	for (size_t i = 0; i < symrefs->n; i++) {
		const struct repo_symref *symref = &symrefs->v[i];
		const struct repo_ref *ref =
			repo_refs_find(&s->refs->here, symref->target);

		if (ref && differs(s, symref->name, symref->target) &&
		    take_before(s, symref->name, &ref->oid))
			return -1;
	}
	return 0;
}

static int add_claim(struct search *s, const struct repo_ref *ref,
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
static int take_local(struct search *s, const struct repo_ref *ref)
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
static int is_told(struct search *s, const char *name, bool *told)
{
	const struct remote_refs *theirs = s->request->theirs;
	const struct remote_ref *ref = theirs ? remote_refs_find(theirs, name) :
						NULL;

	*told = theirs && !ref && (tag_name(name) ||
				   !strncmp(name, "refs/heads/", 11));
	return ref ? in_repo(s, &ref->oid, told) : 0;
}

static int take_tracked(struct search *s, const struct repo_ref *ref)
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
static int take_audited(struct search *s)
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

static int take_their_branches(struct search *s)
{
	const struct remote_refs *theirs = s->request->theirs;

	for (size_t i = 0; theirs && i < theirs->n; i++) {
		const struct remote_ref *ref = &theirs->v[i];
		bool there;

		if (tag_name(ref->name) || refs_update(s->refs, ref->name))
			continue;
		if (in_repo(s, &ref->oid, &there) ||
		    (there && take_before(s, ref->name, &ref->oid)))
			return -1;
	}
	return 0;
}

static int find_before(struct search *s)
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
		if (in_repo(s, &ref->old, &there))
			return -1;
		if (there && take_before(s, ref->name, &ref->old))
			return -1;
	}
	if (take_their_branches(s))
		return -1;
	return s->mode == JUDGE_AUDIT ? take_audited(s) : take_pending(s);
}

/* The push's own */

/*
 * A pushed ref of an upstream tree is upstream if its signature is good, even
 * if the policy asks for none. Without a good one, a ref of which the policy
 * asks for none is not judged, but counts only from the next push on: git may
 * refuse it and accept the others. Anything else is judged.
 */
static int prove_upstream(struct search *s, struct ref_fact *ref)
{
	const struct tree *tree = ref->rule.owner;
	bool is_tag = ref->new_type == OBJECT_TAG;
	const struct signer *signer;
	char *why = NULL;

	if ((tree->is_signed || (is_tag && tree->signer.n)) &&
	    signers_check_ref(s->signers, ref->name, &ref->new, is_tag, tree,
			      &signer, &why, s->err))
		return -1;
	if (!tree->is_signed) {
		ref->is_late = why || !is_tag || !tree->signer.n;
		free(why);
		why = NULL;
	}
	if (!why && tag_name(ref->name) && !is_tag)
		why = xstrdup("it is lightweight");
	ref->is_late &= !why;
	ref->unproven = why ? text_pool_keep(&s->refs->texts, why) : NULL;
	return 0;
}

static int find_after(struct search *s, struct ref_fact *ref)
{
	enum ref_kind kind = ref->rule.kind;
	bool is_audit = s->mode == JUDGE_AUDIT, is_commit;

	/* An audited revision is judged whatever its name is. */
	if (oid_is_zero(&ref->new) ||
	    (!is_audit && (kind == REF_UNGOVERNED || kind == REF_PROTECTED ||
			   kind == REF_INTEGRATION)))
		return 0;
	if (!is_audit && ref->rule.is_upstream && prove_upstream(s, ref))
		return -1;
	if (repo_peel_commit(s->repo, &ref->new, &ref->commit, &is_commit,
			     s->err))
		return -1;
	if (!is_commit) {
		ref->commit = (struct oid){ { 0 } };
		return 0;
	}
	if (is_audit ? !tag_name(ref->name) : kind == REF_BRANCH)
		oid_list_add(&s->refs->branches_after, &ref->commit);
	if (!is_audit && ref->rule.is_upstream && !ref->unproven &&
	    !ref->is_late)
		oid_list_add(&s->refs->upstream, &ref->commit);
	return 0;
}

/* Leaves out the refs that came after an audited pull. */
static int forget_later(struct search *s)
{
	const struct line_refs *line = s->request->line;
	struct repo_refs *here = &s->refs->here;
	size_t n = 0;

	for (size_t i = 0; line && i < here->n; i++) {
		struct oid commit;
		bool is_commit;
		int64_t pull;

		if (repo_peel_commit(s->repo, &here->v[i].oid, &commit,
				     &is_commit, s->err))
			return -1;
		pull = is_commit ? oidmap_get(line->youngest, &commit) : -1;
		if (pull < 0 || pull > line->pull)
			here->v[n++] = here->v[i];
	}
	if (line)
		here->n = n;
	return 0;
}

static int find_all(struct search *s, const struct request *request)
{
	struct refs *refs = s->refs;

	if (repo_refs(s->repo, &refs->here, s->err) || forget_later(s) ||
	    (request->theirs &&
	     their_tags_adopt(s->repo, request->theirs, &refs->here,
			      &refs->unsent, s->err)) ||
	    (s->mode == JUDGE_SERVER &&
	     (repo_symrefs(s->repo, &refs->symrefs, s->err) ||
	      repo_hidden_refs(s->repo, &refs->hides, s->err))))
		return -1;
	for (size_t i = 0; i < request->n_updates; i++)
		if (find_facts(s, &request->updates[i]))
			return -1;
	sort_by_name(refs);
	if (find_before(s))
		return -1;
	for (size_t i = 0; i < refs->n_updates; i++)
		if (find_after(s, &refs->updates[i]))
			return -1;
	return kept_branches_find(s->repo, refs, s->err);
}

int refs_find(const struct refs_in *in, struct refs *refs, struct error *err)
{
	struct search s = {
		.repo = in->repo, .policy = in->policy, .tree = in->tree,
		.request = in->request, .mode = in->request->mode,
		.signers = in->signers, .refs = refs, .err = err,
	};

	return find_all(&s, in->request);
}

void refs_release(struct refs *refs)
{
	free(refs->updates);
	free(refs->by_name);
	free(refs->branches_before.v);
	free(refs->branches_after.v);
	free(refs->branches_kept.v);
	free(refs->backports_before.v);
	free(refs->branches_settled.v);
	free(refs->steady.v);
	free(refs->hidden.v);
	free(refs->hidden_tags.v);
	free(refs->upstream.v);
	free(refs->claims.v);
	repo_refs_release(&refs->here);
	repo_refs_release(&refs->unsent);
	repo_symrefs_release(&refs->symrefs);
	strings_release(&refs->hides);
	text_pool_release(&refs->texts);
}
