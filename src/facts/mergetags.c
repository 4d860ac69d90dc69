/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/mergetags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/nodes.h"
#include "git/hidden_refs.h"
#include "git/mergetag.h"
#include "git/ref_name.h"

/* Longer ones are no refs' names anyway. */
enum { MAX_TAG_NAME = 4096 };

/*
 * A merge made of a signed tag keeps the tag object in a mergetag header, so
 * that the tag itself need not be here: it proves where the commits came from
 * as well as the tag would.
 */
struct reader {
	const struct mergetags_in *in;
	struct error *err;
	const struct oid *merge;
	const struct commit *commit;
	size_t n;			/* mergetags that it has so far */
	bool failed;
};

static bool is_parent(const struct commit *commit, const struct oid *oid)
{
	for (size_t i = 0; i < commit->n_parents; i++) {
		struct oid parent = commit_parent(commit, i);

		if (oid_equal(&parent, oid))
			return true;
	}
	return false;
}

/*
 * The commit that a tag object is about: as it says itself, and for a tag of a
 * tag as the objects say.
 */
static int find_target(struct repo *repo, const struct tag *tag,
		       struct oid *commit, bool *found, struct error *err)
{
	enum object_type type = tag->type;

	*commit = tag->target;
	if (type == OBJECT_TAG) {
		if (repo_type(repo, &tag->target, &type, err))
			return -1;
		if (type == OBJECT_TAG &&
		    repo_peel(repo, &tag->target, commit, &type, err))
			return -1;
	}
	*found = type == OBJECT_COMMIT;
	return 0;
}

/* The object that the tag of that name is here, as the push leaves it. */
static const struct oid *object_here(const struct refs *refs, const char *name)
{
	const struct ref_fact *update = refs_update(refs, name);
	const struct repo_ref *ref = repo_refs_find(&refs->here, name);

	if (update && !oid_is_zero(&update->new))
		return &update->new;
	return ref ? &ref->oid : NULL;
}

/*
 * Why the mergetag does not count, a new clause, or NULL: if it did, a
 * withdrawn draft, or one of two tags of one name, would come back by it.
 */
static char *find_rival(const struct refs *refs, const struct voucher *v)
{
	const struct oid *here = object_here(refs, v->name);
	char name[OID_ABBREV + 1];

	if (!here || oid_equal(here, &v->oid))
		return NULL;
	if (hidden_refs_have(&refs->hides, v->name))
		return xasprintf("the mergetag of %s contains it, but does not "
				 "count here", tag_name(v->name));
	oid_abbreviate(name, here);
	return xasprintf("the mergetag of %s contains it, but does not count: "
			 "the tag of that name here is another object, %s",
			 tag_name(v->name), name);
}

/* Whether a tag of that name matters. */
static bool is_wanted(const struct mergetags_in *in, const char *name,
		      const struct ref_rule *rule,
		      const struct shared_tag *shared)
{
	if (!ref_name_is_valid(name) || rule->kind == REF_INTEGRATION)
		return false;
	if (in->is_past)
		return (rule->is_upstream || shared) &&
		       freezing_line(in->policy, tag_name(name));
	return rule->is_upstream || shared;
}

/* Makes a voucher of it if its name is one that the policy knows. */
static void add(struct reader *r, const struct tag *tag,
		const struct oid *commit, const char *raw, size_t len)
{
	const struct mergetags_in *in = r->in;
	char *name = xasprintf("refs/tags/%.*s", (int)tag->name_len, tag->name);
	struct ref_rule rule = govern_ref(in->policy, in->tree, name);
	const struct shared_tag *shared =
		shared_tag_match(in->policy, tag_name(name));
	struct oid oid = object_hash(OBJECT_TAG, raw, len);
	struct voucher *v;

	if (!is_wanted(in, name, &rule, shared)) {
		free(name);
		return;
	}
	v = vouchers_add(in->vouchers, name, &oid, commit);
	v->made_name = name;
	v->upstream = rule.is_upstream ? rule.owner : NULL;
	v->shared = rule.is_upstream ? NULL : shared;
	v->is_own = v->shared && shared_tag_is_of(shared, in->tree);
	v->is_annotated = true;
	v->raw = xmalloc(len);
	memcpy(v->raw, raw, len);
	v->raw_len = len;
	v->carrier = *r->merge;
	v->is_old = dag_find(in->dag, commit) == DAG_NONE;
	if (!in->is_past)
		v->reason = find_rival(in->refs, v);
}

/* Whether work may start at a tag that is here by its mergetag alone. */
static bool may_be_base(const struct mergetags_in *in, const struct tag *tag)
{
	char *name = xasprintf("refs/tags/%.*s", (int)tag->name_len, tag->name);
	bool is = !in->is_past && !object_here(in->refs, name) &&
		  (govern_ref(in->policy, in->tree, name).is_upstream ||
		   (in->bases_matter &&
		    shared_tag_match(in->policy, tag_name(name))));

	free(name);
	return is;
}

/*
 * If a new merge merges a tag of commits that are already here, the tag makes
 * nothing legitimate; but work may start from it.
 */
