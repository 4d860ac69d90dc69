/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_COMMON_H
#define RULES_COMMON_H

#include "facts/facts.h"
#include "rules/verdict.h"
#include "policy/owners.h"

/*
 * What several rules say in the same words.
 */

/* Adds a finding about a commit, with its ref, subject and merge; or NULL. */
struct finding *commit_finding(struct verdict *verdict, enum rule_id rule,
			       enum severity most,
			       const struct commit_fact *commit);

/* Adds a finding about a ref, with its tag where it is one; or NULL. */
struct finding *ref_finding(struct verdict *verdict, enum rule_id rule,
			    const struct ref_fact *ref);

/* Adds the path once for each of its owners, or unowned. */
void add_owned_path(struct verdict *verdict, struct finding *finding,
		    const char *path, const struct owners *owners);

/* Adds the names of the owners' trees that `list` does not have yet. */
void add_trees(struct values *list, const struct owners *owners);

/* "a", "a or b", "a, b or c"; a new string. */
char *join_names(const struct values *list, const char *last);

#endif
