/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/tag_contents.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/tag_fault.h"
#include "git/hidden_refs.h"

/*
 * More would not help anybody; a tag that is wrong altogether has one in each
 * commit.
 */
enum { MAX_FAULTS = 20, MAX_BASES = 100 };

/* A tag that others may be based on, and where it is in the tag dag. */
struct inner {
	const struct known_tag *tag;	/* NULL for a shared tag */
	struct voucher *voucher;	/* that one, or NULL */
	uint32_t node;
};

struct tag_contents {
	struct tag_contents_in in;
	struct history history;
	struct inner *inner;
	size_t n_inner, cap_inner;
	const struct shared_tag **in_scope_of;	/* node -> found in its scope */
	const struct shared_tag **at_fault_of;	/* node -> found to be none of
						 * its commits */
	/* Of the tag looked at now, by its number: */
	uint32_t n_walks;
	uint32_t *reached;		/* node -> the last walk that came by */
	uint32_t *within;		/* node -> the same, from inner tags */
	uint32_t *own;			/* nodes reached */
	size_t n_own, cap_own;
};

void tag_contents_free(struct tag_contents *t)
{
	if (!t)
		return;
	history_release(&t->history);
	free(t->inner);
	free(t->in_scope_of);
	free(t->at_fault_of);
	free(t->reached);
	free(t->within);
	free(t->own);
	free(t);
}

/* Building it */

static bool in_question(const struct tag_contents_in *in,
			const struct voucher *v)
{
	uint32_t node = dag_find(in->dag, &v->commit);

	if (!v->shared || oid_is_zero(&v->commit))
		return false;
	return v->is_pushed || (!v->is_own && node != DAG_NONE &&
				in->leads_to_start[node]);
}

static void add_inner(struct tag_contents *t, const struct known_tag *tag,
		      struct voucher *voucher, const struct oid *commit)
{
	uint32_t node = dag_find(&t->history.dag, commit);

	if (node == DAG_NONE)
		return;
	GROW(t->inner, t->n_inner, t->cap_inner);
	t->inner[t->n_inner++] = (struct inner){ tag, voucher, node };
}

static void fill(struct tag_contents *t)
{
	const struct vouchers *vouchers = t->in.vouchers;
	const struct known_tags *known = t->in.known;
	size_t n = t->history.dag.n;

	for (size_t i = 0; i < vouchers->n; i++)
		if (vouchers->v[i].shared)
			add_inner(t, NULL, &vouchers->v[i],
				  &vouchers->v[i].commit);
	for (size_t i = 0; i < known->n; i++)
		if (!shared_tag_match(t->in.policy, tag_name(known->v[i].name)))
			add_inner(t, &known->v[i], NULL, &known->v[i].commit);
	t->in_scope_of = xcalloc(n, sizeof(*t->in_scope_of));
	t->at_fault_of = xcalloc(n, sizeof(*t->at_fault_of));
	t->reached = xcalloc(n, sizeof(*t->reached));
	t->within = xcalloc(n, sizeof(*t->within));
}

int tag_contents_new(const struct tag_contents_in *in,
		     struct tag_contents **out, struct error *err)
{
	struct oid_list from = { 0 };
	struct tag_contents *t;
	int rc;

	*out = NULL;
	for (size_t i = 0; i < in->vouchers->n; i++)
		if (in_question(in, &in->vouchers->v[i]))
			oid_list_add(&from, &in->vouchers->v[i].commit);
	if (!from.n)
		return 0;
	t = *out = xcalloc(1, sizeof(*t));
	t->in = *in;
	rc = walker_walk(in->walker, &from, in->upstream, &t->history, err);
	free(from.v);
	if (rc)
		return -1;
	fill(t);
	return 0;
}

const struct dag *tag_contents_dag(const struct tag_contents *t)
{
	return &t->history.dag;
}

/* What is a tag's own */

static bool enter_tag(void *ctx, uint32_t node)
{
	struct tag_contents *t = ctx;

	if (t->reached[node] == t->n_walks)
		return false;
	t->reached[node] = t->n_walks;
	GROW(t->own, t->n_own, t->cap_own);
	t->own[t->n_own++] = node;
	return true;
}

static bool enter_inner(void *ctx, uint32_t node)
{
	struct tag_contents *t = ctx;

	if (t->within[node] == t->n_walks)
		return false;
	t->within[node] = t->n_walks;
	return true;
}

/*
 * Whether a tag within the tag stands alone, so that its commits are not this
 * tag's: the section allows it as a base, it is what it should be, and it is
 * frozen. It may be a draft of the same tree, which knows best about these.
 */
