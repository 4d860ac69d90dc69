/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/govern.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "base/text.h"

const char *tag_name(const char *ref)
{
	const char *prefix = "refs/tags/";

	return text_starts_with(ref, prefix) ? ref + strlen(prefix) : NULL;
}

/* `refs/heads/` and a star: all below `refs/heads/`. */
static bool branch_matches(const struct value *branch, const char *ref)
{
	size_t n = strlen(branch->text);

	if (glob_match(&branch->glob, ref))
		return true;
	return n && !strncmp(ref, branch->text, n - 1) && ref[n - 1] &&
	       text_ends_with(branch->text, "/*") &&
	       !strpbrk(branch->text, "?") &&
	       strchr(branch->text, '*') == branch->text + n - 1;
}

static const struct value *match_branch(const struct tree *tree,
					const char *ref)
{
	for (size_t i = 0; i < tree->branch.n; i++)
		if (branch_matches(&tree->branch.v[i], ref))
			return &tree->branch.v[i];
	return NULL;
}

struct claim {
	const struct tree *tree;	/* or NULL */
	int line;			/* of its pattern */
};

static void match_tree(const struct tree *tree, const char *ref,
		       struct claim *claim)
{
	const struct value *v;

	if (claim->tree)
		return;
	v = values_match(&tree->ref, ref);
	if (v)
		*claim = (struct claim){ tree, v->line };
}

/* The first tree of each role one of whose `ref` patterns matches. */
static void match_roles(const struct policy *policy, const char *ref,
			struct claim *integration, struct claim *upstream)
{
	const struct tree *end = policy->trees + policy->n_trees;

	*integration = *upstream = (struct claim){ 0 };
	for (const struct tree *tree = policy->trees; tree < end; tree++)
		if (tree->role != ROLE_MAINTAINER)
			match_tree(tree, ref, tree->role == ROLE_UPSTREAM ?
						      upstream : integration);
}

bool is_protected_ref(const char *ref)
{
	return text_starts_with(ref, "refs/replace/") ||
	       text_starts_with(ref, "refs/treaty/");
}

struct ref_rule govern_ref(const struct policy *policy,
			   const struct tree *tree, const char *ref)
{
	struct ref_rule rule = { .kind = REF_UNGOVERNED };
	struct claim integration, upstream;
	const struct value *branch;
	int line = 0;

	if (is_protected_ref(ref))
		return (struct ref_rule){ .kind = REF_PROTECTED };
	match_roles(policy, ref, &integration, &upstream);
	if (integration.tree)
		return (struct ref_rule){
			.kind = REF_INTEGRATION, .line = integration.line,
			.owner = integration.tree,
			.owner_line = integration.line,
		};
	rule.owner = upstream.tree;
	rule.is_upstream = upstream.tree != NULL;
	rule.owner_line = rule.line = upstream.line;
	if (rule.is_upstream)
		rule.kind = REF_UPSTREAM;
	branch = match_branch(tree, ref);
	if (branch) {
		rule.kind = REF_BRANCH;
		line = branch->line;
		rule.may_rewind = values_match(&tree->rewind, ref);
	} else if (tag_name(ref)) {
		rule.kind = REF_TAG;
	}
	if (line)
		rule.line = line;
	return rule;
}

const struct value *immutable_match(const struct policy *policy,
				    const char *tag)
{
	for (size_t i = 0; i < policy->n_immutables; i++) {
		const struct value *v;

		v = values_match(&policy->immutables[i].tag, tag);
		if (v)
			return v;
	}
	return NULL;
}

const struct shared_tag *shared_tag_match(const struct policy *policy,
					  const char *tag)
{
	for (size_t i = 0; i < policy->n_shared_tags; i++)
		if (glob_match(&policy->shared_tags[i].glob, tag))
			return &policy->shared_tags[i];
	return NULL;
}

