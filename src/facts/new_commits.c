/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/new_commits.h"

#include <stdlib.h>

#include "base/mem.h"

/* With so many it pays to look first whether they are needed. */
enum { MANY_TAGS = 64 };

static void add_start(struct starts *starts, const char *name,
		      const struct oid *commit, bool is_branch)
{
	GROW(starts->v, starts->n, starts->cap);
	starts->v[starts->n++] = (struct start){ name, *commit, is_branch };
}

static bool is_start(const struct new_commits_in *in,
		     const struct ref_fact *ref)
{
	if (oid_is_zero(&ref->commit) ||
	    foreign_shared_tag(in->policy, in->tree, ref->name))
		return false;
	return in->is_audit || !ref->rule.is_upstream || ref->unproven;
}

static void find_starts(const struct new_commits_in *in, struct starts *starts)
{
	for (size_t i = 0; i < in->refs->n_updates; i++) {
		const struct ref_fact *ref = &in->refs->updates[i];
		bool is_branch = in->is_audit ? !tag_name(ref->name) :
				 ref->rule.kind == REF_BRANCH;

		if (is_start(in, ref))
			add_start(starts, ref->name, &ref->commit, is_branch);
	}
}

/* What upstream's late tags hold tells only why other refs are refused. */
static bool is_wanted(const struct voucher *v, const struct starts *starts)
{
	if (v->upstream && !v->is_pushed)
		return false;
	return !v->is_own && !oid_is_zero(&v->commit) &&
	       !(v->upstream && v->is_late && !starts->n);
}

static int broken_tag(const struct new_commits_in *in, const struct oid *oid,
		      struct error *err)
{
	const struct repo_refs *here = &in->refs->here;

	for (size_t i = 0; i < here->n; i++)
		if (oid_equal(&here->v[i].oid, oid))
			return refs_broken(in->walker->repo, here->v[i].name,
					   err);
	return -1;
}

/* The commits of the tags that were judged before. */
static int add_tags(const struct new_commits_in *in, struct oid_list *not,
		    struct error *err)
{
	const struct oid_list *tags = &in->refs->hidden_tags;

	for (size_t i = 0; i < tags->n; i++) {
		struct oid commit;
		bool is_commit;

		if (repo_peel_commit(in->walker->repo, &tags->v[i], &commit,
				     &is_commit, err))
			return broken_tag(in, &tags->v[i], err);
		if (is_commit)
			oid_list_add(not, &commit);
	}
	return 0;
}

/* Adds the commits of the vouchers that come with the push, or of the rest. */
static void add_vouchers(const struct new_commits_in *in,
			 const struct starts *starts, bool pushed,
			 struct oid_list *from)
{
	for (size_t i = 0; i < in->vouchers->n; i++) {
		const struct voucher *v = &in->vouchers->v[i];

		if (v->is_pushed == pushed && is_wanted(v, starts))
			oid_list_add(from, &v->commit);
	}
}

/* Whether the push brought all that the walk found. */
static bool is_brought(struct repo *repo, const struct history *history)
{
	const struct oid_list none = { 0 };
	struct oid_list found = { 0 };
	bool is;

	for (uint32_t i = 0; i < history->dag.n; i++)
		oid_list_add(&found, &history->dag.nodes[i].oid);
	is = repo_push_brought(repo, &found, &none);
	free(found.v);
	return is;
}

/*
 * The push has the first `n_pushed` tips. The rest are shared tags that were
 * here before: these have nothing of what the push brought, and may be as old
 * as history, so mostly they need not be looked at.
 */
static int walk_tips(const struct new_commits_in *in,
		     const struct oid_list *from, size_t n_pushed,
		     const struct oid_list *not, struct history *history,
		     struct error *err)
{
	const struct oid_list pushed = { .v = from->v, .n = n_pushed };

	if (n_pushed && n_pushed < from->n &&
	    repo_has_quarantine(in->walker->repo)) {
		if (walker_walk(in->walker, &pushed, not, history, err))
			return -1;
		if (is_brought(in->walker->repo, history))
			return 0;
		history_release(history);
	}
	return walker_walk(in->walker, from, not, history, err);
}