static int stands_alone(const struct tag_contents *t, struct voucher *v,
			const struct inner *inner, bool *alone,
			struct error *err)
{
	struct voucher *in = inner->voucher;
	const char *name = tag_name(in ? in->name : inner->tag->name);
	const struct values *patterns = &v->shared->based_on;
	bool same_tree;

	*alone = false;
	if (patterns->n ? !values_match(patterns, name) : !in)
		return 0;
	if (!in) {
		*alone = known_tag_base(t->in.known, patterns,
					&inner->tag->commit);
		return 0;
	}
	if (!in->is_annotated)
		return 0;
	same_tree = !strcmp(in->shared->tree.v[0].text,
			    v->shared->tree.v[0].text);
	if (in->is_late)
		return 0;
	*alone = in->is_valid ||
		 (in->is_own && !in->is_pushed && !in->raw);
	if (!*alone || same_tree)
		return 0;
	if (voucher_frozen(&t->in.freezing, in, alone, err))
		return -1;
	if (!*alone)
		v->draft_within = in->name;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* A tree vouches for a draft of its own by making a tag on top of it. */
static void add_draft(const struct tag_contents *t, struct voucher *v,
		      const struct voucher *in)
{
	if (!in || in->is_own || in->shared->freeze != FREEZE_MERGE ||
	    strcmp(in->shared->tree.v[0].text, v->shared->tree.v[0].text))
		return;
	GROW(v->drafts, v->n_drafts, v->cap_drafts);
	v->drafts[v->n_drafts++] = (uint32_t)(in - t->in.vouchers->v);
}

static int find_own(struct tag_contents *t, struct voucher *v, uint32_t node,
		    struct error *err)
{
	size_t n = 0;

