/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MERGETAGS_H
#define FACTS_MERGETAGS_H

#include "facts/vouchers.h"
#include "git/dag.h"

struct mergetags_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	struct signers *signers;
	const struct refs *refs;
	struct dag *dag;		/* the new commits */
	struct vouchers *vouchers;	/* what is found is added to these, */
	struct oid_list *upstream;	/* and what is upstream's to this */
};

/*
 * Makes vouchers of the mergetags in the dag's merges (git-merge(1), MERGING
 * TAG). What upstream's signer signed is upstream from then on: its commits are
 * marked UPSTREAM. A mergetag whose name a tag here has, or will have, for
 * another object does not count. Reads all merges of the dag.
 */
int mergetags_find(const struct mergetags_in *in, struct error *err);

#endif
