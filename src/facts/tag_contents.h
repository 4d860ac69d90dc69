/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_TAG_CONTENTS_H
#define FACTS_TAG_CONTENTS_H

#include "base/text_pool.h"
#include "facts/integration.h"
#include "facts/known_tags.h"
#include "facts/paths.h"
#include "facts/vouchers.h"
#include "git/history.h"

struct tag_contents_in {
	struct repo *repo;
	const struct policy *policy;
	struct walker *walker;
	struct commit_paths *paths;
	struct vouchers *vouchers;
	const struct known_tags *known;		/* loaded */
	const struct oid_list *upstream;
	const struct integration *integration;
	const struct dag *dag;			/* the new commits */
	const bool *leads_to_start;		/* by their nodes */
	struct freezing freezing;
	struct text_pool *texts;		/* for what is found */
};

/*
 * The commits of all shared tags in question (those of the push, and those that
 * have a judged commit), down to upstream: here it does not matter which of
 * them the repository has already.
 */
struct tag_contents;

/* NULL in `*contents` where no tag is in question. The caller frees it. */
int tag_contents_new(const struct tag_contents_in *in,
		     struct tag_contents **contents, struct error *err);
void tag_contents_free(struct tag_contents *contents);
const struct dag *tag_contents_dag(const struct tag_contents *contents);

/*
 * Looks at a shared tag's own commits and at what they start from, once, and
 * fills in its `faults` and `bases`. Those of tags within it that stand alone
 * are not its own, so look at these first.
 */
int tag_contents_find(struct tag_contents *contents, struct voucher *voucher,
		      struct error *err);

#endif
