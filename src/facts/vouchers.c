/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/state.h"

struct voucher *vouchers_add(struct vouchers *vouchers, const char *name,
			     const struct oid *oid, const struct oid *commit)
{
	GROW(vouchers->v, vouchers->n, vouchers->cap);
	vouchers->v[vouchers->n] = (struct voucher){
		.name = name, .oid = *oid, .commit = *commit,
	};
	return &vouchers->v[vouchers->n++];
}

void voucher_release(struct voucher *v)
{
	for (size_t i = 0; i < v->n_faults; i++)
		free(v->faults[i].paths);
	free(v->faults);
	free(v->bases);
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
}

const struct tree *voucher_tree(const struct gather *g,
				const struct voucher *v)
{
	return v->upstream ? v->upstream :
	       policy_tree(g->policy, v->shared->tree.v[0].text);
}

bool voucher_needs_signature(const struct voucher *v)
{
	return v->raw || (v->upstream ? v->upstream->is_signed :
					v->shared->is_signed);
}

/* The name that the tag object gives itself, if it is another; new. */
static char *other_name(const struct voucher *v, const char *raw, size_t len)
{
	const char *name = tag_name(v->name);
	struct error err;
	struct tag tag;

	if (tag_parse(&tag, raw, len, &err))
		return xstrdup("");
	if (strlen(name) == tag.name_len &&
	    !memcmp(name, tag.name, tag.name_len))
		return NULL;
	return xstrndup(tag.name, tag.name_len);
}

/* A signature stands for a name too: else an old tag could take a new one's. */
static int check_raw(struct gather *g, const struct voucher *v,
		     const char *raw, size_t len,
		     const struct signer **signer, char **why)
{
	const struct tree *tree = voucher_tree(g, v);
	char *name;

	if (!tree) {
		*why = xasprintf("its tree, '%s', is not in the policy, so "
				 "nobody signs for it",
				 v->shared->tree.v[0].text);
		return 0;
	}
	if (signers_check(g->signers, &v->oid, raw, len, tree, signer, why,
			  g->err))
		return -1;
	name = *why ? NULL : other_name(v, raw, len);
	if (name)
		*why = xasprintf("what is signed is a tag called %s", name);
	free(name);
	return 0;
}

int voucher_signature(struct gather *g, const struct voucher *v,
		      const struct signer **signer, char **why)
{
	struct object object;
	int rc;

	*signer = NULL;
	*why = NULL;
	if (v->raw)
		return check_raw(g, v, v->raw, v->raw_len, signer, why);
	if (!tag_name(v->name) || !v->is_annotated) {
		*why = xstrdup(tag_name(v->name) ? "it is lightweight" :
			       "a branch has none");
		return 0;
	}
	if (repo_read(g->repo, &v->oid, OBJECT_TAG, &object, g->err))
		return -1;
	rc = check_raw(g, v, object.data, object.len, signer, why);
	object_release(&object);
	return rc;
}

/* Whether the walk has found it on a branch already. */
static bool is_merged_now(const struct gather *g, const struct oid *commit)
{
	uint32_t node = dag_find(&g->history.dag, commit);

	return node != DAG_NONE &&
	       g->history.dag.nodes[node].flags & NODE_MERGED;
}

int voucher_frozen(struct gather *g, struct voucher *v, bool *frozen)
{
	const struct oid_list *lists[] = { &g->refs.branches_after,
					   &g->refs.branches_before };

	if (!v->is_frozen_known)
		v->is_frozen = immutable_match(g->policy, tag_name(v->name)) ||
			       v->shared->freeze == FREEZE_PUSH ||
			       is_merged_now(g, &v->commit);
	for (size_t i = 0; !v->is_frozen_known && !v->is_frozen &&
	     i < ARRAY_SIZE(lists); i++)
		if (lists[i]->n &&
		    history_contains(g->repo, lists[i]->v, lists[i]->n,
				     &v->commit, &v->is_frozen, g->err))
			return -1;
	v->is_frozen_known = true;
	*frozen = v->is_frozen;
	return 0;
}
