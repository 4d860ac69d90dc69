/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/history.h"

#include <stdlib.h>

#include "git/repo_private.h"
#include "git/walk.h"

enum { SEEN = 1 };

/* Turns a commit into its first parent, if it has one. */
static int go_to_parent(struct repo *repo, struct oid *oid, bool *has_parent,
			struct error *err)
{
	const struct commit_head *head = commit_heads_find(&repo->heads, oid);
	struct object object;
	struct commit commit;

	if (head) {
		*has_parent = head->n_parents;
		if (*has_parent)
			*oid = repo->heads.parents[head->first];
		return 0;
	}
	if (repo_read_commit(repo, oid, &object, &commit, err))
		return -1;
	commit_heads_add(&repo->heads, oid, &commit);
	*has_parent = commit.n_parents;
	if (*has_parent)
		*oid = commit_parent(&commit, 0);
	object_release(&object);
	return 0;
}

int history_first_parents(struct repo *repo, const struct oid *tip,
			  bool (*fn)(void *ctx, const struct oid *oid),
			  void *ctx, struct error *err)
{
	struct oid oid = *tip;
	bool has_parent = true;

	while (has_parent && fn(ctx, &oid)) {
		if (repo_is_shallow_at(repo, &oid))
			return walk_cut_off(&oid, 0, err);
		if (go_to_parent(repo, &oid, &has_parent, err))
			return -1;
	}
	return 0;
}

/* Queues the commit's parents, and lists them. */
static int go_on(struct walk *walk, uint32_t node, struct oid_list *parents,
		 struct error *err)
{
	const struct walk_node *n;

	if (walk_expand(walk, node, err))
		return -1;
	n = &walk->nodes[node];
	if (n->is_shallow)
		return walk_cut_off(&n->oid, walk->n, err);
	parents->n = 0;
	for (uint32_t i = 0; i < n->n_parents; i++) {
		uint32_t parent = walk->edges[n->parents + i].node;

		oid_list_add(parents, &walk->nodes[parent].oid);
		if (walk->nodes[parent].flags & SEEN)
			continue;
		walk->nodes[parent].flags |= SEEN;
		walk_push(walk, parent);
	}
	return 0;
}

int history_each(struct repo *repo, const struct oid *tip,
		 bool (*fn)(void *ctx, const struct oid *oid,
			    const struct oid_list *parents),
		 void *ctx, struct error *err)
{
	struct oid_list parents = { 0 };
	struct walk walk;
	bool again = false;
	uint32_t node;
	int rc;

	walk_init(&walk, repo);
	rc = walk_add(&walk, tip, &node, err);
	if (!rc)
		walk_push(&walk, node);
	while (!rc && walk.n_queue) {
		node = walk_pop(&walk);
		rc = go_on(&walk, node, &parents, err);
		if (!rc && !fn(ctx, &walk.nodes[node].oid, &parents))
			break;
	}
	if (rc)
		again = walk_recover(&walk);
	free(parents.v);
	walk_release(&walk);
	return again ? history_each(repo, tip, fn, ctx, err) : rc;
}
