/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_INTEGRATION_H
#define FACTS_INTEGRATION_H

#include "facts/refs.h"
#include "git/history.h"

struct integration_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct refs *refs;
	const struct oid_list *upstream;
	const struct history *history;	/* of the new commits */
};

/* The commits that integration trees made; all by node of the dag. */
struct integration {
	const struct tree **tree;	/* whose it is, or NULL */
	const char **ref;		/* the ref on whose chain it is */
};

/*
 * Follows the first parents of each ref of an integration tree, as it was and
 * as it is pushed, down to upstream. Where no upstream ref is known, or the
 * chain does not lead to one, it has no end and says nothing.
 */
int integration_find(const struct integration_in *in,
		     struct integration *integration, struct error *err);
void integration_release(struct integration *integration);

#endif
