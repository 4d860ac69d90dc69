/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/loose_parents.h"

#include "facts/nodes.h"
#include "git/history.h"

/* Where the ref that has the commit stood before. */
static int branch_had(const struct loose_parents_in *in, const char *ref,
		      const struct oid *commit, bool *had, struct error *err)
{
	const struct request *request = in->request;
	const struct ref_fact *fact = refs_update(in->refs, ref);
	enum object_type type;
	struct oid old;
	bool is_commit;

	*had = false;
	if (request->mode == JUDGE_AUDIT)
		return request->n_excluded ?
		       history_contains(in->repo, request->excluded,
					request->n_excluded, commit, had,
					err) : 0;
	if (!fact || oid_is_zero(&fact->old))
		return 0;
	if (repo_type(in->repo, &fact->old, &type, err))
		return -1;
	if (type == OBJECT_MISSING)
		return 0;
	if (repo_peel_commit(in->repo, &fact->old, &old, &is_commit, err))
		return -1;
	if (!is_commit)
		return 0;
	return history_contains(in->repo, &old, 1, commit, had, err);
}

/* A merge may also take in what another branch of this tree had. */
static int is_start(const struct loose_parents_in *in,
		    const struct commit_fact *fact, const struct oid *parent,
		    bool *is, struct error *err)
{
	const struct oid_list *before = &in->refs->branches_before;

	*is = known_tag_base(in->known, &in->tree->base, parent) ||
	      known_tags_freeze(in->known, parent);
	if (!*is && branch_had(in, fact->ref, parent, is, err))
		return -1;
	if (*is || fact->n_parents < 2 || !before->n)
		return 0;
	return history_contains(in->repo, before->v, before->n, parent, is,
				err);
}

int loose_parents_find(const struct loose_parents_in *in,
		       const struct commit *commit, struct commit_fact *fact,
		       struct oid_list *loose, struct error *err)
{
	const struct dag *dag = in->dag;

	if (known_tags_load(in->known, err))
		return -1;
	loose->n = 0;
	for (uint32_t i = 0; i < commit->n_parents; i++) {
		uint32_t p = dag_parents(dag, fact->node)[i];
		struct oid parent = commit_parent(commit, i);
		bool is;

		if (p != DAG_NONE && dag->nodes[p].flags & NODE_IN_N)
			continue;
		if (is_start(in, fact, &parent, &is, err))
			return -1;
		if (!is)
			oid_list_add(loose, &parent);
	}
	fact->loose_parents = loose->v;
	fact->n_loose_parents = loose->n;
	fact->is_loose_root = !commit->n_parents;
	return 0;
}
