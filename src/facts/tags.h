/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_TAGS_H
#define FACTS_TAGS_H

#include "base/text_pool.h"
#include "facts/integration.h"
#include "facts/known_tags.h"
#include "facts/new_commits.h"
#include "facts/paths.h"
#include "facts/vouchers.h"
#include "git/history.h"

struct tags_in {
	struct freezing freezing;
	const struct tree *tree;
	struct signers *signers;
	struct walker *walker;
	struct commit_paths *paths;
	struct vouchers *vouchers;
	struct known_tags *known;
	const struct oid_list *upstream;
	const struct integration *integration;
	const struct starts *starts;
	struct dag *dag;		/* the new commits */
	struct text_pool *texts;	/* for what is found */
	bool bases_matter;		/* work may start only at some tags */
};

struct judged_tags {
	const char **unvouched;		/* node LABELLED -> a clause: why a tag
					 * that holds it does not count */
	struct tag_fact *facts;		/* of the push; borrow from vouchers */
	size_t n_facts;
};

/*
 * Decides which vouchers count (`is_valid`), and marks their commits VOUCHED
 * or, where they do not, LABELLED. Fills a zeroed `tags`.
 */
int tags_judge(const struct tags_in *in, struct judged_tags *tags,
	       struct error *err);
void tags_release(struct judged_tags *tags);

#endif
