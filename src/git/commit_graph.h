/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_COMMIT_GRAPH_H
#define GIT_COMMIT_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/*
 * Git's commit-graph, a single file or a chain, mapped and read in place
 * (gitformat-commit-graph(5): version 1, SHA-1). If it has a commit it has all
 * of its ancestors. This reads bytes only; the caller decides whether it may be
 * used.
 *
 * Every number is checked against the size of what it points into. The commits'
 * data is believed and the checksum is not verified, since pushers cannot write
 * this file. Code that reads a commit should compare it with its entry.
 */
struct commit_graph;

enum { COMMIT_GRAPH_NONE = 0xffffffff };	/* no position */

struct commit_graph_entry {
	struct oid oid, tree;
	int64_t time;			/* the committer's */
	/*
	 * Greater than the generation of each ancestor: the corrected commit
	 * date, or the topological level if a file of the chain lacks the dates
	 * or has some that are decades off (git cuts them to 34 bits).
	 */
	int64_t generation;
};

/* Positions of commits. Zero it before use; the caller frees `v`. */
struct commit_graph_parents {
	uint32_t *v;
	size_t n, cap;
};

/*
 * Opens the graph that git would use: that of the first directory (they end
 * with NULL) that has one. Returns NULL when there is none or it is unreadable.
 * If only a part of a chain is readable, uses the files up to there.
 */
struct commit_graph *commit_graph_open(char *const *object_dirs);
void commit_graph_free(struct commit_graph *graph);

/*
 * Whether each commit has a greater generation than its parents, as the
 * comparison of generations relies on. Git 2.41 to 2.54 writes dates that are
 * not so where some commit is dated 2106 or later. Reads all of the graph.
 */
bool commit_graph_is_ordered(const struct commit_graph *graph);

/*
 * The same graph with the topological levels for generations. It borrows from
 * `graph`; the caller frees it.
 */
struct commit_graph *commit_graph_by_levels(const struct commit_graph *graph);

/* The number of commits; positions are less than that. */
uint32_t commit_graph_size(const struct commit_graph *graph);

/* A commit's position, or COMMIT_GRAPH_NONE (always, if `graph` is NULL). */
uint32_t commit_graph_find(const struct commit_graph *graph,
			   const struct oid *oid);

/* The entry at that position. */
struct commit_graph_entry commit_graph_read(const struct commit_graph *graph,
					    uint32_t position);

/*
 * The positions of the commit's parents; false if one of them is out of range.
 */
bool commit_graph_read_parents(const struct commit_graph *graph,
			       uint32_t position,
			       struct commit_graph_parents *parents);

#endif
