/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_DOUBLED_TAGS_H
#define FACTS_DOUBLED_TAGS_H

#include "base/scratch.h"
#include "facts/new_commits.h"
#include "facts/originals.h"

struct doubled_tags_in {
	struct originals_in originals;
	const struct starts *starts;
	struct scratch *scratch;
};

struct doubled_tags {
	struct doubled_tag_fact *v;
	size_t n, cap;
};

/*
 * Finds branches that now have two shared tags with copies of the same work.
 * Fills a zeroed `doubled`; the caller frees `v`.
 */
int doubled_tags_find(const struct doubled_tags_in *in,
		      struct doubled_tags *doubled, struct error *err);

#endif
