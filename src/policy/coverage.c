/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void coverage_init(struct coverage *s, const struct policy *policy)
{
	*s = (struct coverage){ .policy = policy };
	s->owned = xcalloc(policy->n_subsystems + 1, sizeof(*s->owned));
	owners_count(policy);
}

void coverage_release(struct coverage *s)
{
	for (size_t i = 0; i < s->n_groups; i++)
		free(s->groups[i].trees);
	free(s->unowned);
	free(s->groups);
	free(s->dead);
	free(s->shadowed);
	free(s->owned);
	owners_release(&s->owners);
	*s = (struct coverage){ 0 };
}

static bool share_tree(const struct subsystem *a, const struct subsystem *b)
{
	for (size_t i = 0; i < a->tree.n; i++)
		if (values_have(&b->tree, a->tree.v[i].text))
			return true;
	return false;
}

/* Whether the owner's claim competes with others. */
static bool has_claim(const struct coverage *s, const struct owner *owner)
{
	for (size_t i = 0; i < owner->subsystem->tree.n; i++) {
		const struct tree *tree = policy_tree(
			s->policy, owner->subsystem->tree.v[i].text);

		if (tree && tree->role == ROLE_MAINTAINER)
			return owner->depth >= 0;
	}
	return false;
}

/* Two owners that share no tree. */
static bool find_quarrel(const struct coverage *s, const struct owner **a,
			 const struct owner **b)
{
	const struct owners *o = &s->owners;

	for (size_t i = 0; i < o->n; i++) {
		if (!has_claim(s, &o->v[i]))
			continue;
		for (size_t k = i + 1; k < o->n; k++) {
			*a = &o->v[i];
			*b = &o->v[k];
			if (has_claim(s, *b) &&
			    !share_tree((*a)->subsystem, (*b)->subsystem))
				return true;
		}
	}
	return false;
}

static void add_trees(struct buf *out, const struct subsystem *s)
{
	for (size_t i = 0; i < s->tree.n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", s->tree.v[i].text);
}

/* "a, b | c": the trees of the two, the lesser first. */
static char *group_trees(const struct subsystem *a, const struct subsystem *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	char *trees;

	add_trees(&x, a);
	add_trees(&y, b);
	trees = strcmp(buf_str(&x), buf_str(&y)) <= 0 ?
		xasprintf("%s | %s", buf_str(&x), buf_str(&y)) :
		xasprintf("%s | %s", buf_str(&y), buf_str(&x));
	buf_release(&x);
	buf_release(&y);
	return trees;
}

static void add_contested(struct coverage *s, const char *path,
			  const struct owner *a, const struct owner *b)
{
	char *trees = group_trees(a->subsystem, b->subsystem);

	s->n_contested++;
	for (size_t i = 0; i < s->n_groups; i++) {
		if (strcmp(s->groups[i].trees, trees))
			continue;
		s->groups[i].n++;
		free(trees);
		return;
	}
	GROW(s->groups, s->n_groups, s->cap_groups);
	s->groups[s->n_groups++] = (struct coverage_group){
		.trees = trees, .n = 1, .example = path,
		.a = a->subsystem, .b = b->subsystem,
	};
}

static bool only_star(const struct owners *owners)
{
	for (size_t i = 0; i < owners->n; i++)
		if (owners->v[i].depth >= 0)
			return false;
	return owners->n;
}

static bool has_tree(const struct owners *owners)
{
	for (size_t i = 0; i < owners->n; i++)
		if (owners->v[i].subsystem->tree.n)
			return true;
	return false;
}

int coverage_add(struct coverage *s, const char *path, struct error *err)
{
	const struct owner *a, *b;

	if (owners_find(s->policy, path, &s->owners, err))
		return -1;
	s->n_paths++;
	for (size_t i = 0; i < s->owners.n; i++)
		s->owned[s->owners.v[i].subsystem - s->policy->subsystems]++;
	s->n_star += only_star(&s->owners);
	if (s->owners.common) {
		s->n_common++;
	} else if (!s->owners.n) {
		GROW(s->unowned, s->n_unowned, s->cap_unowned);
		s->unowned[s->n_unowned++] = path;
	} else if (!has_tree(&s->owners)) {
		s->n_treeless++;
	} else if (find_quarrel(s, &a, &b)) {
		add_contested(s, path, a, b);
	}
	return 0;
}

/* The end */

static int by_size(const void *a, const void *b)
{
	const struct coverage_group *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return strcmp(x->trees, y->trees);
}

static void take_pattern(void *ctx, const struct subsystem *subsystem,
			 const struct value *pattern, const char *key,
			 size_t hits)
{
	struct coverage *s = ctx;

	if (hits)
		return;
	GROW(s->dead, s->n_dead, s->cap_dead);
	s->dead[s->n_dead++] = (struct coverage_pattern){ subsystem, key,
							pattern };
}

static int by_line(const void *a, const void *b)
{
	const struct coverage_pattern *x = a, *y = b;

	return x->pattern->line - y->pattern->line;
}

/* Reports a subsystem whose patterns match paths, none of which it owns. */
static void find_shadowed(struct coverage *s)
{
	const struct policy *p = s->policy;

	for (size_t i = 0; i < p->n_subsystems; i++) {
		if (s->owned[i] || !owners_claimed(p, &p->subsystems[i]))
			continue;
		GROW(s->shadowed, s->n_shadowed, s->cap_shadowed);
		s->shadowed[s->n_shadowed++] = &p->subsystems[i];
	}
}

void coverage_finish(struct coverage *s)
{
	if (s->n_groups)
		qsort(s->groups, s->n_groups, sizeof(*s->groups), by_size);
	owners_hits(s->policy, take_pattern, s);
	if (s->n_dead)
		qsort(s->dead, s->n_dead, sizeof(*s->dead), by_line);
	find_shadowed(s);
	for (size_t i = 0; i < s->policy->n_trees; i++) {
		const struct tree *tree = &s->policy->trees[i];

		if (tree->role != ROLE_MAINTAINER)
			continue;
		/* A default value has the line of its section. */
		s->n_default_branch += tree->branch.n == 1 &&
				       tree->branch.v[0].line ==
				       tree->section.line;
		s->n_no_signer += !tree->signer.n;
	}
}
