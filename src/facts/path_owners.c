/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/path_owners.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* At most so many paths are remembered. */
enum { MAX_KNOWN = 16384 };

struct known_owners {
	char *path;
	struct owners owners;
};

static void forget(struct path_owners *o)
{
	for (size_t i = 0; i < o->n_known; i++) {
		free(o->known[i].path);
		owners_release(&o->known[i].owners);
	}
	o->n_known = 0;
	o->all.n = 0;
	strmap_release(&o->paths);
}

/* A list of just that length, where it will not move. */
static struct owners copy_of(const struct owners *owners)
{
	struct owners copy = { .n = owners->n, .cap = owners->n,
			       .common = owners->common };

	if (copy.n) {
		copy.v = xreallocarray(NULL, copy.n, sizeof(*copy.v));
		memcpy(copy.v, owners->v, copy.n * sizeof(*copy.v));
	}
	return copy;
}

static int find_one(struct path_owners *o, const struct policy *policy,
		    struct path_fact *path, struct error *err)
{
	int64_t found = strmap_get(&o->paths, path->path);
	struct known_owners *known;

	if (found < 0) {
		if (owners_find(policy, path->path, &o->one, err))
			return -1;
		found = (int64_t)o->n_known;
		GROW(o->known, o->n_known, o->cap_known);
		known = &o->known[o->n_known++];
		known->path = xstrdup(path->path);
		known->owners = copy_of(&o->one);
		strmap_put(&o->paths, known->path, (uint32_t)found);
	}
	path->owners = o->known[found].owners;
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
		for (size_t k = 0; k < o->one.n; k++) {
			GROW(o->all.v, o->all.n, o->all.cap);
			o->all.v[o->all.n++] = o->one.v[k];
		}
	}
	/* `all` no longer moves. */
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
	for (size_t i = 0; i < n; i++)
		if (find_one(o, policy, &paths[i], err))
			return -1;
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
