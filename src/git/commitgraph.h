/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_COMMITGRAPH_H
#define GIT_COMMITGRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/*
 * Git's commit-graph, a file or a chain of them, mapped and read in place
 * (gitformat-commit-graph(5): version 1, SHA-1). With a commit it holds all of
 * its ancestors. Knows bytes only: who may use it is for the caller to say.
 *
 * Every number in it is held against the size of what it points into; what it
 * says of a commit is believed, and its checksum is not looked at: pushers
 * cannot write it. Whoever reads a commit should hold it against the entry.
 */
struct commit_graph;

enum { COMMIT_GRAPH_NONE = 0xffffffff };	/* no position */

struct commit_graph_entry {
	struct oid oid, tree;
	int64_t time;			/* the committer's */
	/*
	 * Greater than that of each ancestor: the corrected commit date, or
	 * the topological level where a file of the chain lacks the former or
	 * has dates that are decades off (git cuts them to 34 bits).
	 */
	int64_t generation;
};

/* Positions of commits; zero it once, free `v` in the end. */
struct commit_graph_parents {
	uint32_t *v;
	size_t n, cap;
};

/*
 * The graph that git would use: of the first of the directories
 * (NULL-terminated) that has one. NULL where there is none, or none that can
 * be understood; of a chain the part up to there is used.
 */
struct commit_graph *commit_graph_open(char *const *object_dirs);
void commit_graph_free(struct commit_graph *graph);

/* How many commits it has; positions are below that. */
uint32_t commit_graph_size(const struct commit_graph *graph);

/* Where a commit is, or COMMIT_GRAPH_NONE; so too of no graph (NULL). */
uint32_t commit_graph_find(const struct commit_graph *graph,
			   const struct oid *oid);

/* What it says of the commit there. */
struct commit_graph_entry commit_graph_read(const struct commit_graph *graph,
					    uint32_t position);

/* The commit's parents; false where they are not in the graph. */
bool commit_graph_read_parents(const struct commit_graph *graph,
			       uint32_t position,
			       struct commit_graph_parents *parents);

#endif
