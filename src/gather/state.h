/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GATHER_STATE_H
#define GATHER_STATE_H

#include "gather/changes.h"
#include "gather/gather.h"
#include "git/history.h"
#include "judge/facts.h"

/*
 * What the steps of one gathering hand to each other, in their order. Only
 * the files of this folder know it.
 */

/* Marks on the graph's commits. */
enum {
	NODE_STARTED = 1,	/* reachable from a judged ref */
	NODE_MERGED = 2,	/* reachable from a governed branch */
	NODE_VOUCHED = 4,	/* in a frozen, valid shared tag */
	NODE_LABELLED = 8,	/* in a shared tag that does not count */
	NODE_IN_N = 32,
};

struct oid_list {
	struct oid *v;
	size_t n, cap;
};

/* A judged ref: where N starts. */
struct start {
	const char *name;
	struct oid commit;
	bool is_branch;
};

/* Another tree's shared tag, or an upstream ref that is still to be proven. */
struct voucher {
	const char *name;		/* full ref */
	struct oid oid, commit;
	const struct shared_tag *shared;	/* NULL: upstream's */
	const struct tree *upstream;
	bool is_pushed;
	bool is_annotated;
	bool is_valid;
	char *reason;			/* why it does not count, or NULL */
};

struct gather {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct gather_input *input;
	struct error *err;

	/* gather_refs(): the refs before and after, and what follows */
	struct repo_refs refs;
	struct refspecs refspecs;	/* of the remote pushed to */
	struct ref_fact *facts;
	const struct ref_fact **sorted;	/* the facts by name */
	size_t n_facts;
	char **names;			/* where each update goes, or NULL */
	struct oid_list branches_before, branches_after;
	struct oid_list hidden;
	struct start *starts;
	size_t n_starts, cap_starts;
	struct voucher *vouchers;
	size_t n_vouchers, cap_vouchers;
	struct oid_list upstream;	/* its tips; the chains of
					 * integration trees end there */

	/* gather_walk() */
	struct history history;
	struct changes changes;
	const struct tree **integration;	/* node -> whose chain has it */
	const char **integration_ref;	/* node -> the ref it is on */
	uint32_t *labels;		/* node -> voucher that holds it */
	const struct shared_tag **in_scope_of;	/* node -> found in its scope */
	const struct shared_tag **all_in_scope_of;	/* with its ancestors */
	uint32_t *last_walk;		/* node -> which walk came by last */
	uint32_t n_walks;
	bool *leads_to_start;		/* node -> has a judged ancestor */
};

void oid_list_add(struct oid_list *list, const struct oid *oid);

/* Has N start at one more commit; the name is borrowed. */
void gather_start(struct gather *g, const char *name,
		  const struct oid *commit, bool is_branch);

/* Reads the refs, says what each update is, finds where N starts and ends. */
int gather_refs(struct gather *g);

/* Finds the commits that integration trees made. */
int gather_integration(struct gather *g);

/* Decides which vouchers count, and marks what they hold. */
int gather_tags(struct gather *g);

#endif
