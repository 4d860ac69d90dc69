/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "gather/state.h"

/* The tips that governed branches lose by this push, if they are here. */
static int find_losers(struct gather *g, struct oid_list *tips)
{
	for (size_t i = 0; i < g->n_facts; i++) {
		const struct ref_fact *ref = &g->facts[i];
		enum object_type type;
		struct oid commit;

		if (ref->rule.kind != REF_BRANCH || oid_is_zero(&ref->old) ||
		    (ref->ff != FF_NO && !oid_is_zero(&ref->new)))
			continue;
		if (repo_type(g->repo, &ref->old, &type, g->err))
			return -1;
		if (type == OBJECT_MISSING)
			continue;
		if (repo_peel(g->repo, &ref->old, &commit, &type, g->err))
			return -1;
		if (type == OBJECT_COMMIT)
			oid_list_add(tips, &commit);
	}
	return 0;
}

/* The branch that had the commit before. */
static int find_branch(struct gather *g, struct lost_fact *lost)
{
	for (size_t i = 0; i < g->n_facts; i++) {
		const struct ref_fact *ref = &g->facts[i];
		enum object_type type;
		struct oid old;
		bool has;

		if (ref->rule.kind != REF_BRANCH || oid_is_zero(&ref->old))
			continue;
		if (repo_type(g->repo, &ref->old, &type, g->err))
			return -1;
		if (type == OBJECT_MISSING)
			continue;
		if (repo_peel(g->repo, &ref->old, &old, &type, g->err) ||
		    history_contains(g->repo, &old, 1, &lost->commit, &has,
				     g->err))
			return -1;
		if (has) {
			lost->ref = ref->name;
			return 0;
		}
	}
	return 0;
}

/* The line that freezes a tag that a governed branch contains, or 0. */
static int frozen_line(const struct gather *g, const char *ref)
{
	if (govern_ref(g->policy, g->tree, ref).kind == REF_INTEGRATION)
		return 0;
	return freezing_line(g->policy, tag_name(ref));
}

static int look_among(struct gather *g, const struct graph *lost)
{
	if (!lost->n)
		return 0;
	if (gather_known_tags(g))
		return -1;
	for (size_t i = 0; i < g->n_tags; i++) {
		const struct known_tag *tag = &g->tags[i];
		struct lost_fact fact = {
			.tag = tag->name, .commit = tag->commit,
			.line = frozen_line(g, tag->name),
		};

		if (!fact.line ||
		    graph_find(lost, &tag->commit) == GRAPH_NONE)
			continue;
		if (find_branch(g, &fact))
			return -1;
		GROW(g->lost, g->n_lost, g->cap_lost);
		g->lost[g->n_lost++] = fact;
	}
	return 0;
}

int gather_lost(struct gather *g)
{
	struct oid_list from = { 0 }, not = { 0 };
	struct history lost = { 0 };
	int rc;

	rc = find_losers(g, &from);
	if (!rc && from.n) {
		oid_list_add_all(&not, &g->branches_kept);
		oid_list_add_all(&not, &g->branches_after);
		oid_list_add_all(&not, &g->upstream);
		rc = history_walk(g->repo, from.v, from.n, not.v, not.n,
				  g->is_exact, &lost, g->err);
		g->is_doubtful |= !rc && !lost.exact;
		if (!rc)
			rc = look_among(g, &lost.graph);
		history_release(&lost);
	}
	free(from.v);
	free(not.v);
	return rc;
}
