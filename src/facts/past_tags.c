/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/past_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/mergetags.h"
#include "facts/nodes.h"
#include "git/history.h"

/* A commit that all starts contain, if there is one. */
static int find_common(const struct past_tags_in *in, struct oid_list *common,
		       struct error *err)
{
	struct oid oid = in->starts[0];

	for (size_t i = 1; i < in->n_starts; i++) {
		if (oid_equal(&oid, &in->starts[i]))
			continue;
		if (merge_bases_find(in->bases, &oid, 1, &in->starts[i], err))
			return -1;
		if (!in->bases->n_found)
			return 0;
		oid = in->bases->found[0];
	}
	oid_list_add(common, &oid);
	return 0;
}

static int walk(const struct past_tags_in *in, struct history *history,
		struct error *err)
{
	struct oid_list not = { 0 };
	int rc = find_common(in, &not, err);

	if (!rc)
		rc = walker_walk(in->originals->walker,
				 &in->originals->refs->branches_before, &not,
				 history, err);
	free(not.v);
	return rc;
}

/* Whether a ref here is that tag: its originals are among the others. */
static bool is_here(const struct refs *refs, const struct voucher *v)
{
	const struct repo_ref *ref = repo_refs_find(&refs->here, v->name);

	return ref && oid_equal(&ref->oid, &v->oid) &&
	       !refs_update(refs, v->name);
}

static void add_unproven(const struct past_tags_in *in,
			 const struct past_tags *past,
			 struct originals *originals)
{
	for (size_t i = 0; i < past->vouchers.n; i++) {
		const struct voucher *v = &past->vouchers.v[i];
		const struct tree *tree = v->upstream;

		if (is_here(in->originals->refs, v))
			continue;
		GROW(originals->v, originals->n, originals->cap);
		originals->v[originals->n++] = (struct original_ref){
			.kind = ORIGINAL_FROZEN, .ref = v->name,
			.tree = tree ? tree->section.name :
				       v->shared->tree.v[0].text,
			.commit = v->commit, .is_own = v->is_own,
			.is_shared = v->shared, .unproven = v,
		};
	}
}

int past_tags_find(const struct past_tags_in *in, struct past_tags *past,
		   struct originals *originals, struct error *err)
{
	struct history history = { 0 };
	struct mergetags_in mergetags = {
		.repo = in->originals->repo, .policy = in->originals->policy,
		.tree = in->originals->tree, .dag = in->dag,
		.vouchers = &past->vouchers, .flags = NODE_MERGED,
		.is_past = true,
	};
	int rc;

	if (!in->n_starts || !mergetags_can_accuse(in->originals->policy))
		return 0;
	rc = mergetags_find_past(&mergetags, err);
	if (!rc && in->originals->refs->branches_before.n &&
	    !in->originals->known->is_audit)
		rc = walk(in, &history, err);
	mergetags.dag = &history.dag;
	mergetags.flags = 0;
	if (!rc)
		rc = mergetags_find_past(&mergetags, err);
	if (!rc)
		add_unproven(in, past, originals);
	history_release(&history);
	return rc;
}

void past_tags_release(struct past_tags *past)
{
	vouchers_release(&past->vouchers);
}

/* Which commits are wanted, or contain one that is. The caller frees it. */
static bool *find_leads(const struct dag *dag, const bool *wanted)
{
	bool *leads = xcalloc(dag->n, sizeof(*leads));

	for (size_t i = 0; i < dag->n; i++)
		leads[i] = wanted[i];
	dag_see_descendants(dag, leads);
	return leads;
}

/* Verifies the unproven originals at the node. */
static int prove_at(struct signers *signers, struct originals *originals,
		    const struct oid *commit, size_t *at, struct error *err)
{
	for (*at = 0; *at < originals->n; ++*at) {
		struct original_ref *o = &originals->v[*at];
		const struct signer *signer;
		char *why;

		if (!o->unproven || !oid_equal(&o->commit, commit))
			continue;
		if (voucher_signature(signers, o->unproven, &signer, &why,
				      err))
			return -1;
		if (!why) {
			o->unproven = NULL;
			return 0;
		}
		free(why);
		o->commit = (struct oid){ 0 };
	}
	return 0;
}

static bool *find_tagged(const struct originals *originals,
			 const struct dag *dag)
{
	bool *tagged = xcalloc(dag->n, sizeof(*tagged));

	for (size_t i = 0; i < originals->n; i++) {
		uint32_t node = dag_find(dag, &originals->v[i].commit);

		if (originals->v[i].unproven && node != DAG_NONE)
			tagged[node] = true;
	}
	return tagged;
}

int past_tags_prove(struct signers *signers, struct originals *originals,
		    const struct dag *dag, const bool *wanted, size_t *at,
		    struct error *err)
{
	uint32_t *order = dag_topological(dag);
	bool *leads = find_leads(dag, wanted);
	bool *tagged = find_tagged(originals, dag);
	int rc = 0;

	*at = originals->n;
	for (size_t i = 0; !rc && *at == originals->n && i < dag->n; i++)
		if (tagged[order[i]] && leads[order[i]])
			rc = prove_at(signers, originals,
				      &dag->nodes[order[i]].oid, at, err);
	free(order);
	free(leads);
	free(tagged);
	return rc;
}
