/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/backported.h"

#include <stdlib.h>

#include "base/mem.h"

/* The branches of the push that are not for backports. */
static void find_starts(const struct rewritten_in *in, struct starts *starts)
{
	const struct values *backport = &in->originals.tree->backport;

	for (size_t i = 0; i < in->starts->n; i++) {
		const struct start *start = &in->starts->v[i];

		if (!start->is_branch || values_match(backport, start->name))
			continue;
		GROW(starts->v, starts->n, starts->cap);
		starts->v[starts->n++] = *start;
	}
}

/* What these commits contain and no other branch did before. */
static int walk(const struct rewritten_in *in, const struct oid_list *from,
		struct history *history, struct error *err)
{
	const struct refs *refs = in->originals.refs;
	struct oid_list not = { 0 };
	int rc;

	oid_list_add_all(&not, &refs->branches_settled);
	oid_list_add_all(&not, &refs->upstream);
	rc = walker_walk(in->originals.walker, from, &not, history, err);
	free(not.v);
	return rc;
}

/*
 * Where else such a copy may have been: the `backport` branches, and the tags
 * that may have come with one and are still there after it.
 */
static int find_holders(const struct rewritten_in *in, struct oid_list *from,
			struct error *err)
{
	const struct oid_list *tags = &in->originals.refs->hidden_tags;

	oid_list_add_all(from, &in->originals.refs->backports_before);
	for (size_t i = 0; i < tags->n; i++) {
		struct oid commit;
		bool is_commit;

		if (repo_peel_commit(in->originals.repo, &tags->v[i], &commit,
				     &is_commit, err))
			return -1;
		if (is_commit)
			oid_list_add(from, &commit);
	}
	return 0;
}

static int walk_holders(const struct rewritten_in *in, struct history *held,
			struct error *err)
{
	struct oid_list from = { 0 };
	int rc = find_holders(in, &from, err);

	if (!rc && from.n)
		rc = walk(in, &from, held, err);
	free(from.v);
	return rc;
}

static bool is_judged(const struct dag *judged, const struct oid *oid)
{
	uint32_t node = dag_find(judged, oid);

	return node != DAG_NONE && judged->nodes[node].flags & NODE_IN_N;
}

/* Whether there is a commit that is not in N. */
static bool has_settled(const struct dag *dag, const struct dag *judged)
{
	for (size_t i = 0; i < dag->n; i++)
		if (!is_judged(judged, &dag->nodes[i].oid))
			return true;
	return false;
}

/* Marks as N what was held and is not in N. Returns whether there is any. */
static bool mark(const struct dag *dag, const struct dag *held,
		 const struct dag *judged)
{
	bool any = false;

	for (size_t i = 0; i < dag->n; i++) {
		dag->nodes[i].flags = NODE_STARTED | NODE_MERGED;
		if (dag_find(held, &dag->nodes[i].oid) == DAG_NONE ||
		    is_judged(judged, &dag->nodes[i].oid))
			continue;
		dag->nodes[i].flags |= NODE_IN_N;
		any = true;
	}
	return any;
}

static int read_subject(struct repo *repo, const struct oid *oid,
			char **subject, struct error *err)
{
	struct buf text = BUF_INIT;
	struct object object;
	struct commit commit;

	if (repo_read_commit(repo, oid, &object, &commit, err))
		return -1;
	commit_subject(&commit, &text);
	object_release(&object);
	*subject = buf_detach(&text);
	return 0;
}

static int take(const struct rewritten_in *in, struct backported *out,
		struct error *err)
{
	for (uint32_t i = 0; i < in->dag->n; i++) {
		const struct copy_fact *copy = rewritten_at(&out->copies, i);
		char *subject;

		if (!copy || !copy->instead_in)
			continue;
		if (read_subject(in->originals.repo, &in->dag->nodes[i].oid,
				 &subject, err))
			return -1;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = (struct backported_fact){
			.commit = in->dag->nodes[i].oid, .subject = subject,
			.copy = *copy,
		};
	}
	return 0;
}

static int search(const struct rewritten_in *in, const struct starts *starts,
		  struct backported *out, struct error *err)
{
	struct oid_list from = { 0 };
	struct history history = { 0 }, held = { 0 };
	struct rewritten_in again = *in;
	int rc;

	for (size_t i = 0; i < starts->n; i++)
		oid_list_add(&from, &starts->v[i].commit);
	again.starts = starts;
	again.dag = &history.dag;
	rc = walk(in, &from, &history, err);
	if (!rc && has_settled(&history.dag, in->dag))
		rc = walk_holders(in, &held, err);
	if (!rc && mark(&history.dag, &held.dag, in->dag)) {
		rc = rewritten_find(&again, &out->copies, err);
		if (!rc)
			rc = take(&again, out, err);
	}
	history_release(&history);
	history_release(&held);
	free(from.v);
	return rc;
}

int backported_find(const struct rewritten_in *in, struct backported *out,
		    struct error *err)
{
	struct starts starts = { 0 };
	int rc = 0;

	if (in->originals.tree->backport.n)
		find_starts(in, &starts);
	if (starts.n)
		rc = search(in, &starts, out, err);
	free(starts.v);
	return rc;
}

void backported_release(struct backported *backported)
{
	for (size_t i = 0; i < backported->n; i++)
		free(backported->v[i].subject);
	free(backported->v);
	rewritten_release(&backported->copies);
	*backported = (struct backported){ 0 };
}