	t->n_walks++;
	t->n_own = 0;
	dag_spread(&t->history.dag, node, enter_tag, t);
	for (size_t i = 0; i < t->n_inner; i++) {
		const struct inner *inner = &t->inner[i];
		bool alone;

		if (inner->node == node ||
		    t->reached[inner->node] != t->n_walks)
			continue;
		if (stands_alone(t, v, inner, &alone, err))
			return -1;
		if (!alone)
			continue;
		add_draft(t, v, inner->voucher);
		dag_spread(&t->history.dag, inner->node, enter_inner, t);
	}
	for (size_t i = 0; i < t->n_own; i++)
		if (t->within[t->own[i]] != t->n_walks)
			t->own[n++] = t->own[i];
	t->n_own = n;
	qsort(t->own, n, sizeof(*t->own), by_number);
	return 0;
}

/* Scope */

/* Takes the fault over. */
static void add_fault(struct voucher *v, struct tag_fault *fault)
{
	if (v->n_faults == MAX_FAULTS) {
		v->has_more_faults = true;
		tag_fault_release(fault);
		return;
	}
	v->faults = xreallocarray(v->faults, v->n_faults + 1,
				  sizeof(*v->faults));
	v->faults[v->n_faults++] = *fault;
}

/* One of the tag's own commits; `node` is where the new commits have it. */
static int check_own(struct tag_contents *t, struct voucher *v, uint32_t own,
		     uint32_t node, struct error *err)
{
	struct tag_fault fault = {
		.commit = t->history.dag.nodes[own].oid,
	};

	/* It would be one too many to be told. */
	if (t->at_fault_of[own] == v->shared && v->n_faults == MAX_FAULTS) {
		v->has_more_faults = true;
		return 0;
	}
	if (t->in_scope_of[own] != v->shared &&
	    tag_fault_find(&t->in, v, &fault, err)) {
		tag_fault_release(&fault);
		return -1;
	}
	if (fault.subject) {
		t->at_fault_of[own] = v->shared;
		add_fault(v, &fault);
		return 0;
	}
	tag_fault_release(&fault);
	t->in_scope_of[own] = v->shared;
	if (node != DAG_NONE) {
		GROW(v->legit, v->n_legit, v->cap_legit);
		v->legit[v->n_legit++] = node;
	}
	return 0;
}

/* Commits of another tree's tag that were accepted here before are no news. */
static int check_scope(struct tag_contents *t, struct voucher *v,
		       struct error *err)
{
	for (size_t i = 0; i < t->n_own; i++) {
		const struct oid *oid = &t->history.dag.nodes[t->own[i]].oid;
		uint32_t node = dag_find(t->in.dag, oid);

		if (!v->is_own && node == DAG_NONE)
			continue;
		if (check_own(t, v, t->own[i], node, err))
			return -1;
	}
	return 0;
}

/* Bases */

/* The tag's name below refs/tags/; NULL for none, and for a hidden one. */
static const char *told_name(const struct known_tags *known,
			     const struct known_tag *tag)
{
	return tag && !hidden_refs_have(&known->refs->hides, tag->name) ?
	       tag_name(tag->name) : NULL;
}

static void add_base(const struct known_tags *known, struct voucher *v,
		     const struct oid *commit, const struct oid *child)
{
	const struct values *patterns = &v->shared->based_on;
	const struct known_tag *tag = known_tag_base(known, patterns, commit);
	bool is_allowed = !patterns->n || tag, is_refused = false;

	for (size_t i = 0; i < v->n_bases; i++) {
		if (oid_equal(&v->bases[i].commit, commit))
			return;
		is_refused |= !v->bases[i].is_allowed;
	}
	/* Beyond that there is room for the first that refuses the tag. */
	if (v->n_bases >= MAX_BASES && (is_allowed || is_refused))
		return;
	if (!tag)
		tag = known_tag_at(known, commit);
	v->bases = xreallocarray(v->bases, v->n_bases + 1, sizeof(*v->bases));
	v->bases[v->n_bases++] = (struct tag_base){
		.commit = *commit, .child = *child,
		.tag = told_name(known, tag),
		.is_allowed = is_allowed,
	};
}

/*
 * A tag like `based-on` on the youngest of the tag's own commits that has one,
 * or NULL. It does not count: it may be lightweight, for example.
 */
static const struct known_tag *find_uncounted(const struct tag_contents *t,
					      const struct voucher *v)
{
	const struct known_tags *known = t->in.known;

	for (size_t i = 0; i < t->n_own; i++) {
		const struct oid *oid = &t->history.dag.nodes[t->own[i]].oid;
		const struct known_tag *tag =
			known_tag_like(known, &v->shared->based_on, oid);

		if (tag && strcmp(tag->name, v->name))
			return tag;
	}
	return NULL;
}

/* One of the tag's own commits has no parents: the tag starts there. */
static void add_root(struct tag_contents *t, struct voucher *v,
		     const struct oid *root)
{
	static const struct oid none;
	size_t n = v->n_bases;

	add_base(t->in.known, v, &none, root);
	if (v->n_bases > n && v->shared->based_on.n)
		v->bases[n].tag = told_name(t->in.known,
					    find_uncounted(t, v));
}

/* The parents of a tag's own commit that are none of its own. */
static int find_bases_of(struct tag_contents *t, struct voucher *v,
			 uint32_t node, struct error *err)
{
	const struct known_tags *known = t->in.known;
	const struct dag *dag = &t->history.dag;
	const struct dag_node *n = &dag->nodes[node];
	struct object object;
	struct commit commit;
	bool inside = n->n_parents > 0;

	for (uint32_t i = 0; i < n->n_parents; i++)
		inside &= dag_parents(dag, node)[i] != DAG_NONE;
	for (uint32_t i = 0; i < n->n_parents; i++) {
		uint32_t p = dag_parents(dag, node)[i];

		if (p != DAG_NONE && t->within[p] == t->n_walks &&
		    known_tag_at(known, &dag->nodes[p].oid))
			add_base(known, v, &dag->nodes[p].oid, &n->oid);
	}
	if (inside)
		return 0;
	if (!n->n_parents) {
		add_root(t, v, &n->oid);
		return 0;
	}
	if (repo_read_commit(t->in.repo, &n->oid, &object, &commit, err))
		return -1;
	for (uint32_t i = 0; i < n->n_parents; i++) {
		struct oid parent = commit_parent(&commit, i);

		if (dag_parents(dag, node)[i] == DAG_NONE)
			add_base(known, v, &parent, &n->oid);
	}
	object_release(&object);
	return 0;
}

static int find_bases(struct tag_contents *t, struct voucher *v,
		      struct error *err)
{
	if (!t->n_own)
		add_base(t->in.known, v, &v->commit, &v->commit);
	for (size_t i = 0; i < t->n_own; i++)
		if (find_bases_of(t, v, t->own[i], err))
			return -1;
	return 0;
}

int tag_contents_find(struct tag_contents *t, struct voucher *v,
		      struct error *err)
{
	uint32_t node;

	if (v->is_examined)
		return 0;
	v->is_examined = true;
	node = dag_find(&t->history.dag, &v->commit);
	t->n_own = 0;
	if (node != DAG_NONE && find_own(t, v, node, err))
		return -1;
	return check_scope(t, v, err) || find_bases(t, v, err) ? -1 : 0;
}
