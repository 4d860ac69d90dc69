/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_NODES_H
#define FACTS_NODES_H

/* Flags of the commits in the dag of the new commits. */
enum {
	NODE_STARTED = 1,	/* reachable from a judged ref */
	NODE_MERGED = 2,	/* reachable from a governed branch */
	NODE_VOUCHED = 4,	/* in a frozen, valid shared tag */
	NODE_LABELLED = 8,	/* in a shared tag that does not count */
	NODE_UPSTREAM = 16,	/* upstream's by a mergetag; vouched too */
	NODE_IN_N = 32,
};

#endif
