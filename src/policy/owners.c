/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/owners.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

int pattern_depth(const char *pattern)
{
	int depth = 0;

	if (pattern[0] == '*')
		return -1;
	for (const char *p = pattern; *p; p++)
		depth += *p == '/';
	if (!text_ends_with(pattern, "/"))
		depth++;
	return depth;
}

static bool claims(const struct subsystem *subsystem, const char *path,
		   struct owner *owner)
{
	owner->pattern = NULL;
	for (size_t i = 0; i < subsystem->path.n; i++) {
		const struct value *pattern = &subsystem->path.v[i];
		int depth;

		if (!glob_match(&pattern->glob, path))
			continue;
		depth = pattern_depth(pattern->text);
		if (owner->pattern && depth <= owner->depth)
			continue;
		owner->pattern = pattern;
		owner->depth = depth;
	}
	owner->subsystem = subsystem;
	return owner->pattern && !values_match(&subsystem->exclude, path);
}

static void keep_nearest(struct owners *owners)
{
	int deepest = 0;
	size_t n = 0;

	for (size_t i = 0; i < owners->n; i++)
		if (!i || owners->v[i].depth > deepest)
			deepest = owners->v[i].depth;
	for (size_t i = 0; i < owners->n; i++)
		if (owners->v[i].depth == deepest)
			owners->v[n++] = owners->v[i];
	owners->n = n;
}

void owners_find(const struct policy *policy, const char *path,
		 struct owners *owners)
{
	struct owner owner;

	owners->n = 0;
	owners->common = values_match(&policy->head.commons, path);
	for (size_t i = 0; i < policy->n_subsystems; i++) {
		if (!claims(&policy->subsystems[i], path, &owner))
			continue;
		GROW(owners->v, owners->n, owners->cap);
		owners->v[owners->n++] = owner;
	}
	if (policy->head.owners == OWNERS_NEAREST)
		keep_nearest(owners);
}

void owners_release(struct owners *owners)
{
	free(owners->v);
	*owners = (struct owners){ 0 };
}

bool owners_have_tree(const struct owners *owners, const char *tree)
{
	for (size_t i = 0; i < owners->n; i++)
		if (values_have(&owners->v[i].subsystem->tree, tree))
			return true;
	return false;
}

bool owners_foreign(const struct policy *policy, const struct owners *owners,
		    const struct tree *tree)
{
	bool claimed = false;

	if (owners->common)
		return false;
	if (!owners->n)
		return policy->head.unowned == UNOWNED_DENY;
	for (size_t i = 0; i < owners->n; i++)
		claimed |= owners->v[i].subsystem->tree.n > 0;
	return claimed && !owners_have_tree(owners, tree->section.name);
}