/*
 * Reading all tags takes long if update judges ref by ref. Usually the branches
 * are enough to tell that nothing is new.
 */
static int walk(const struct new_commits_in *in, struct new_commits *commits,
		struct error *err)
{
	size_t n_tags = in->refs->hidden_tags.n, n_pushed;
	struct oid_list from = { 0 }, not = { 0 };
	int rc = 0;

	for (size_t i = 0; i < commits->starts.n; i++)
		oid_list_add(&from, &commits->starts.v[i].commit);
	add_vouchers(in, &commits->starts, true, &from);
	n_pushed = from.n;
	add_vouchers(in, &commits->starts, false, &from);
	oid_list_add_all(&not, &in->refs->hidden);
	oid_list_add_all(&not, &in->refs->upstream);
	if (from.n && (n_tags < MANY_TAGS ||
		       !history_is_within(in->walker->repo, &from, &not,
					  n_tags)))
		rc = add_tags(in, &not, err) ||
		     walk_tips(in, &from, n_pushed, &not, &commits->history,
			       err) ? -1 : 0;
	free(from.v);
	free(not.v);
	return rc;
}

static void mark_starts(struct new_commits *commits, uint32_t flag,
			bool branches_only)
{
	struct dag *dag = &commits->history.dag;

	for (size_t i = 0; i < commits->starts.n; i++) {
		const struct start *start = &commits->starts.v[i];

		if (start->is_branch || !branches_only)
			dag_mark(dag, dag_find(dag, &start->commit), flag, 0);
	}
}

int new_commits_find(const struct new_commits_in *in,
		     struct new_commits *commits, struct error *err)
{
	find_starts(in, &commits->starts);
	if (walk(in, commits, err))
		return -1;
	mark_starts(commits, NODE_MERGED, true);
	mark_starts(commits, NODE_STARTED, false);
	return 0;
}

/* A tag of another tree that is not what it should be is judged itself. */
static void start_at_invalid(const struct vouchers *vouchers,
			     struct starts *starts)
{
	for (size_t i = 0; i < vouchers->n; i++) {
		const struct voucher *v = &vouchers->v[i];

		if (v->is_pushed && !v->is_own && !v->is_valid &&
		    !v->upstream && !oid_is_zero(&v->commit))
			add_start(starts, v->name, &v->commit, false);
	}
}

/* Of a pushed tag that counts, the commits that it should not hold. */
static void take_faults(const struct voucher *v, struct new_commits *commits)
{
	struct dag *dag = &commits->history.dag;

	if (!v->is_pushed || v->is_own || !v->is_valid || !v->n_faults)
		return;
	add_start(&commits->starts, v->name, &v->commit, false);
	for (size_t i = 0; i < v->n_faults; i++) {
		uint32_t node = dag_find(dag, &v->faults[i].commit);

		if (node != DAG_NONE &&
		    !(dag->nodes[node].flags & (NODE_VOUCHED | NODE_UPSTREAM)))
			dag->nodes[node].flags |= NODE_IN_N;
	}
}

void new_commits_mark(const struct vouchers *vouchers,
		      struct new_commits *commits)
{
	struct dag *dag = &commits->history.dag;
	const uint32_t asked = NODE_STARTED | NODE_VOUCHED | NODE_UPSTREAM;

	start_at_invalid(vouchers, &commits->starts);
	mark_starts(commits, NODE_STARTED, false);
	for (size_t i = 0; i < dag->n; i++)
		if ((dag->nodes[i].flags & asked) == NODE_STARTED)
			dag->nodes[i].flags |= NODE_IN_N;
	for (size_t i = 0; i < vouchers->n; i++)
		take_faults(&vouchers->v[i], commits);
	mark_starts(commits, NODE_STARTED, false);
}

void new_commits_release(struct new_commits *commits)
{
	free(commits->starts.v);
	history_release(&commits->history);
}
