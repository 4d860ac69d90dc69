/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/dropped_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/mergetags.h"

/* Branches, where they were or where they are pushed to. */
struct tips {
	struct tip {
		const char *ref;
		struct oid commit;
	} *v;
	size_t n, cap;
};

static void add_tip(struct tips *tips, const char *ref,
		    const struct oid *commit)
{
	GROW(tips->v, tips->n, tips->cap);
	tips->v[tips->n++] = (struct tip){ ref, *commit };
}

/*
 * The branches that lose commits by this push and whose old tip is here; a
 * deleted ref's may be damaged.
 */
static int find_losers(const struct dropped_tags_in *in,
		       struct tips *losers, struct error *err)
{
	for (size_t i = 0; i < in->refs->n_updates; i++) {
		const struct ref_fact *ref = &in->refs->updates[i];
		enum object_type type;
		struct oid commit;
		bool is_commit;

		if (ref->rule.kind != REF_BRANCH || oid_is_zero(&ref->old) ||
		    (ref->ff != FF_NO && !oid_is_zero(&ref->new)))
			continue;
		if (oid_is_zero(&ref->new) &&
		    repo_peel_commit(in->repo, &ref->old, &commit, &is_commit,
				     err))
			continue;
		if (repo_type(in->repo, &ref->old, &type, err))
			return -1;
		if (type == OBJECT_MISSING)
			continue;
		if (repo_peel_commit(in->repo, &ref->old, &commit, &is_commit,
				     err))
			return -1;
		if (is_commit)
			add_tip(losers, ref->name, &commit);
	}
	return 0;
}

struct naming {
	const char *ref;
	const char **names;		/* by node */
};

static bool enter_unnamed(void *ctx, uint32_t node)
{
	struct naming *n = ctx;

	if (n->names[node])
		return false;
	n->names[node] = n->ref;
	return true;
}

/* For each commit the first branch that has it; the caller frees it. */
static const char **name_branches(const struct tips *tips,
				  const struct dag *dag)
{
	struct naming n = { .names = xcalloc(dag->n, sizeof(*n.names)) };

	for (size_t i = 0; i < tips->n; i++) {
		n.ref = tips->v[i].ref;
		dag_spread(dag, dag_find(dag, &tips->v[i].commit),
			   enter_unnamed, &n);
	}
	return n.names;
}

/* The line that freezes a tag that a governed branch contains, or 0. */
static int frozen_line(const struct dropped_tags_in *in, const char *ref)
{
	if (govern_ref(in->policy, in->tree, ref).kind == REF_INTEGRATION)
		return 0;
	return freezing_line(in->policy, tag_name(ref));
}

/* What is lost, and by whom. */
struct loss {
	const struct dropped_tags_in *in;
	struct dag *lost;
	const char **names;		/* see name_branches() */
	struct dropped_tags *out;
	struct error *err;
};

static void add_dropped(struct loss *l, const char *name,
			const struct oid *commit)
{
	struct dropped_tags *out = l->out;
	uint32_t node = dag_find(l->lost, commit);
	int line = frozen_line(l->in, name);

	if (!line || node == DAG_NONE)
		return;
	for (size_t i = 0; i < out->n; i++)
		if (oid_equal(&out->v[i].commit, commit) &&
		    !strcmp(out->v[i].tag, name))
			return;
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = (struct dropped_tag_fact){
		.tag = name, .commit = *commit, .ref = l->names[node],
		.line = line,
	};
}

/*
 * A merge that carries a mergetag contains the tag: where the tag is lost, the
 * merge is lost, too.
 */
static int add_past(struct loss *l)
{
	const struct dropped_tags_in *in = l->in;
	const struct mergetags_in past = {
		.repo = in->repo, .policy = in->policy, .tree = in->tree,
		.dag = l->lost, .vouchers = &l->out->past, .is_past = true,
	};

	if (mergetags_find_past(&past, l->err))
		return -1;
	for (size_t i = 0; i < l->out->past.n; i++) {
		const struct voucher *v = &l->out->past.v[i];
		const struct signer *signer;
		char *why;

		if (v->upstream)
			continue;
		if (voucher_signature(in->signers, v, &signer, &why, l->err))
			return -1;
		if (!why)
			add_dropped(l, v->name, &v->commit);
		free(why);
	}
	return 0;
}

