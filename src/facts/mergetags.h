/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MERGETAGS_H
#define FACTS_MERGETAGS_H

#include "facts/vouchers.h"
#include "git/dag.h"
#include "git/history.h"

struct mergetags_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	struct signers *signers;
	const struct refs *refs;
	struct dag *dag;		/* the new commits */
	struct vouchers *vouchers;	/* those found are added */
	struct oid_list *upstream;	/* so are commits upstream signed */
	struct walker *walker;		/* for mergetags_find_below() */
	const struct dag *except;	/* merges with tags in it were read; or
					 * NULL */
	uint32_t flags;			/* of the merges that are read */
	bool is_past;			/* see mergetags_find_past() */
	bool bases_matter;		/* work may start only at some tags */
};

/*
 * Makes vouchers of the mergetags in the dag's merges (git-merge(1), MERGING
 * TAG). What upstream's signer signed is upstream from then on: its commits are
 * marked UPSTREAM. A mergetag whose name a tag here has, or will have, for
 * another object does not count. Reads all merges of the dag.
 */
int mergetags_find(const struct mergetags_in *in, struct error *err);

/*
 * The same of the shared tags that are pushed, or merged by the push, down to
 * upstream: what such a tag is built on was perhaps here before, and is known
 * only by its mergetag in an old merge or in a new one.
 */
int mergetags_find_below(const struct mergetags_in *in, struct error *err);

/*
 * Makes vouchers of the mergetags that name tags which the policy freezes, in a
 * dag of merges that branches had before the push, or will have, with `is_past`
 * set. They accuse only: the tags of all trees are among them, whatever the
 * tags of their names are here. The caller verifies what it needs. Reads all
 * merges of the dag, but none if no tag of any name could be verified. Needs no
 * signers, no refs and no `upstream`.
 */
int mergetags_find_past(const struct mergetags_in *in, struct error *err);

/* Whether mergetags_find_past() could find a tag that is verified. */
bool mergetags_can_accuse(const struct policy *policy);

#endif
