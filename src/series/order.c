/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/order.h"

#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"

#define NO_PATCH UINT32_MAX

enum { MIN_ABBREV = 7 };

struct ordering {
	struct plan *plan;
	struct strmap paths;		/* -> the last patch that changes it */
	struct strmap words;		/* -> the patch that it came with, or
					 * NO_PATCH: it was there before */
};

static bool share_carrier(const struct route *a, const struct route *b)
{
	for (size_t i = 0; i < a->carriers.n; i++)
		if (tree_list_has(&b->carriers, a->carriers.v[i]))
			return true;
	return a->is_free || b->is_free;
}

static void add(struct route *route, const struct after *after)
{
	for (size_t i = 0; i < route->n_after; i++)
		if (after->route && route->after[i].route == after->route)
			return;
	GROW(route->after, route->n_after, route->cap_after);
	route->after[route->n_after++] = *after;
}

/* The patch at `index`, if no tree can carry both; or NULL. */
static const struct route *apart(const struct ordering *o,
				 const struct route *route, int64_t index)
{
	const struct route *earlier;

	if (index < 0 || index == NO_PATCH)
		return NULL;
	earlier = &o->plan->routes[index];
	return earlier < route && !share_carrier(earlier, route) ? earlier :
								   NULL;
}

/* Whether a trailer names that patch: by its subject, number or commit. */
static bool names(const char *trailer, const struct patch *patch)
{
	size_t n = strspn(trailer, "0123456789abcdef");

	if (n > strlen(patch->name))
		n = strlen(patch->name);
	return (*patch->subject && strstr(trailer, patch->subject)) ||
	       !strcmp(trailer, patch->name) ||
	       (n >= MIN_ABBREV && !strncmp(trailer, patch->name, n));
}

static void add_trailers(struct ordering *o, struct route *route)
{
	const struct strings *trailers = &route->patch->trailers;

	for (size_t i = 0; i < trailers->n; i++) {
		struct after after = { .trailer = trailers->v[i] };
		bool is_together = false;

		for (const struct route *e = o->plan->routes; e < route; e++)
			if (names(after.trailer, e->patch)) {
				after.route = e;
				is_together = share_carrier(e, route);
			}
		if (!is_together)
			add(route, &after);
	}
}

static void find_after(struct ordering *o, struct route *route)
{
	const struct patch *patch = route->patch;

	for (size_t i = 0; i < patch->paths.n; i++) {
		struct after after = { .path = patch->paths.v[i] };

		after.route = apart(o, route, strmap_get(&o->paths,
							 after.path));
		if (after.route)
			add(route, &after);
	}
	for (size_t i = 0; i < patch->added.n; i++) {
		struct after after = { .word = patch->added.v[i] };

		after.route = apart(o, route, strmap_get(&o->words,
							 after.word));
		if (after.route)
			add(route, &after);
	}
	add_trailers(o, route);
}

static void put_new(struct strmap *map, const struct strings *words,
		    uint32_t value)
{
	for (size_t i = 0; i < words->n; i++)
		if (strmap_get(map, words->v[i]) < 0)
			strmap_put(map, words->v[i], value);
}

static void remember(struct ordering *o, const struct patch *patch,
		     uint32_t index)
{
	for (size_t i = 0; i < patch->paths.n; i++)
		strmap_put(&o->paths, patch->paths.v[i], index);
	put_new(&o->words, &patch->around, NO_PATCH);
	put_new(&o->words, &patch->added, index);
}

void order_find(struct plan *plan)
{
	struct ordering o = { .plan = plan };

	for (uint32_t i = 0; i < plan->n; i++) {
		find_after(&o, &plan->routes[i]);
		remember(&o, plan->routes[i].patch, i);
		plan->n_waiting += plan->routes[i].n_after > 0;
	}
	strmap_release(&o.paths);
	strmap_release(&o.words);
}
