/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_DROPPED_TAGS_H
#define FACTS_DROPPED_TAGS_H

#include "facts/known_tags.h"
#include "facts/refs.h"
#include "facts/signers.h"
#include "git/history.h"

struct dropped_tags_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct refs *refs;
	struct known_tags *known;
	struct walker *walker;
	struct signers *signers;
};

struct dropped_tags {
	struct dropped_tag_fact *v;
	size_t n, cap;
	struct vouchers past;		/* names of tags without a ref */
};

/*
 * Finds frozen tags that a governed branch contains before the push and none
 * is sure to contain after it, for git may refuse any of the updates. A tag is
 * known by its ref or, if it is not upstream's, by a good signature in the
 * mergetag of a merge that gets lost with it. Fills a zeroed `dropped`; the
 * caller releases it, after an error as well.
 */
int dropped_tags_find(const struct dropped_tags_in *in,
		      struct dropped_tags *dropped, struct error *err);
void dropped_tags_release(struct dropped_tags *dropped);

#endif
