/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/vouchers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/history.h"

struct voucher *vouchers_add(struct vouchers *vouchers, const char *name,
			     const struct oid *oid, const struct oid *commit)
{
	GROW(vouchers->v, vouchers->n, vouchers->cap);
	vouchers->v[vouchers->n] = (struct voucher){
		.name = name, .oid = *oid, .commit = *commit,
	};
	return &vouchers->v[vouchers->n++];
}

struct voucher *vouchers_add_upstream(struct vouchers *vouchers,
				      const char *name, const struct oid *oid,
				      const struct oid *commit,
				      const struct tree *tree,
				      bool is_annotated)
{
	struct voucher *v = vouchers_add(vouchers, name, oid, commit);

	v->upstream = tree;
	v->is_annotated = is_annotated;
	return v;
}

static void voucher_release(struct voucher *v)
{
	for (size_t i = 0; i < v->n_faults; i++)
		tag_fault_release(&v->faults[i]);
	free(v->faults);
	free(v->bases);
	free(v->legit);
	free(v->drafts);
	free(v->unsigned_why);
	free(v->made_name);
	free(v->raw);
	free(v->reason);
}

void vouchers_release(struct vouchers *vouchers)
{
	for (size_t i = 0; i < vouchers->n; i++)
		voucher_release(&vouchers->v[i]);
	free(vouchers->v);
	*vouchers = (struct vouchers){ 0 };
}

struct search {
	const struct vouchers_in *in;
	struct vouchers *vouchers;
	struct error *err;
};

/* A shared tag, in the repository or in the push. */
static int add_shared(struct search *s, const char *name,
		      const struct oid *oid, bool is_pushed)
{
	const struct shared_tag *shared =
		govern_shared_tag(s->in->policy, s->in->tree, name);
	struct oid commit;
	enum object_type type;
	struct voucher *v;
	bool is_commit;

	if (!shared)
		return 0;
	if (repo_type(s->in->repo, oid, &type, s->err) ||
	    repo_peel_commit(s->in->repo, oid, &commit, &is_commit, s->err))
		return -1;
	if (!is_commit && !is_pushed)
		return 0;
	v = vouchers_add(s->vouchers, name, oid,
			 is_commit ? &commit : &(struct oid){ { 0 } });
	v->is_annotated = type == OBJECT_TAG;
	v->shared = shared;
	v->is_own = shared_tag_is_of(shared, s->in->tree);
	v->is_pushed = is_pushed;
	v->is_late = is_pushed && !s->in->is_audit && !shared->is_signed;
	return 0;
}

/*
 * Adds a ref that claims to be upstream's: it can say why it is not, or not
 * yet.
 */
static void add_unproven(struct search *s, const struct ref_fact *ref)
{
	struct voucher *v;

	if ((!ref->unproven && !ref->is_late) || oid_is_zero(&ref->commit))
		return;
	v = vouchers_add_upstream(s->vouchers, ref->name, &ref->new,
				  &ref->commit, ref->rule.owner,
				  ref->new_type == OBJECT_TAG);
	v->is_pushed = true;
	v->is_late = ref->is_late;
}

/* Adds a tag that would count if it were pushed along, to say so. */
static int add_unsent(struct search *s, const struct repo_ref *ref)
{
	struct ref_rule rule = govern_ref(s->in->policy, s->in->tree,
					  ref->name);
	size_t n = s->vouchers->n;
	enum object_type type;
	struct oid commit;
	bool is_commit;

	if (refs_update(s->in->refs, ref->name))
		return 0;
	if (foreign_shared_tag(s->in->policy, s->in->tree, ref->name)) {
		if (add_shared(s, ref->name, &ref->oid, false))
			return -1;
	} else if (rule.is_upstream) {
		if (repo_type(s->in->repo, &ref->oid, &type, s->err) ||
		    repo_peel_commit(s->in->repo, &ref->oid, &commit,
				     &is_commit, s->err))
			return -1;
		if (is_commit)
			vouchers_add_upstream(s->vouchers, ref->name, &ref->oid,
					      &commit, rule.owner,
					      type == OBJECT_TAG);
	}
	if (s->vouchers->n > n)
		s->vouchers->v[n].is_unsent = true;
	return 0;
}

