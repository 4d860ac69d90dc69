/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/doubled_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/equal_patches.h"

/* The commits of all shared tags, down to upstream. */
struct tags {
	const struct originals_in *in;
	struct scratch *scratch;
	struct originals all;
	bool is_walked;
	struct history history;
	/* Of the branch that is looked at: */
	bool *is_new;			/* which tags it did not have */
	struct original_ref *had;	/* those of the tags that it has now */
	bool *had_is_new;
	size_t n_had;
	uint32_t *label;		/* see originals_label(), of these */
	/* Many branches of a push have the same tags, which match alike: */
	const char **matched;		/* the refs of `had` at that time */
	size_t n_matched;
	struct equal_patches patches;
	struct patch_match *matches;	/* of `patches` */
	size_t n_matches;
};

/* What the branch did not have before: its new commits, seen by itself. */
static int walk_branch(const struct originals_in *in,
		       const struct start *start, struct history *history,
		       struct error *err)
{
	const struct ref_fact *ref = refs_update(in->refs, start->name);
	struct oid_list from = { 0 }, not = { 0 };
	enum object_type type = OBJECT_MISSING;
	int rc = 0;

	if (ref && !oid_is_zero(&ref->old))
		rc = repo_type(in->repo, &ref->old, &type, err);
	if (!rc && type != OBJECT_MISSING)
		oid_list_add(&not, &ref->old);
	oid_list_add_all(&not, &in->refs->upstream);
	if (!not.n)
		oid_list_add_all(&not, &in->refs->branches_before);
	oid_list_add(&from, &start->commit);
	if (!rc)
		rc = walker_walk(in->walker, &from, &not, history, err);
	free(from.v);
	free(not.v);
	return rc;
}

/*
 * Counts n * by comparisons as work of the push. Each branch is compared with
 * each tag, and each tag with each of their commits: with thousands of each, a
 * push would take too long.
 */
static int count_work(const struct tags *t, size_t n, size_t by,
		      struct error *err)
{
	enum { ITEM_WORK = 10 };	/* see repo_work() */

	return repo_work(t->in->repo, (int64_t)(n * by) * ITEM_WORK,
			 "commits of tags that are alike", err);
}

/* Whether the branch has gained a shared tag; which ones is in `is_new`. */
static int find_new(struct tags *t, const struct start *start, bool *any,
		    struct error *err)
{
	struct history history = { 0 };

	*any = false;
	if (count_work(t, t->all.n, 1, err) ||
	    walk_branch(t->in, start, &history, err))
		return -1;
	for (size_t i = 0; i < t->all.n; i++) {
		t->is_new[i] = dag_find(&history.dag, &t->all.v[i].commit) !=
			       DAG_NONE;
		*any |= t->is_new[i];
	}
	history_release(&history);
	return 0;
}

static int walk_tags(struct tags *t, struct error *err)
{
	const struct originals_in *in = t->in;
	struct oid_list from = { 0 };
	int rc;

	for (size_t i = 0; i < t->all.n; i++)
		oid_list_add(&from, &t->all.v[i].commit);
	rc = walker_walk(in->walker, &from, &in->refs->upstream, &t->history,
			 err);
	free(from.v);
	t->is_walked = !rc;
	return rc;
}

/*
 * Finds which tags the branch has, and after which one each commit is called.
 */
static int find_had(struct tags *t, const struct start *start,
		    struct error *err)
{
	const struct originals_in *in = t->in;
	struct oid_list from = { 0 }, not = { 0 };
	struct history lacks = { 0 };
	bool is_lacking;
	int rc;

	for (size_t i = 0; i < t->all.n; i++)
		oid_list_add(&from, &t->all.v[i].commit);
	oid_list_add(&not, &start->commit);
	rc = walker_walk(in->walker, &from, &not, &lacks, err);
	t->n_had = 0;
	for (size_t i = 0; !rc && i < t->all.n; i++) {
		rc = history_has(in->repo, &lacks, &not, &t->all.v[i].commit,
				 &is_lacking, err);
		if (rc || is_lacking)
			continue;
		t->had_is_new[t->n_had] = t->is_new[i];
		t->had[t->n_had++] = t->all.v[i];
	}
	history_release(&lacks);
	free(from.v);
	free(not.v);
	if (rc || count_work(t, t->history.dag.n, 1, err))
		return -1;
	free(t->label);
	t->label = originals_label(t->had, t->n_had, &t->history.dag);
	return 0;
}

