/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_NEW_COMMITS_H
#define FACTS_NEW_COMMITS_H

#include "git/history.h"

/* Flags of the dag's commits. */
enum {
	NODE_STARTED = 1,	/* reachable from a judged ref */
	NODE_MERGED = 2,	/* reachable from a governed branch */
	NODE_VOUCHED = 4,	/* in a frozen, valid shared tag */
	NODE_LABELLED = 8,	/* in a shared tag that does not count */
	NODE_UPSTREAM = 16,	/* upstream's by a mergetag; vouched too */
	NODE_IN_N = 32,
	NODE_BACKPORT = 64,	/* reachable from a `backport` branch */
	NODE_ELSEWHERE = 128,	/* reachable from another one */
};

/* A judged ref: where N starts. */
struct start {
	const char *name;	/* borrowed */
	struct oid commit;
	bool is_branch;
};

struct starts {
	struct start *v;
	size_t n, cap;
};

void starts_add(struct starts *starts, const char *name,
		const struct oid *commit, bool is_branch);

#endif
