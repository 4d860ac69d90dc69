/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_LISTED_TAGS_H
#define JUDGE_LISTED_TAGS_H

#include "facts/new_commits.h"
#include "facts/vouchers.h"
#include "rules/verdict.h"

struct listed_tags_in {
	struct freezing freezing;
	struct vouchers *vouchers;	/* judged */
	const struct starts *starts;
	const struct dag *dag;		/* the new commits */
};

/* Lists the shared tags that were audited in the verdict, by name. */
int listed_tags_find(const struct listed_tags_in *in, struct verdict *verdict,
		     struct error *err);

#endif
