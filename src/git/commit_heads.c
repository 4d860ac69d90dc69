/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/commit_heads.h"

#include <stdlib.h>

#include "base/mem.h"

enum { MAX_HEADS = 400000 };

void commit_heads_release(struct commit_heads *heads)
{
	oidmap_release(&heads->index);
	free(heads->v);
	free(heads->parents);
	*heads = (struct commit_heads){ 0 };
}

const struct commit_head *commit_heads_find(const struct commit_heads *heads,
					    const struct oid *oid)
{
	int64_t i = oidmap_get(&heads->index, oid);

	return i < 0 ? NULL : &heads->v[i];
}

void commit_heads_add(struct commit_heads *heads, const struct oid *oid,
		      const struct commit *commit)
{
	if (heads->n == MAX_HEADS)
		return;
	GROW(heads->v, heads->n, heads->cap);
	oidmap_put(&heads->index, oid, (uint32_t)heads->n);
	heads->v[heads->n++] = (struct commit_head){
		.time = commit->time, .first = (uint32_t)heads->n_parents,
		.n_parents = (uint32_t)commit->n_parents,
	};
	for (size_t i = 0; i < commit->n_parents; i++) {
		GROW(heads->parents, heads->n_parents, heads->cap_parents);
		heads->parents[heads->n_parents++] = commit_parent(commit, i);
	}
}
