/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/their_refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/govern.h"

static void add(struct repo_refs *refs, const struct repo_ref *ref)
{
	GROW(refs->v, refs->n, refs->cap);
	refs->v[refs->n++] = *ref;
}

static int by_name(const void *a, const void *b)
{
	const struct repo_ref *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void sort(struct repo_refs *refs)
{
	if (refs->n)
		qsort(refs->v, refs->n, sizeof(*refs->v), by_name);
}

static int add_theirs(struct repo *repo, const struct remote_refs *theirs,
		      struct repo_refs *refs, struct error *err)
{
	for (size_t i = 0; i < theirs->n; i++) {
		struct repo_ref ref = { theirs->v[i].name, theirs->v[i].oid };
		bool has;

		if (!tag_name(ref.name))
			continue;
		if (repo_has(repo, &ref.oid, &has, err))
			return -1;
		if (has)
			add(refs, &ref);
	}
	sort(refs);
	return 0;
}

int their_tags_adopt(struct repo *repo, const struct remote_refs *theirs,
		     struct repo_refs *here, struct repo_refs *unsent,
		     struct error *err)
{
	struct repo_refs refs = { 0 };

	if (add_theirs(repo, theirs, &refs, err)) {
		repo_refs_release(&refs);
		return -1;
	}
	for (size_t i = 0; i < here->n; i++) {
		const struct repo_ref *ref = &here->v[i], *same;

		if (!tag_name(ref->name))
			continue;
		same = repo_refs_find(&refs, ref->name);
		if (!same || !oid_equal(&same->oid, &ref->oid))
			add(unsent, ref);
	}
	for (size_t i = 0; i < here->n; i++)
		if (!tag_name(here->v[i].name))
			add(&refs, &here->v[i]);
	sort(&refs);
	repo_refs_release(here);
	*here = refs;
	return 0;
}
