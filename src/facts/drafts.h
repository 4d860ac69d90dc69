/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_DRAFTS_H
#define FACTS_DRAFTS_H

#include "facts/refs.h"

/* Shared tags that freeze by a merge. */
struct drafts_in {
	struct repo *repo;
	const struct policy *policy;
	enum judge_mode mode;
	bool is_locked;			/* as of a request */
};

/* Fills in `draft` of the tags that the push moves or deletes. */
int drafts_find(const struct drafts_in *in, struct refs *refs,
		struct error *err);

#endif
