/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/equal_patches.h"
#include "facts/state.h"

/* The commits of all shared tags, down to upstream. */
struct tags {
	struct gather *g;
	struct copy_source *v;
	size_t n;
	bool is_walked;
	struct history history;
	/* Of the branch that is looked at: */
	bool *is_new;			/* which tags it did not have */
	struct copy_source *had;	/* those of the tags that it has now */
	bool *had_is_new;
	size_t n_had;
	uint32_t *label;		/* see sources_label(), of these */
	struct patches patches;		/* of all tags against all */
	struct patch_match *matches;
	size_t n_matches;
};

/* What the branch did not have before: its new commits, seen by itself. */
static int walk_branch(struct gather *g, const struct start *start,
		       struct history *history)
{
	const struct ref_fact *ref = refs_update(&g->refs, start->name);
	struct oid_list from = { 0 }, not = { 0 };
	enum object_type type = OBJECT_MISSING;
	int rc = 0;

	if (ref && !oid_is_zero(&ref->old))
		rc = repo_type(g->repo, &ref->old, &type, g->err);
	if (!rc && type != OBJECT_MISSING)
		oid_list_add(&not, &ref->old);
	oid_list_add_all(&not, &g->refs.upstream);
	if (!not.n)
		oid_list_add_all(&not, &g->refs.branches_before);
	oid_list_add(&from, &start->commit);
	if (!rc)
		rc = walker_walk(&g->walker, &from, &not, history, g->err);
	free(from.v);
	free(not.v);
	return rc;
}

/* Whether the branch has gained a shared tag; which ones is in `is_new`. */
static int find_new(struct tags *t, const struct start *start, bool *any)
{
	struct history history = { 0 };

	*any = false;
	if (walk_branch(t->g, start, &history))
		return -1;
	for (size_t i = 0; i < t->n; i++) {
		t->is_new[i] = dag_find(&history.dag, &t->v[i].commit) !=
			       DAG_NONE;
		*any |= t->is_new[i];
	}
	history_release(&history);
	return 0;
}

static int walk_tags(struct tags *t)
{
	struct gather *g = t->g;
	struct oid_list from = { 0 };
	int rc;

	for (size_t i = 0; i < t->n; i++)
		oid_list_add(&from, &t->v[i].commit);
	rc = walker_walk(&g->walker, &from, &g->refs.upstream, &t->history,
			 g->err);
	free(from.v);
	t->is_walked = !rc;
	return rc;
}

/* Which tags the branch has, and what each of its commits is called after. */
static int find_had(struct tags *t, const struct start *start)
{
	struct gather *g = t->g;
	struct oid_list from = { 0 }, not = { 0 };
	struct history lacks = { 0 };
	int rc;

	for (size_t i = 0; i < t->n; i++)
		oid_list_add(&from, &t->v[i].commit);
	oid_list_add(&not, &start->commit);
	rc = walker_walk(&g->walker, &from, &not, &lacks, g->err);
	free(from.v);
	free(not.v);
	if (rc)
		return -1;
	t->n_had = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (dag_find(&lacks.dag, &t->v[i].commit) != DAG_NONE)
			continue;
		t->had_is_new[t->n_had] = t->is_new[i];
		t->had[t->n_had++] = t->v[i];
	}
	history_release(&lacks);
	free(t->label);
	t->label = sources_label(t->had, t->n_had, &t->history.dag);
	return 0;
}

static int add_patches(struct tags *t, bool ours)
{
	const struct dag *dag = &t->history.dag;

	for (uint32_t i = 0; i < dag->n; i++) {
		struct object object;
		struct commit commit;
		int rc;

		if (dag->nodes[i].n_parents > 1)
			continue;
		if (repo_read_commit(t->g->repo, &dag->nodes[i].oid, &object,
				     &commit, t->g->err))
			return -1;
		rc = patches_add(&t->patches, &dag->nodes[i].oid, &commit, i,
				 1, ours, t->g->err);
		object_release(&object);
		if (rc)
			return -1;
	}
	return 0;
}

/* What the tags have in common is the same for every branch. */
static int match_tags(struct tags *t)
{
	if (t->is_walked)
		return 0;
	return walk_tags(t) || add_patches(t, true) || add_patches(t, false) ||
	       patches_match(&t->patches, &t->matches, &t->n_matches,
			     t->g->err) ? -1 : 0;
}

static bool is_listed(const struct gather *g, const char *a, const char *b)
{
	for (size_t i = 0; i < g->n_twins; i++) {
		const struct doubled_tag_fact *twin = &g->doubled[i];

		if ((!strcmp(twin->tag, a) && !strcmp(twin->other, b)) ||
		    (!strcmp(twin->tag, b) && !strcmp(twin->other, a)))
			return true;
	}
	return false;
}

static void judge_match(struct tags *t, const struct patch_match *m,
			const struct start *start)
{
	const struct dag *dag = &t->history.dag;
	uint32_t a = t->label[m->ours->node], b = t->label[m->other->node];
	struct gather *g = t->g;

	if (a == b || a == DAG_NONE || b == DAG_NONE ||
	    !t->had_is_new[a] ||
	    is_listed(g, t->had[a].ref, t->had[b].ref) ||
	    dag_leads(dag, m->ours->node, m->other->node) ||
	    dag_leads(dag, m->other->node, m->ours->node))
		return;
	GROW(g->doubled, g->n_twins, g->cap_twins);
	g->doubled[g->n_twins++] = (struct doubled_tag_fact){
		.ref = start->name, .tag = t->had[a].ref,
		.other = t->had[b].ref, .copy = m->ours->oid,
		.original = m->other->oid,
	};
}

static int look_at(struct tags *t, const struct start *start)
{
	if (match_tags(t) || find_had(t, start))
		return -1;
	for (size_t i = 0; i < t->n_matches; i++)
		judge_match(t, &t->matches[i], start);
	return 0;
}

int find_doubled_tags(struct gather *g)
{
	struct tags t = { .g = g };
	int rc;

	if (!(g->needs & NEED_DOUBLED_TAGS) || !g->policy->n_shared_tags)
		return 0;
	rc = gather_sources(g, true, &t.v, &t.n);
	t.is_new = xcalloc(t.n, sizeof(*t.is_new));
	t.had = xcalloc(t.n, sizeof(*t.had));
	t.had_is_new = xcalloc(t.n, sizeof(*t.had_is_new));
	patches_init(&t.patches, g->repo, g->scratch);
	for (size_t i = 0; !rc && t.n > 1 && i < g->commits.starts.n; i++) {
		bool any = false;

		if (!g->commits.starts.v[i].is_branch)
			continue;
		rc = find_new(&t, &g->commits.starts.v[i], &any);
		if (!rc && any)
			rc = look_at(&t, &g->commits.starts.v[i]);
	}
	free(t.v);
	free(t.is_new);
	free(t.had);
	free(t.had_is_new);
	free(t.label);
	free(t.matches);
	patches_release(&t.patches);
	history_release(&t.history);
	return rc;
}
