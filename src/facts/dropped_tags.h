/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_DROPPED_TAGS_H
#define FACTS_DROPPED_TAGS_H

#include "facts/known_tags.h"
#include "facts/refs.h"
#include "git/history.h"

struct dropped_tags_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct refs *refs;
	struct known_tags *known;
	struct walker *walker;
};

struct dropped_tags {
	struct dropped_tag_fact *v;
	size_t n, cap;
};

/*
 * Finds frozen tags that a governed branch contains before the push and none
 * is sure to contain after it, for git may refuse any of the updates. Fills a zeroed `dropped`; the caller frees `v`.
 */
int dropped_tags_find(const struct dropped_tags_in *in,
		      struct dropped_tags *dropped, struct error *err);

#endif
