/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/mem.h"
#include "series/order.h"

bool tree_list_has(const struct tree_list *list, const struct tree *tree)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == tree)
			return true;
	return false;
}

static void add_tree(struct tree_list *list, const struct tree *tree)
{
	if (tree_list_has(list, tree))
		return;
	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = tree;
}

bool plan_is_foreign(const struct plan *plan,
		     const struct routed_path *path, const struct tree *tree)
{
	return owners_foreign(plan->policy, &path->owners, tree);
}

/*
 * Whether patches go to the subsystem. They do not if only upstream has it, or
 * if a pattern that begins with a star claims it with everything else.
 */
static bool takes_patches(const struct policy *policy,
			  const struct owner *owner)
{
	const struct subsystem *s = owner->subsystem;

	if (owner->depth < 0)
		return false;
	for (size_t i = 0; i < s->tree.n; i++) {
		const struct tree *tree = policy_tree(policy,
						      s->tree.v[i].text);

		if (!tree || tree->role == ROLE_MAINTAINER)
			return true;
	}
	return !s->tree.n;
}

/* Contacts */

static bool same_address(const char *a, const char *b)
{
	char *x = address_bare(a, strlen(a)), *y = address_bare(b, strlen(b));
	bool same = !strcmp(x, y);

	free(x);
	free(y);
	return same;
}

static void add_contact(struct contacts *contacts,
			const struct contact *contact)
{
	for (size_t i = 0; i < contacts->n; i++) {
		if (!same_address(contacts->v[i].maintainer,
				  contact->maintainer))
			continue;
		contacts->v[i].is_missing |= contact->is_missing;
		return;
	}
	GROW(contacts->v, contacts->n, contacts->cap);
	contacts->v[contacts->n++] = *contact;
}

static void add_maintainers(struct route *route, const struct subsystem *s)
{
	const struct strings *people = &route->patch->people;

	for (size_t i = 0; i < s->maintainer.n; i++) {
		const char *m = s->maintainer.v[i].text;
		char *address = address_bare(m, strlen(m));
		const struct contact contact = {
			.maintainer = m, .subsystem = s,
			.is_missing = *address && people->n &&
				      !strings_have(people, address),
		};

		add_contact(&route->contacts, &contact);
		free(address);
	}
}

/* One patch */

static void route_path(const struct policy *policy, struct route *route,
		       const struct routed_path *path)
{
	for (size_t i = 0; i < path->owners.n; i++) {
		const struct subsystem *s = path->owners.v[i].subsystem;

		if (!takes_patches(policy, &path->owners.v[i]))
			continue;
		add_maintainers(route, s);
		for (size_t k = 0; k < s->tree.n; k++) {
			const struct tree *tree =
				policy_tree(policy, s->tree.v[k].text);

			if (tree && tree->role == ROLE_MAINTAINER)
				add_tree(&route->owners, tree);
		}
	}
}

static bool can_carry(const struct plan *r, const struct route *route,
		      const struct tree *tree)
{
	for (size_t i = 0; i < route->n_paths; i++)
		if (plan_is_foreign(r, &route->paths[i], tree))
			return false;
	return true;
}

/*
 * Whether every tree may carry it: it touches only paths that nobody owns, or
 * commons.
 */
static bool is_free(const struct plan *r, const struct route *route)
{
	char name[] = "";
	const struct tree nobody = { .section = { .name = name } };

	return can_carry(r, route, &nobody);
}

static int route_patch(struct plan *r, struct route *route,
		       const struct patch *patch, struct error *err)
{
	const struct policy *policy = r->policy;

	route->patch = patch;
	route->n_paths = patch->paths.n;
	route->paths = xcalloc(patch->paths.n + 1, sizeof(*route->paths));
	for (size_t i = 0; i < patch->paths.n; i++) {
		struct routed_path *path = &route->paths[i];

		path->path = patch->paths.v[i];
		if (owners_find(policy, path->path, &path->owners, err))
			return -1;
		route_path(policy, route, path);
	}
	route->is_free = is_free(r, route);
	for (size_t i = 0; i < policy->n_trees && !route->is_free; i++)
		if (policy->trees[i].role == ROLE_MAINTAINER &&
		    can_carry(r, route, &policy->trees[i]))
			add_tree(&route->carriers, &policy->trees[i]);
	return 0;
}

/* The series */

/* What a tree can do for the series. */
struct score {
	size_t carried;			/* patches, those of nobody included */
	size_t owned;			/* those that it carries by right */
	size_t paths;			/* owned by its subsystems */
};

static struct score score(const struct plan *r, const struct tree *tree)
{
	struct score s = { 0 };

	for (size_t i = 0; i < r->n; i++) {
		const struct route *route = &r->routes[i];
		bool owns = tree_list_has(&route->carriers, tree);

		s.owned += owns;
		s.carried += owns || route->is_free;
		for (size_t k = 0; k < route->n_paths; k++)
			s.paths += owners_have_tree(&route->paths[k].owners,
						    tree->section.name);
	}
	return s;
}

static void choose_trees(struct plan *r)
{
	struct score most = { 0 };

	for (size_t i = 0; i < r->policy->n_trees && !r->is_free; i++) {
		const struct tree *tree = &r->policy->trees[i];
		struct score s;

		if (tree->role != ROLE_MAINTAINER)
			continue;
		s = score(r, tree);
		if (s.carried == r->n)
			add_tree(&r->carriers, tree);
		if (s.owned > most.owned ||
		    (s.owned == most.owned && s.paths > most.paths)) {
			most = s;
			r->best = tree;
		}
	}
}

int plan_find(struct plan *r, const struct policy *policy,
	      const struct patch_list *patches, struct error *err)
{
	*r = (struct plan){ .policy = policy, .n = patches->n,
			       .is_free = true };
	r->routes = xcalloc(patches->n + 1, sizeof(*r->routes));
	for (size_t i = 0; i < patches->n; i++) {
		struct route *route = &r->routes[i];

		if (route_patch(r, route, &patches->v[i], err))
			return -1;
		r->is_free &= route->is_free;
		r->has_people |= patches->v[i].people.n > 0;
		for (size_t k = 0; k < route->contacts.n; k++)
			add_contact(&r->contacts, &route->contacts.v[k]);
	}
	choose_trees(r);
	order_find(r);
	return 0;
}

void plan_release(struct plan *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct route *route = &r->routes[i];

		for (size_t k = 0; k < route->n_paths; k++)
			owners_release(&route->paths[k].owners);
		free(route->paths);
		free(route->owners.v);
		free(route->carriers.v);
		free(route->contacts.v);
		free(route->after);
	}
	free(r->routes);
	free(r->carriers.v);
	free(r->contacts.v);
	*r = (struct plan){ 0 };
}