/*
 * Which commits all tags of the branch have: most of history, where no upstream
 * ends it. They are no copies of what another tag has. The caller frees the
 * array.
 */
static bool *find_common(const struct tags *t)
{
	const struct dag *dag = &t->history.dag;
	bool *common = xcalloc(dag->n, sizeof(*common));
	bool *seen = xcalloc(dag->n, sizeof(*seen)), is_first = true;

	for (size_t i = 0; i < t->n_had; i++) {
		uint32_t node = dag_find(dag, &t->had[i].commit);

		if (node == DAG_NONE)
			continue;
		memset(seen, 0, dag->n * sizeof(*seen));
		dag_see(dag, node, seen);
		for (uint32_t k = 0; k < dag->n; k++)
			common[k] = seen[k] && (is_first || common[k]);
		is_first = false;
	}
	free(seen);
	return common;
}

/* The tag that most commits are called after. */
static uint32_t find_largest(const struct tags *t)
{
	const struct dag *dag = &t->history.dag;
	size_t *n = xcalloc(t->n_had, sizeof(*n));
	uint32_t largest = 0;

	for (uint32_t i = 0; i < dag->n; i++)
		if (t->label[i] != DAG_NONE)
			n[t->label[i]]++;
	for (uint32_t i = 1; i < t->n_had; i++)
		if (n[i] > n[largest])
			largest = i;
	free(n);
	return largest;
}

/* Adds the tags' commits, but for those called after `except`. */
static int add_patches(struct tags *t, struct equal_patches *patches,
		       const bool *common, uint32_t except, bool ours,
		       struct error *err)
{
	const struct dag *dag = &t->history.dag;

	for (uint32_t i = 0; i < dag->n; i++) {
		struct object object;
		struct commit commit;
		int rc;

		if (common[i] || t->label[i] == DAG_NONE ||
		    t->label[i] == except || dag->nodes[i].n_parents > 1)
			continue;
		if (repo_read_commit(t->in->repo, &dag->nodes[i].oid, &object,
				     &commit, err))
			return -1;
		rc = equal_patches_add(patches, &dag->nodes[i].oid, &commit, i,
				       1, ours, err);
		object_release(&object);
		if (rc)
			return -1;
	}
	return 0;
}

/*
 * Of two commits that are called after different tags, one is not called after
 * the largest. These are few, so they come first: of the rest only what touches
 * the same directories is looked at.
 */
static int match_tags(struct tags *t, struct error *err)
{
	struct equal_patches *patches = &t->patches;
	bool *common = find_common(t);
	int rc = add_patches(t, patches, common, find_largest(t), true, err);

	if (!rc && patches->ours.n)
		rc = add_patches(t, patches, common, DAG_NONE, false, err) ||
		     equal_patches_match(patches, &t->matches, &t->n_matches,
					 err) ? -1 : 0;
	free(common);
	return rc;
}

static bool is_matched(const struct tags *t)
{
	if (t->n_matched != t->n_had)
		return false;
	for (size_t i = 0; i < t->n_had; i++)
		if (t->matched[i] != t->had[i].ref)
			return false;
	return true;
}

static void forget_matches(struct tags *t)
{
	free(t->matched);
	free(t->matches);
	equal_patches_release(&t->patches);
	t->matched = NULL;
	t->matches = NULL;
	t->n_matched = t->n_matches = 0;
}

static int match_again(struct tags *t, struct error *err)
{
	forget_matches(t);
	equal_patches_init(&t->patches, t->in->repo, t->scratch);
	if (count_work(t, t->n_had, t->history.dag.n, err) ||
	    match_tags(t, err))
		return -1;
	t->matched = xcalloc(t->n_had, sizeof(*t->matched));
	for (size_t i = 0; i < t->n_had; i++)
		t->matched[i] = t->had[i].ref;
	t->n_matched = t->n_had;
	return 0;
}

