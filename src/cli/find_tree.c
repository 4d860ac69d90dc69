/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/find_tree.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "policy/govern.h"

static const char *nth_tree(const void *ctx, size_t i)
{
	const struct policy *policy = ctx;

	return i < policy->n_trees ? policy->trees[i].section.name : NULL;
}

static const struct tree *named_tree(const struct policy *policy,
				     const char *name, const char *where,
				     struct error *err)
{
	const struct tree *tree = policy_tree(policy, name);
	const char *near;

	if (tree)
		return tree;
	near = text_nearest(name, nth_tree, policy);
	if (near)
		error_set(err, "%s names tree '%s', which is not in the "
			  "policy: did you mean '%s'?", where, name, near);
	else
		error_set(err, "%s names tree '%s', which is not in the "
			  "policy: expected the name of a [tree] section",
			  where, name);
	return NULL;
}

/* 1: found; 0: no tree has it; -1: two have. */
static int unique(const struct tree *tree, const struct tree *second,
		  const char *key, const char *value, struct error *err)
{
	if (second)
		return error_set(err, "%s '%s' belongs to more than one tree "
				 "of the policy, '%s' among them: use --tree "
				 "or set git config treaty.tree", key, value,
				 second->section.name);
	return tree != NULL;
}

/*
 * Whether the URL decides. A URL that several trees share (in one repository)
 * decides nothing.
 */
static const struct tree *by_url(const struct policy *policy, const char *url)
{
	const struct tree *second;

	return url ? tree_by_url(policy, url, &second) : NULL;
}

static int by_repository(struct repo *repo, const struct policy *policy,
			 const struct tree **tree, struct error *err)
{
	const char *dirs[] = { repo_common_dir(repo), repo_work_tree(repo) };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		const struct tree *second = NULL;
		char *real = dirs[i] ? realpath(dirs[i], NULL) : NULL;
		int rc = 0;

		if (dirs[i]) {
			*tree = tree_by_repository(policy, dirs[i], &second);
			rc = unique(*tree, second, "repository", dirs[i], err);
		}
		if (!rc && real) {
			*tree = tree_by_repository(policy, real, &second);
			rc = unique(*tree, second, "repository", real, err);
		}
		free(real);
		if (rc)
			return rc;
	}
	return 0;
}

/* Says what to add to the policy. */
static void set_unknown(struct repo *repo, const struct push_target *target,
			struct error *err)
{
	const char *dir = repo_work_tree(repo) ? repo_work_tree(repo) :
						 repo_common_dir(repo);
	char *shown = target ? url_shown(target->url) : xstrdup(dir);
	const char *key = target ? "url" : "repository";

	error_set(err, "the policy does not say which tree %s %s is: add '%s = "
		  "%s' to its [tree], or 'ungoverned = %s' to [policy] if it "
		  "is not to be judged; --tree and git config treaty.tree name "
		  "a tree, too", target ? "the repository at" :
		  "this repository", shown, key, shown, shown);
	free(shown);
}

const struct tree *tree_find(struct repo *repo, const struct policy *policy,
			     const struct options *options,
			     const struct push_target *target,
			     const char **how, struct error *err)
{
	const struct tree *tree = by_url(policy, target ? target->known : NULL);
	const char *by = "the remote's url";
	char *name = NULL;
	int rc;

	if (tree)
		goto out;
	by = "--tree";
	if (options->tree) {
		tree = named_tree(policy, options->tree, by, err);
		goto out;
	}
	if (repo_config(repo, "treaty.tree", &name, NULL, err))
		goto out;
	by = "git config treaty.tree";
	if (name) {
		tree = named_tree(policy, name, by, err);
		goto out;
	}
	by = "the policy's 'repository'";
	rc = by_repository(repo, policy, &tree, err);
	if (!rc)
		set_unknown(repo, target, err);
	if (rc < 1)
		tree = NULL;
out:
	if (how)
		*how = by;
	free(name);
	return tree;
}

bool tree_is_by_url(struct repo *repo, const struct policy *policy,
		    const struct options *options)
{
	char *name = NULL;
	struct error err;
	bool named;

	named = options->tree ||
		repo_config(repo, "treaty.tree", &name, NULL, &err) || name;
	free(name);
	for (size_t i = 0; i < policy->n_trees && !named &&
	     repo_work_tree(repo); i++)
		if (policy->trees[i].url.n)
			return true;
	return false;
}
