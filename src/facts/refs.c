/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/refs_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/kept_branches.h"
#include "facts/their_refs.h"
#include "git/hidden_refs.h"
#include "git/history.h"
#include "git/merge_base.h"
#include "git/ref_name.h"

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
static int check_old(struct refs_search *s, const struct ref_update *update,
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
static int keep_common(struct refs_search *s, const struct oid *old,
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

static int find_ff(struct refs_search *s, struct ref_fact *ref)
{
	struct oid old, new;
	bool there, is_commit, contains;

	if (oid_is_zero(&ref->old) || oid_is_zero(&ref->new))
		return 0;
	if (repo_has(s->repo, &ref->old, &there, s->err))
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

bool refs_differ(const struct refs_search *s, const char *a, const char *b)
{
	struct ref_rule x = govern_ref(s->policy, s->tree, a);
	struct ref_rule y = govern_ref(s->policy, s->tree, b);

	if (x.kind == REF_UNGOVERNED || !strcmp(a, b))
		return false;
	return tag_name(a) || x.kind != y.kind || x.owner != y.owner ||
	       x.may_rewind != y.may_rewind;
}

static int find_fact(struct refs_search *s, const char *name,
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
static int find_facts(struct refs_search *s, const struct ref_update *update)
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
		    refs_differ(s, symrefs->v[i].name, target) &&
		    find_fact(s, symrefs->v[i].name, update))
			return -1;
	return 0;
}

/* The push's own */

/*
 * A pushed ref of an upstream tree is upstream if its signature is good, even
 * if the policy asks for none. Without a good one, a ref of which the policy
 * asks for none is not judged, but counts only from the next push on: git may
 * refuse it and accept the others. Anything else is judged.
 */
static int prove_upstream(struct refs_search *s, struct ref_fact *ref)
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

static int find_after(struct refs_search *s, struct ref_fact *ref)
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
static int forget_later(struct refs_search *s)
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

static int find_all(struct refs_search *s, const struct request *request)
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
	if (refs_find_before(s))
		return -1;
	for (size_t i = 0; i < refs->n_updates; i++)
		if (find_after(s, &refs->updates[i]))
			return -1;
	return kept_branches_find(s->repo, refs, s->err);
}

int refs_find(const struct refs_in *in, struct refs *refs, struct error *err)
{
	struct refs_search s = {
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