static bool may_count(const struct reader *r, const struct tag *tag,
		      const struct oid *commit)
{
	const struct dag *dag = r->in->dag, *read = r->in->except;

	if (dag_find(dag, commit) == DAG_NONE)
		return !read && may_be_base(r->in, tag);
	return !read || dag_find(read, r->merge) == DAG_NONE ||
	       dag_find(read, commit) == DAG_NONE;
}

/*
 * One that is no tag, or not of what was merged, proves nothing. Git writes at
 * most one for a parent: more of them only cost time.
 */
static void on_mergetag(void *ctx, const char *raw, size_t len)
{
	struct reader *r = ctx;
	struct error ignored;
	struct oid commit;
	struct tag tag;
	bool found;

	if (r->failed || r->n++ >= r->commit->n_parents ||
	    tag_parse(&tag, raw, len, &ignored) || tag.name_len > MAX_TAG_NAME)
		return;
	if (find_target(r->in->repo, &tag, &commit, &found, r->err))
		r->failed = true;
	else if (found && is_parent(r->commit, &commit) &&
		 may_count(r, &tag, &commit))
		add(r, &tag, &commit, raw, len);
}

static int read_merge(const struct mergetags_in *in, const struct oid *oid,
		      struct error *err)
{
	struct reader r = { .in = in, .merge = oid, .err = err };
	struct object object;
	struct commit commit;

	if (repo_read_commit(in->repo, oid, &object, &commit, err))
		return -1;
	r.commit = &commit;
	mergetags_each(object.data, object.len, on_mergetag, &r);
	object_release(&object);
	return r.failed ? -1 : 0;
}

/* An upstream tag that is proven is upstream, as if it were in the refs. */
static int decide_upstream(const struct mergetags_in *in, struct voucher *v,
			   struct error *err)
{
	uint32_t node = dag_find(in->dag, &v->commit);
	bool is_upstream = node != DAG_NONE &&
			   in->dag->nodes[node].flags & NODE_UPSTREAM;
	const struct signer *signer;
	char *why = NULL;

	if ((is_upstream && !in->bases_matter) || v->reason)
		return 0;
	if (voucher_needs_signature(v) &&
	    voucher_signature(in->signers, v, &signer, &why, err))
		return -1;
	v->is_valid = !why;
	if (why)
		v->reason = xasprintf("the mergetag of %s contains it, but "
				      "does not count: %s", tag_name(v->name),
				      why);
	free(why);
	if (v->is_valid) {
		oid_list_add(in->upstream, &v->commit);
		dag_mark(in->dag, node, NODE_UPSTREAM, 0);
	}
	return 0;
}

/* Whether a tag of any name could make something legitimate. */
static bool can_count(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_trees; i++)
		if (policy->trees[i].role == ROLE_UPSTREAM)
			return true;
	return policy->n_shared_tags > 0;
}

static int read_merges(const struct mergetags_in *in, struct error *err)
{
	const struct dag *dag = in->dag;

	for (size_t i = 0; i < dag->n; i++) {
		const struct dag_node *node = &dag->nodes[i];

		if (node->n_parents > 1 &&
		    (node->flags & in->flags) == in->flags &&
		    read_merge(in, &node->oid, err))
			return -1;
	}
	return 0;
}

/* Some tag that is frozen must be of a tree with signers. */
bool mergetags_can_accuse(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_shared_tags; i++) {
		const struct tree *tree = policy_tree(policy,
			policy->shared_tags[i].tree.v[0].text);

		if (tree && tree->signer.n)
			return true;
	}
	for (size_t i = 0; policy->n_immutables && i < policy->n_trees; i++)
		if (policy->trees[i].role == ROLE_UPSTREAM &&
		    policy->trees[i].signer.n)
			return true;
	return false;
}

int mergetags_find_past(const struct mergetags_in *in, struct error *err)
{
	return mergetags_can_accuse(in->policy) ? read_merges(in, err) : 0;
}

int mergetags_find(const struct mergetags_in *in, struct error *err)
{
	struct vouchers *vouchers = in->vouchers;
	size_t first = vouchers->n;

	if (!can_count(in->policy))
		return 0;
	/* The youngest first: most others are upstream's by then. */
	if (read_merges(in, err))
		return -1;
	for (size_t i = first; i < vouchers->n; i++)
		if (vouchers->v[i].upstream &&
		    decide_upstream(in, &vouchers->v[i], err))
			return -1;
	return 0;
}

int mergetags_find_below(const struct mergetags_in *in, struct error *err)
{
	const struct vouchers *vouchers = in->vouchers;
	struct history history = { 0 };
	struct mergetags_in below = *in;
	struct oid_list from = { 0 };
	int rc = 0;

	for (size_t i = 0; i < vouchers->n; i++) {
		const struct voucher *v = &vouchers->v[i];

		if (v->shared && !oid_is_zero(&v->commit) &&
		    (v->is_pushed ||
		     (!v->is_own && dag_find(in->dag, &v->commit) != DAG_NONE)))
			oid_list_add(&from, &v->commit);
	}
	below.dag = &history.dag;
	below.except = in->dag;
	if (from.n && can_count(in->policy))
		rc = walker_walk(in->walker, &from, in->upstream, &history,
				 err);
	if (!rc)
		rc = mergetags_find(&below, err);
	history_release(&history);
	free(from.v);
	return rc;
}
