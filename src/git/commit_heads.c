/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/commit_heads.h"

#include <stdlib.h>

#include "base/mem.h"

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

static void add(struct commit_heads *heads, const struct oid *oid,
		int64_t time)
{
	GROW(heads->v, heads->n, heads->cap);
	oidmap_put(&heads->index, oid, (uint32_t)heads->n);
	heads->v[heads->n++] = (struct commit_head){
		.time = time, .first = (uint32_t)heads->n_parents,
	};
}

/* Of the commit added last. */
static void add_parent(struct commit_heads *heads, struct oid parent)
{
	GROW(heads->parents, heads->n_parents, heads->cap_parents);
	heads->parents[heads->n_parents++] = parent;
	heads->v[heads->n - 1].n_parents++;
}

void commit_heads_add(struct commit_heads *heads, const struct oid *oid,
		      const struct commit *commit)
{
	if (heads->n == MAX_HEADS)
		return;
	add(heads, oid, commit->time);
	for (size_t i = 0; i < commit->n_parents; i++)
		add_parent(heads, commit_parent(commit, i));
}

void commit_heads_put(struct commit_heads *heads, const struct oid *oid,
		      int64_t time, const struct oid *parents,
		      uint32_t n_parents)
{
	if (heads->n == MAX_HEADS || commit_heads_find(heads, oid))
		return;
	add(heads, oid, time);
	for (uint32_t i = 0; i < n_parents; i++)
		add_parent(heads, parents[i]);
}
