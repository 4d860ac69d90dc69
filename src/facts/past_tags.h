/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_PAST_TAGS_H
#define FACTS_PAST_TAGS_H

#include "facts/originals.h"
#include "facts/signers.h"
#include "git/merge_base.h"

/*
 * Frozen tags of which only the mergetags are here, in merges that governed
 * branches had before the push. This tree's own may also be in new merges,
 * where nothing else asks for them.
 */
struct past_tags_in {
	const struct originals_in *originals;
	struct signers *signers;
	struct merge_bases *bases;
	const struct oid *starts;	/* what is judged */
	size_t n_starts;
	struct dag *dag;		/* the new commits */
};

struct past_tags {
	struct vouchers vouchers;	/* not verified */
};

/*
 * Finds those that not all of the starts contain, and adds them to `originals`
 * as unproven ones, which borrow from `past`. Reads the merges that branches
 * had before the push and that a common ancestor of the starts does not have;
 * in an audit, where nothing was before, only those of the new commits. The
 * caller releases `past`, after an error as well.
 */
int past_tags_find(const struct past_tags_in *in, struct past_tags *past,
		   struct originals *originals, struct error *err);
void past_tags_release(struct past_tags *past);

/*
 * Finds an unproven original that contains a wanted commit of the dag and has a
 * good signature, and makes it a proven one: `*at` is its index. If there is
 * none, `*at` is the number of originals. Originals without a good signature
 * lose their place in the dag. Verifies at most until one is found, the
 * innermost first.
 */
int past_tags_prove(struct signers *signers, struct originals *originals,
		    const struct dag *dag, const bool *wanted, size_t *at,
		    struct error *err);

#endif
