/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/learning.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/path_owners.h"

struct meter {
	const struct policy *policy, *base;
	const struct rule *rule;
	struct measure *measure;
	const struct tree **trees;	/* that have pulls, each once */
	size_t n_trees;
	struct path_owners owners, base_owners;
	struct path_fact *paths;
	size_t cap_paths;
	size_t n_paths;			/* of the commit that is looked at */
	struct error *err;
};

static const struct tree *tree_of(const struct policy *policy,
				  const struct measured_pull *pull)
{
	const struct tree *tree = pull->tree ?
				  policy_tree(policy, pull->tree) : NULL;

	return tree && tree->role == ROLE_MAINTAINER ? tree : NULL;
}

static void find_trees(struct meter *m, const struct measured_pull *pulls,
		       size_t n)
{
	m->trees = xcalloc(n + 1, sizeof(*m->trees));
	for (size_t i = 0; i < n; i++) {
		const struct tree *tree = tree_of(m->policy, &pulls[i]);
		size_t k = 0;

		while (k < m->n_trees && m->trees[k] != tree)
			k++;
		if (tree && k == m->n_trees)
			m->trees[m->n_trees++] = tree;
	}
}

static int find_paths(struct meter *m, const struct policy *policy,
		      struct path_owners *owners,
		      const struct pulled_commit *commit)
{
	m->n_paths = 0;
	for (size_t i = 0; i < commit->n_paths; i++) {
		GROW(m->paths, m->n_paths, m->cap_paths);
		m->paths[m->n_paths++] = (struct path_fact){
			.path = commit->paths[i], .kind = PATH_CHANGED,
			.exists = true,
		};
	}
	return path_owners_find(owners, policy, m->paths, m->n_paths, m->err);
}

/*
 * Whether the rule refuses the commit; `by_another`: with another committer,
 * since whoever changes foreign paths commits as himself.
 */
static bool is_flagged(const struct meter *m,
		       const struct pulled_commit *commit,
		       const struct tree *tree, bool by_another)
{
	const struct facts facts = { .policy = m->policy, .tree = tree };
	struct commit_fact fact = {
		.oid = commit->oid, .ref = "", .n_parents = 1,
		.text = commit->text, .paths = m->paths,
		.n_paths = m->n_paths,
	};
	struct verdict verdict;
	bool is = false;

	if (by_another) {
		fact.text.committer = "";
		fact.text.committer_len = 0;
	}
	verdict_init(&verdict, m->policy);
	m->rule->commit(&facts, &fact, &verdict);
	for (size_t i = 0; i < verdict.n; i++)
		is |= verdict.findings[i].severity > SEVERITY_INFO;
	verdict_release(&verdict);
	return is;
}

/* Another tree, always the same for a commit; NULL if there is none. */
static const struct tree *wrong_tree(const struct meter *m,
				     const struct pulled_commit *commit,
				     const struct tree *tree)
{
	size_t at;
	uint32_t hash;

	if (m->n_trees < 2)
		return NULL;
	memcpy(&hash, commit->oid.b, sizeof(hash));
	at = hash % m->n_trees;
	return m->trees[at] == tree ? m->trees[(at + 1) % m->n_trees] :
				      m->trees[at];
}

static bool changes_own(const struct meter *m, const struct tree *tree)
{
	for (size_t i = 0; i < m->n_paths; i++)
		if (owners_have_tree(&m->paths[i].owners, tree->section.name))
			return true;
	return false;
}

static int measure_commit(struct meter *m, const struct pulled_commit *commit,
			  const struct tree *tree, bool *flagged)
{
	const struct tree *wrong = wrong_tree(m, commit, tree);
	bool is_own;

	if (find_paths(m, m->base, &m->base_owners, commit))
		return -1;
	is_own = changes_own(m, tree);
	if (find_paths(m, m->policy, &m->owners, commit))
		return -1;
	*flagged = is_flagged(m, commit, tree, false);
	m->measure->n_commits++;
	m->measure->n_flagged += *flagged;
	if (wrong && is_own) {
		m->measure->n_tried++;
		m->measure->n_caught += is_flagged(m, commit, wrong, true);
	}
	return 0;
}

static int measure_pull(struct meter *m, const struct measured_pull *pull)
{
	const struct tree *tree = tree_of(m->policy, pull);
	bool any = false, flagged;

	if (!tree)
		return 0;
	for (size_t i = 0; i < pull->n_commits; i++) {
		if (measure_commit(m, &pull->commits[i], tree, &flagged))
			return -1;
		any |= flagged;
	}
	m->measure->n_pulls++;
	m->measure->n_refused += any;
	return 0;
}

int learning_measure(const struct policy *policy, const struct policy *base,
		     const struct rule *rule,
		     const struct measured_pull *pulls, size_t n,
		     struct measure *measure, struct error *err)
{
	struct meter m = { .policy = policy, .base = base, .rule = rule,
			   .measure = measure, .err = err };
	int rc = 0;

	find_trees(&m, pulls, n);
	for (size_t i = 0; !rc && i < n; i++)
		rc = measure_pull(&m, &pulls[i]);
	path_owners_release(&m.owners);
	path_owners_release(&m.base_owners);
	free(m.paths);
	free(m.trees);
	return rc;
}
