/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/path_owners.h"

#include "base/mem.h"

static int find_one(struct path_owners *o, const struct policy *policy,
		    struct path_fact *path, struct error *err)
{
	if (owners_find(policy, path->path, &o->one, err))
		return -1;
	path->owners = (struct owners){ .n = o->one.n,
					.common = o->one.common };
	for (size_t i = 0; i < o->one.n; i++) {
		GROW(o->all.v, o->all.n, o->all.cap);
		o->all.v[o->all.n++] = o->one.v[i];
	}
	return 0;
}

int path_owners_find(struct path_owners *o, const struct policy *policy,
		     struct path_fact *paths, size_t n, struct error *err)
{
	size_t at = 0;

	o->all.n = 0;
	for (size_t i = 0; i < n; i++)
		if (find_one(o, policy, &paths[i], err))
			return -1;
	/* The list moves while it grows. */
	for (size_t i = 0; i < n; at += paths[i++].owners.n)
		paths[i].owners.v = o->all.v ? o->all.v + at : NULL;
	return 0;
}

void path_owners_release(struct path_owners *o)
{
	owners_release(&o->all);
	owners_release(&o->one);
}