int vouchers_find(const struct vouchers_in *in, struct vouchers *vouchers,
		  struct error *err)
{
	struct search s = { in, vouchers, err };
	const struct refs *refs = in->refs;

	for (size_t i = 0; i < refs->n_updates; i++) {
		const struct ref_fact *ref = &refs->updates[i];

		add_unproven(&s, ref);
		if (!oid_is_zero(&ref->new) &&
		    add_shared(&s, ref->name, &ref->new, true))
			return -1;
	}
	for (size_t i = 0; i < refs->here.n; i++) {
		const struct repo_ref *ref = &refs->here.v[i];

		if (!refs_update(refs, ref->name) &&
		    add_shared(&s, ref->name, &ref->oid, false))
			return refs_broken(in->repo, ref->name, err);
	}
	for (size_t i = 0; i < refs->unsent.n; i++)
		if (add_unsent(&s, &refs->unsent.v[i]))
			return -1;
	return 0;
}

const char *voucher_short_name(const struct voucher *v)
{
	const char *tag = tag_name(v->name);

	return tag ? tag : v->name;
}

char *voucher_subject(const struct voucher *v)
{
	if (v->raw)
		return xasprintf("the mergetag of %s", voucher_short_name(v));
	return xasprintf("%s%s", v->upstream ? "" : "shared tag ",
			 voucher_short_name(v));
}

bool voucher_needs_signature(const struct voucher *v)
{
	return v->raw || (v->upstream ? v->upstream->is_signed :
					v->shared->is_signed);
}

/*
 * Counts a mergetag as work of the push, which may bring any number of them: a
 * program has to verify each that is new. Nobody merges as many as are allowed.
 */
static int count_mergetag(const struct signers *signers,
			  const struct voucher *v, struct error *err)
{
	enum { MERGETAG_WORK = 15000000 };	/* see repo_work() */

	if (!v->raw || signers_know(signers, &v->oid))
		return 0;
	return repo_work(signers->repo, MERGETAG_WORK, "mergetags", err);
}

int voucher_signature(struct signers *signers, const struct voucher *v,
		      const struct signer **signer, char **why,
		      struct error *err)
{
	/* A policy that names a tree has its section. */
	const struct tree *tree = v->upstream ? v->upstream :
		policy_tree(signers->policy, v->shared->tree.v[0].text);

	*signer = NULL;
	*why = NULL;
	if (v->upstream && !v->raw && !tree->signer.n) {
		*why = xasprintf("the policy names no 'signer' of %s",
				 tree->section.name);
		return 0;
	}
	if (count_mergetag(signers, v, err))
		return -1;
	if (v->raw)
		return signers_check_bytes(signers, v->name, &v->oid, v->raw,
					   v->raw_len, tree, signer, why, err);
	return signers_check_ref(signers, v->name, &v->oid, v->is_annotated,
				 tree, signer, why, err);
}

int voucher_frozen(const struct freezing *f, struct voucher *v, bool *frozen,
		   struct error *err)
{
	const struct oid_list *branches = f->is_audit ?
		&f->refs->branches_after : &f->refs->branches_before;

	*frozen = v->is_frozen;
	if (v->is_frozen_known)
		return 0;
	v->is_frozen = immutable_match(f->policy, tag_name(v->name)) ||
		       v->shared->freeze == FREEZE_PUSH;
	if (!v->is_frozen && branches->n &&
	    history_contains(f->repo, branches->v, branches->n, &v->commit,
			     &v->is_frozen, err))
		return -1;
	v->is_frozen_known = true;
	*frozen = v->is_frozen;
	return 0;
}

int voucher_has_rival(struct signers *signers, const struct vouchers *vouchers,
		      const struct voucher *v, bool *has, struct error *err)
{
	*has = false;
	for (size_t i = 0; !*has && i < vouchers->n; i++) {
		const struct voucher *other = &vouchers->v[i];
		const struct signer *signer;
		char *why;

		if (!other->raw || oid_equal(&other->oid, &v->oid) ||
		    (other->is_old && !v->is_old) ||
		    strcmp(other->name, v->name))
			continue;
		if (voucher_signature(signers, other, &signer, &why, err))
			return -1;
		*has = !why;
		free(why);
	}
	return 0;
}
