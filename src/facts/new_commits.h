/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_NEW_COMMITS_H
#define FACTS_NEW_COMMITS_H

#include "facts/nodes.h"
#include "facts/refs.h"
#include "facts/vouchers.h"
#include "git/history.h"

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

struct new_commits_in {
	const struct policy *policy;
	const struct tree *tree;
	const struct refs *refs;
	const struct vouchers *vouchers;
	bool is_audit;
	struct walker *walker;
};

/*
 * The commits that were not here before: the dag has those of the starts and
 * of the vouchers, down to what was judged before and to upstream. N are those
 * of the starts for which nobody vouches.
 */
struct new_commits {
	struct starts starts;
	struct history history;
};

/* Fills `commits`, zeroed, and marks what is STARTED and MERGED. */
int new_commits_find(const struct new_commits_in *in,
		     struct new_commits *commits, struct error *err);

/*
 * Once it is known which vouchers count: pushed tags of other trees that do not
 * are starts too, as are those with commits that they should not hold, and what
 * is of N is marked so.
 */
void new_commits_mark(const struct vouchers *vouchers,
		      struct new_commits *commits);

void new_commits_release(struct new_commits *commits);

#endif
