/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/path_owners.h"

#include <stdlib.h>

#include "base/mem.h"

/* At most so many paths are remembered. */
enum { MAX_KNOWN = 16384 };

struct known_owners {
	char *path;
	size_t first, n;		/* in `all` */
	const struct value *common;
};

static void forget(struct path_owners *o)
{
	for (size_t i = 0; i < o->n_known; i++)
		free(o->known[i].path);
	o->n_known = 0;
	o->all.n = 0;
	strmap_release(&o->paths);
}

static void add_owners(struct path_owners *o)
{
	for (size_t i = 0; i < o->one.n; i++) {
		GROW(o->all.v, o->all.n, o->all.cap);
		o->all.v[o->all.n++] = o->one.v[i];
	}
}

static int find_one(struct path_owners *o, const struct policy *policy,
		    const char *path, size_t *at, struct error *err)
{
	int64_t found = strmap_get(&o->paths, path);
	struct known_owners *known;

	*at = found < 0 ? o->n_known : (size_t)found;
	if (found >= 0)
		return 0;
	if (owners_find(policy, path, &o->one, err))
		return -1;
	GROW(o->known, o->n_known, o->cap_known);
	known = &o->known[o->n_known++];
	*known = (struct known_owners){
		.path = xstrdup(path), .first = o->all.n, .n = o->one.n,
		.common = o->one.common,
	};
	strmap_put(&o->paths, known->path, (uint32_t)*at);
	add_owners(o);
	return 0;
}

/* For so many paths that to remember them takes too much memory. */
static int find_many(struct path_owners *o, const struct policy *policy,
		     struct path_fact *paths, size_t n, struct error *err)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (owners_find(policy, paths[i].path, &o->one, err))
			return -1;
		paths[i].owners = (struct owners){ .n = o->one.n,
						   .common = o->one.common };
		add_owners(o);
	}
	for (size_t i = 0; i < n; at += paths[i++].owners.n)
		paths[i].owners.v = o->all.v ? o->all.v + at : NULL;
	return 0;
}

int path_owners_find(struct path_owners *o, const struct policy *policy,
		     struct path_fact *paths, size_t n, struct error *err)
{
	if (n > MAX_KNOWN - o->n_known)
		forget(o);
	if (n > MAX_KNOWN)
		return find_many(o, policy, paths, n, err);
	/*
	 * `all` moves while it grows. Until that is over, `owners.n` is where
	 * the path is in `known`.
	 */
	for (size_t i = 0; i < n; i++)
		if (find_one(o, policy, paths[i].path, &paths[i].owners.n, err))
			return -1;
	for (size_t i = 0; i < n; i++) {
		const struct known_owners *known =
			&o->known[paths[i].owners.n];

		paths[i].owners = (struct owners){
			.v = o->all.v ? o->all.v + known->first : NULL,
			.n = known->n, .common = known->common,
		};
	}
	return 0;
}

void path_owners_release(struct path_owners *o)
{
	forget(o);
	free(o->known);
	owners_release(&o->all);
	owners_release(&o->one);
	*o = (struct path_owners){ 0 };
}
