/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_REFS_SEARCH_H
#define FACTS_REFS_SEARCH_H

#include "facts/refs.h"

/*
 * What refs_find() goes by, and finds. Everything but what `refs` holds is
 * borrowed.
 */
struct refs_search {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	enum judge_mode mode;
	const struct request *request;
	struct signers *signers;
	struct refs *refs;
	struct error *err;
};

/*
 * Finds what the push's target had before: the lists of `refs` that its updates
 * do not fill. The updates, with the facts about each, must be known.
 */
int refs_find_before(struct refs_search *s);

/* Whether a ref of one name is judged otherwise than one of the other. */
bool refs_differ(const struct refs_search *s, const char *a, const char *b);

#endif
