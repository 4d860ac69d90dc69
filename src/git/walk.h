/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_WALK_H
#define GIT_WALK_H

#include "git/commit_graph.h"
#include "git/dag.h"
#include "git/repo.h"

#define WALK_UNKNOWN INT64_MAX		/* generation of commits without one */

struct walk_node {
	struct oid oid;
	int64_t time;
	int64_t generation;
	uint32_t position;	/* in the commit-graph */
	uint32_t parents;	/* index of the first one in `edges` */
	uint32_t n_parents;	/* once it is expanded */
	uint8_t flags;		/* the user's */
	bool is_expanded;	/* its edges have their nodes */
	bool is_queued;
	bool is_shallow;	/* has parents that are not here */
};

struct walk_edge {
	struct oid oid;
	uint32_t node;		/* once the child is expanded */
};

/*
 * Shared by all walks through history: the commits met so far, each read once,
 * and a queue. In the queue a commit of the commit-graph never comes before a
 * descendant of it, and all other commits come before those, youngest first.
 */
struct walk {
	struct repo *repo;
	const struct commit_graph *commit_graph;	/* or NULL */
	struct walk_node *nodes;
	size_t n, cap;
	struct walk_edge *edges;
	size_t n_edges, cap_edges;
	struct oidmap index;	/* of nodes, until there are many */
	uint32_t *by_position;	/* of those of the graph: node + 1, or 0; NULL
				 * while all are in `index` */
	struct commit_graph_parents scratch;
	bool is_contradicted;	/* by the commit-graph, within itself */
	bool keeps_nothing;	/* set by the user: what it reads is not kept
				 * for other walks */
	struct walk_entry {
		uint64_t key;
		uint32_t node;
	} *queue;		/* a heap */
	size_t n_queue, cap_queue;
	bool has_gap;		/* at its top: see walk_pop() */
};

void walk_init(struct walk *walk, struct repo *repo);
void walk_release(struct walk *walk);

/*
 * Releases the walk. If it failed because the commit-graph contradicts itself,
 * makes the repository stop using that and returns true: the caller walks again
 * without it.
 */
bool walk_recover(struct walk *walk);

/* The node of a commit, read if it is new. */
int walk_add(struct walk *walk, const struct oid *oid, uint32_t *node,
	     struct error *err);

/*
 * Makes nodes for a commit's parents and points its edges to them. Counts for
 * the push, see repo_work().
 */
int walk_expand(struct walk *walk, uint32_t node, struct error *err);

/* Queues a commit, if it is not queued already. */
void walk_push(struct walk *walk, uint32_t node);

/* The first commit of the queue, which must not be empty. */
uint32_t walk_next(struct walk *walk);

/*
 * Takes the first one out. Its place stays free for the next one pushed, which
 * is mostly a parent and belongs near it.
 */
uint32_t walk_pop(struct walk *walk);

/* Empties the queue. The caller resets the nodes' `is_queued`. */
void walk_clear_queue(struct walk *walk);

/*
 * Says that a shallow clone ends at a commit, and how to get more, after
 * `n_seen` commits were read; returns -1.
 */
int walk_cut_off(const struct oid *oid, size_t n_seen, struct error *err);

#endif
