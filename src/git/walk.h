/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_WALK_H
#define GIT_WALK_H

#include "git/graph.h"
#include "git/repo.h"

/*
 * What the walks through history share: the commits met so far, each read
 * once, and a queue of them, youngest first.
 */
struct walk_node {
	struct oid oid;
	int64_t time;
	uint32_t parents;	/* index of the first one in `edges` */
	uint32_t n_parents;
	uint8_t flags;		/* the user's */
	bool is_expanded;	/* its edges have their nodes */
	bool is_queued;
	bool is_shallow;	/* has parents that are not here */
};

struct walk_edge {
	struct oid oid;
	uint32_t node;		/* once the child is expanded */
};

struct walk {
	struct repo *repo;
	struct walk_node *nodes;
	size_t n, cap;
	struct walk_edge *edges;
	size_t n_edges, cap_edges;
	struct oidmap index;
	uint32_t *queue;
	size_t n_queue, cap_queue;
};

void walk_release(struct walk *walk);

/* The node of a commit, read if it is new. */
int walk_add(struct walk *walk, const struct oid *oid, uint32_t *node,
	     struct error *err);

/* Makes nodes of a commit's parents; its edges then have them. */
int walk_expand(struct walk *walk, uint32_t node, struct error *err);

/* Puts a commit into the queue, if it is not in there. */
void walk_push(struct walk *walk, uint32_t node);

/* Takes the youngest out. The queue must not be empty. */
uint32_t walk_pop(struct walk *walk);

#endif