const struct shared_tag *govern_shared_tag(const struct policy *policy,
					   const struct tree *tree,
					   const char *ref)
{
	const char *tag = tag_name(ref);
	const struct shared_tag *shared =
		tag ? shared_tag_match(policy, tag) : NULL;
	struct ref_rule rule;

	if (!shared)
		return NULL;
	rule = govern_ref(policy, tree, ref);
	return rule.kind == REF_TAG && !rule.is_upstream ? shared : NULL;
}

int freezing_line(const struct policy *policy, const char *tag)
{
	const struct value *immutable = immutable_match(policy, tag);
	const struct shared_tag *shared = shared_tag_match(policy, tag);

	return immutable ? immutable->line :
	       shared ? shared->section.line : 0;
}

bool shared_tag_is_of(const struct shared_tag *shared,
		      const struct tree *tree)
{
	return values_have(&shared->tree, tree->section.name);
}

const struct shared_tag *foreign_shared_tag(const struct policy *policy,
					    const struct tree *tree,
					    const char *ref)
{
	const struct shared_tag *shared = govern_shared_tag(policy, tree, ref);

	return shared && !shared_tag_is_of(shared, tree) ? shared : NULL;
}

const struct tree *marked_subject(const struct policy *policy,
				  const char *subject,
				  const struct value **marker)
{
	for (size_t i = 0; i < policy->n_trees; i++) {
		const struct tree *tree = &policy->trees[i];

		*marker = tree->role != ROLE_INTEGRATION ? NULL :
			  values_match(&tree->marker_subject, subject);
		if (*marker)
			return tree;
	}
	return NULL;
}

const struct tree *marked_path(const struct policy *policy, const char *path,
			       const struct value **marker)
{
	for (size_t i = 0; i < policy->n_trees; i++) {
		const struct tree *tree = &policy->trees[i];

		*marker = tree->role != ROLE_INTEGRATION ? NULL :
			  values_match(&tree->marker_path, path);
		if (*marker)
			return tree;
	}
	return NULL;
}

bool marks_subjects(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_trees; i++)
		if (policy->trees[i].role == ROLE_INTEGRATION &&
		    policy->trees[i].marker_subject.n)
			return true;
	return false;
}

bool marked_below(const struct policy *policy, const char *dir)
{
	for (size_t i = 0; i < policy->n_trees; i++) {
		const struct tree *tree = &policy->trees[i];
		const struct values *marks = &tree->marker_path;

		if (tree->role != ROLE_INTEGRATION)
			continue;
		for (size_t k = 0; k < marks->n; k++)
			if (glob_may_match_below(&marks->v[k].glob, dir))
				return true;
	}
	return false;
}

static bool has_url(const struct tree *tree, const char *url)
{
	char *place = url_place(url);
	bool has = false;

	for (size_t i = 0; i < tree->url.n && *place && !has; i++) {
		char *own = url_place(tree->url.v[i].text);

		has = !strcmp(own, place);
		free(own);
	}
	free(place);
	return has;
}

static bool has_repository(const struct tree *tree, const char *dir)
{
	return values_match(&tree->repository, dir);
}

static const struct tree *only_tree(const struct policy *policy,
				    bool (*has)(const struct tree *,
						const char *),
				    const char *what,
				    const struct tree **ambiguous)
{
	const struct tree *found = NULL;

	*ambiguous = NULL;
	for (size_t i = 0; i < policy->n_trees; i++) {
		if (!has(&policy->trees[i], what))
			continue;
		if (found) {
			*ambiguous = &policy->trees[i];
			return NULL;
		}
		found = &policy->trees[i];
	}
	return found;
}

const struct tree *tree_by_url(const struct policy *policy, const char *url,
			       const struct tree **ambiguous)
{
	return only_tree(policy, has_url, url, ambiguous);
}

const struct tree *tree_by_repository(const struct policy *policy,
				      const char *dir,
				      const struct tree **ambiguous)
{
	return only_tree(policy, has_repository, dir, ambiguous);
}