/*
 * Checks what packed-refs says of frozen tags. If it named a wrong commit, or
 * none, nobody would see that the tag is lost.
 */
static int check_frozen(const struct loss *l)
{
	const struct repo_refs *here = &l->in->refs->here;

	for (size_t i = 0; i < here->n; i++)
		if (tag_name(here->v[i].name) &&
		    frozen_line(l->in, here->v[i].name) &&
		    repo_check_tag(l->in->repo, &here->v[i].oid, l->err))
			return -1;
	return 0;
}

static int look_among(struct loss *l)
{
	const struct known_tags *known = l->in->known;

	if (check_frozen(l) || known_tags_load(l->in->known, l->err))
		return -1;
	for (size_t i = 0; i < known->n; i++)
		add_dropped(l, known->v[i].name, &known->v[i].commit);
	return add_past(l);
}

static int look_at_loss(const struct dropped_tags_in *in,
			const struct tips *losers, struct dag *lost,
			struct dropped_tags *dropped, struct error *err)
{
	struct loss l = { .in = in, .lost = lost, .out = dropped, .err = err };
	int rc;

	if (!lost->n)
		return 0;
	l.names = name_branches(losers, lost);
	rc = look_among(&l);
	free(l.names);
	return rc;
}

/* What the tips contain and no branch is sure to contain after the push. */
static int walk(const struct dropped_tags_in *in, const struct tips *tips,
		struct history *history, struct error *err)
{
	struct oid_list from = { 0 }, not = { 0 };
	int rc = 0;

	for (size_t i = 0; i < tips->n; i++)
		oid_list_add(&from, &tips->v[i].commit);
	oid_list_add_all(&not, &in->refs->branches_kept);
	oid_list_add_all(&not, &in->refs->upstream);
	if (from.n)
		rc = walker_walk(in->walker, &from, &not, history, err);
	free(from.v);
	free(not.v);
	return rc;
}

/* The branches as they are pushed. */
static int find_pushed(const struct dropped_tags_in *in, struct tips *pushed,
		       struct error *err)
{
	for (size_t i = 0; i < in->refs->n_updates; i++) {
		const struct ref_fact *ref = &in->refs->updates[i];
		struct oid commit;
		bool is_commit;

		if (ref->rule.kind != REF_BRANCH || oid_is_zero(&ref->new))
			continue;
		if (repo_peel_commit(in->repo, &ref->new, &commit, &is_commit,
				     err))
			return -1;
		if (is_commit)
			add_tip(pushed, ref->name, &commit);
	}
	return 0;
}

/* Which branch of this push has what is dropped, if git takes it. */
static int find_keepers(const struct dropped_tags_in *in,
			struct dropped_tags *dropped, struct error *err)
{
	struct tips pushed = { 0 };
	struct history history = { 0 };
	const char **names;
	int rc = find_pushed(in, &pushed, err);

	if (!rc)
		rc = walk(in, &pushed, &history, err);
	if (!rc) {
		names = name_branches(&pushed, &history.dag);
		for (size_t i = 0; i < dropped->n; i++) {
			uint32_t node = dag_find(&history.dag,
						 &dropped->v[i].commit);

			if (node != DAG_NONE)
				dropped->v[i].kept_by = names[node];
		}
		free(names);
	}
	history_release(&history);
	free(pushed.v);
	return rc;
}

int dropped_tags_find(const struct dropped_tags_in *in,
		      struct dropped_tags *dropped, struct error *err)
{
	struct tips losers = { 0 };
	struct history lost = { 0 };
	int rc = find_losers(in, &losers, err);

	if (!rc)
		rc = walk(in, &losers, &lost, err);
	if (!rc)
		rc = look_at_loss(in, &losers, &lost.dag, dropped, err);
	if (!rc && dropped->n)
		rc = find_keepers(in, dropped, err);
	history_release(&lost);
	free(losers.v);
	return rc;
}

void dropped_tags_release(struct dropped_tags *dropped)
{
	free(dropped->v);
	vouchers_release(&dropped->past);
}