static bool is_listed(const struct doubled_tags *doubled, const char *a,
		      const char *b)
{
	for (size_t i = 0; i < doubled->n; i++) {
		const struct doubled_tag_fact *d = &doubled->v[i];

		if ((!strcmp(d->tag, a) && !strcmp(d->other, b)) ||
		    (!strcmp(d->tag, b) && !strcmp(d->other, a)))
			return true;
	}
	return false;
}

/*
 * Whether the first of two commits is the copy: the branch has gained its tag.
 * If it has gained both tags, the younger commit is the copy.
 */
static bool is_copy(const struct tags *t, const struct work *copy,
		    const struct work *original)
{
	if (!t->had_is_new[t->label[copy->node]])
		return false;
	return copy->node < original->node ||
	       !t->had_is_new[t->label[original->node]];
}

static int judge_pair(struct tags *t, const struct work *copy,
		      const struct work *original, const char *branch,
		      struct doubled_tags *doubled, struct error *err)
{
	const struct dag *dag = &t->history.dag;
	uint32_t a = t->label[copy->node], b = t->label[original->node];

	if (a == b || !is_copy(t, copy, original))
		return 0;
	if (count_work(t, doubled->n, 1, err))
		return -1;
	if (is_listed(doubled, t->had[a].ref, t->had[b].ref))
		return 0;
	if (count_work(t, dag->n, 1, err))
		return -1;
	if (dag_leads(dag, copy->node, original->node) ||
	    dag_leads(dag, original->node, copy->node))
		return 0;
	GROW(doubled->v, doubled->n, doubled->cap);
	doubled->v[doubled->n++] = (struct doubled_tag_fact){
		.ref = branch, .tag = t->had[a].ref, .other = t->had[b].ref,
		.copy = copy->oid, .original = original->oid,
	};
	return 0;
}

static int judge_matches(struct tags *t, const struct start *start,
			 struct doubled_tags *doubled, struct error *err)
{
	int rc = is_matched(t) ? 0 : match_again(t, err);

	for (size_t i = 0; !rc && i < t->n_matches; i++) {
		const struct patch_match *m = &t->matches[i];

		rc = judge_pair(t, m->ours, m->other, start->name, doubled,
				err) ||
		     judge_pair(t, m->other, m->ours, start->name, doubled,
				err) ? -1 : 0;
	}
	return rc;
}

static int look_at(struct tags *t, const struct start *start,
		   struct doubled_tags *doubled, struct error *err)
{
	bool any;

	if (find_new(t, start, &any, err))
		return -1;
	if (!any)
		return 0;
	if ((!t->is_walked && walk_tags(t, err)) || find_had(t, start, err))
		return -1;
	return judge_matches(t, start, doubled, err);
}

static void tags_free(struct tags *t)
{
	free(t->all.v);
	free(t->is_new);
	free(t->had);
	free(t->had_is_new);
	free(t->label);
	forget_matches(t);
	history_release(&t->history);
}

/* Whether there are two at all: else no other tags need be read. */
static bool has_two(const struct vouchers *vouchers)
{
	size_t n = 0;

	for (size_t i = 0; i < vouchers->n; i++)
		n += vouchers->v[i].shared != NULL;
	return n > 1;
}

int doubled_tags_find(const struct doubled_tags_in *in,
		      struct doubled_tags *doubled, struct error *err)
{
	struct tags t = { .in = &in->originals, .scratch = in->scratch };
	int rc;

	if (!has_two(in->originals.vouchers))
		return 0;
	rc = originals_find(t.in, true, &t.all, err);
	t.is_new = xcalloc(t.all.n, sizeof(*t.is_new));
	t.had = xcalloc(t.all.n, sizeof(*t.had));
	t.had_is_new = xcalloc(t.all.n, sizeof(*t.had_is_new));
	for (size_t i = 0; !rc && t.all.n > 1 && i < in->starts->n; i++)
		if (in->starts->v[i].is_branch)
			rc = look_at(&t, &in->starts->v[i], doubled, err);
	tags_free(&t);
	return rc;
}
