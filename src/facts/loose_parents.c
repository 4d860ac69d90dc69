/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/state.h"

/* Where the ref that has the commit stood before. */
static int branch_had(struct gather *g, const char *ref,
		      const struct oid *commit, bool *had)
{
	const struct ref_fact *fact = refs_update(&g->refs, ref);
	enum object_type type;
	struct oid old;
	bool is_commit;

	*had = false;
	if (g->request->mode == JUDGE_AUDIT)
		return g->request->n_excluded ?
		       history_contains(g->repo, g->request->excluded,
					g->request->n_excluded, commit, had,
					g->err) : 0;
	if (!fact || oid_is_zero(&fact->old))
		return 0;
	if (repo_type(g->repo, &fact->old, &type, g->err))
		return -1;
	if (type == OBJECT_MISSING)
		return 0;
	if (repo_peel_commit(g->repo, &fact->old, &old, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	return history_contains(g->repo, &old, 1, commit, had, g->err);
}

/* A merge may also take in what another branch of this tree had. */
static int is_start(struct gather *g, const struct commit_fact *fact,
		    const struct oid *parent, bool *is)
{
	*is = base_tag(&g->known, &g->tree->base, parent) ||
	      frozen_tag_at(&g->known, parent);
	if (!*is && branch_had(g, fact->ref, parent, is))
		return -1;
	if (*is || fact->n_parents < 2 || !g->refs.branches_before.n)
		return 0;
	return history_contains(g->repo, g->refs.branches_before.v,
				g->refs.branches_before.n, parent, is, g->err);
}

int gather_loose_parents(struct gather *g, uint32_t node,
			 const struct commit *commit,
			 struct commit_fact *fact)
{
	const struct dag *dag = &g->history.dag;

	if (known_tags_load(&g->known, g->err))
		return -1;
	g->loose_parents.n = 0;
	for (uint32_t i = 0; i < commit->n_parents; i++) {
		uint32_t p = dag_parents(dag, node)[i];
		struct oid parent = commit_parent(commit, i);
		bool is;

		if (p != DAG_NONE && dag->nodes[p].flags & NODE_IN_N)
			continue;
		if (is_start(g, fact, &parent, &is))
			return -1;
		if (!is)
			oid_list_add(&g->loose_parents, &parent);
	}
	fact->loose_parents = g->loose_parents.v;
	fact->n_loose_parents = g->loose_parents.n;
	fact->is_loose_root = !commit->n_parents;
	return 0;
}
