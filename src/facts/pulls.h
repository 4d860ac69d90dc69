/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_PULLS_H
#define FACTS_PULLS_H

#include "facts/new_commits.h"
#include "facts/vouchers.h"

struct pulls_in {
	const struct tree *tree;	/* that pulls */
	const struct vouchers *vouchers;	/* judged */
	const struct starts *starts;
	const struct dag *dag;		/* the new commits */
};

struct pulls {
	struct pull_fact *v;
	size_t n, cap;
};

/*
 * Finds the shared tags of other trees that a governed branch now contains and
 * that are not for this tree. Commits that came with a tag that it may pull are
 * welcome. Fills a zeroed `pulls`; the caller frees `v`. Needs no repository.
 */
void pulls_find(const struct pulls_in *in, struct pulls *pulls);

/*
 * The merge that brought a commit of the dag to a branch: above it on the
 * shortest way from the tip; zero where there is none. False where the branch
 * does not have it.
 */
bool pulled_by(const struct dag *dag, const struct start *start,
	       uint32_t node, struct oid *merge);

#endif
