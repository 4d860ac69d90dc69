/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "facts/state.h"

/* A branch that loses commits by this push, and where it was. */
struct loser {
	const char *ref;
	struct oid tip;
};

struct losers {
	struct loser *v;
	size_t n, cap;
};

/* Those of which the old tip is here. */
static int find_losers(struct gather *g, struct losers *losers)
{
	for (size_t i = 0; i < g->refs.n_updates; i++) {
		const struct ref_fact *ref = &g->refs.updates[i];
		enum object_type type;
		struct oid commit;
		bool is_commit;

		if (ref->rule.kind != REF_BRANCH || oid_is_zero(&ref->old) ||
		    (ref->ff != FF_NO && !oid_is_zero(&ref->new)))
			continue;
		if (repo_type(g->repo, &ref->old, &type, g->err))
			return -1;
		if (type == OBJECT_MISSING)
			continue;
		if (repo_peel_commit(g->repo, &ref->old, &commit, &is_commit,
				     g->err))
			return -1;
		if (!is_commit)
			continue;
		GROW(losers->v, losers->n, losers->cap);
		losers->v[losers->n++] = (struct loser){ ref->name, commit };
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

/* For each commit lost the first branch that had it; the caller frees it. */
static const char **name_branches(const struct losers *losers,
				  const struct dag *lost)
{
	struct naming n = { .names = xcalloc(lost->n, sizeof(*n.names)) };

	for (size_t i = 0; i < losers->n; i++) {
		n.ref = losers->v[i].ref;
		dag_spread(lost, dag_find(lost, &losers->v[i].tip),
			     enter_unnamed, &n);
	}
	return n.names;
}

/* The line that freezes a tag that a governed branch contains, or 0. */
static int frozen_line(const struct gather *g, const char *ref)
{
	if (govern_ref(g->policy, g->tree, ref).kind == REF_INTEGRATION)
		return 0;
	return freezing_line(g->policy, tag_name(ref));
}

static int look_among(struct gather *g, const struct losers *losers,
		      const struct dag *lost)
{
	const char **names;

	if (!lost->n)
		return 0;
	if (known_tags_load(&g->known, g->err))
		return -1;
	names = name_branches(losers, lost);
	for (size_t i = 0; i < g->known.n; i++) {
		const struct known_tag *tag = &g->known.v[i];
		uint32_t node = dag_find(lost, &tag->commit);
		int line = frozen_line(g, tag->name);

		if (!line || node == DAG_NONE)
			continue;
		GROW(g->lost, g->n_lost, g->cap_lost);
		g->lost[g->n_lost++] = (struct dropped_tag_fact){
			.tag = tag->name, .commit = tag->commit,
			.ref = names[node], .line = line,
		};
	}
	free(names);
	return 0;
}

int find_dropped_tags(struct gather *g)
{
	struct oid_list from = { 0 }, not = { 0 };
	struct losers losers = { 0 };
	struct history lost = { 0 };
	int rc;

	rc = find_losers(g, &losers);
	for (size_t i = 0; i < losers.n; i++)
		oid_list_add(&from, &losers.v[i].tip);
	if (!rc && from.n) {
		oid_list_add_all(&not, &g->refs.branches_kept);
		oid_list_add_all(&not, &g->refs.branches_after);
		oid_list_add_all(&not, &g->refs.upstream);
		rc = walker_walk(&g->walker, &from, &not, &lost, g->err);
		if (!rc)
			rc = look_among(g, &losers, &lost.dag);
		history_release(&lost);
	}
	free(losers.v);
	free(from.v);
	free(not.v);
	return rc;
}
