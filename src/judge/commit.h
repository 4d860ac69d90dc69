/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_COMMIT_H
#define JUDGE_COMMIT_H

#include "facts/brought_by.h"
#include "facts/integration.h"
#include "facts/loose_parents.h"
#include "facts/path_owners.h"
#include "facts/paths.h"
#include "facts/rewritten.h"
#include "rules/verdict.h"

/* What is known before the first commit of N is judged. All is borrowed. */
struct commit_in {
	struct repo *repo;
	const struct facts *facts;
	unsigned needs;			/* of the rules: enum need */
	bool is_audit;			/* may believe the commit-graph */
	const struct oidmap *only;	/* NULL, or those that are judged */
	const struct starts *starts;
	const struct brought_by *brought_by;
	const struct integration *integration;
	const char **unvouched;		/* node LABELLED -> see commit_fact */
	const struct rewritten *rewritten;
	struct commit_paths *paths;
	struct loose_parents_in loose_parents;
};

/* Judges one commit after the other. */
struct commit_judge {
	struct commit_in in;
	/* Of the last one: */
	struct path_owners owners;
	struct oid_list loose_parents;
	struct buf unknown_fix;
};

/*
 * Finds what the rules need to know of one commit of N, has them judge it, and
 * adds what they find to the verdict. -1 where a fact cannot be found; the
 * verdict is of no use then.
 */
int commit_judge(struct commit_judge *judge, uint32_t node,
		 struct verdict *verdict, struct error *err);

void commit_judge_release(struct commit_judge *judge);

#endif
