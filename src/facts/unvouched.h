/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_UNVOUCHED_H
#define FACTS_UNVOUCHED_H

#include "base/strings.h"
#include "base/text_pool.h"
#include "facts/vouchers.h"
#include "git/dag.h"

struct unvouched_in {
	struct dag *dag;		/* the new commits, marked VOUCHED */
	const struct vouchers *vouchers;
	const struct strings *hides;	/* see struct refs */
	struct text_pool *texts;	/* for what is found */
};

/*
 * Finds out why commits that a tag contains are not vouched for by it: marks
 * them LABELLED, and returns a clause for each by its node, or NULL. The
 * clauses are borrowed from the vouchers and `texts`; the caller frees the
 * array.
 */
const char **unvouched_find(const struct unvouched_in *in);

#endif
