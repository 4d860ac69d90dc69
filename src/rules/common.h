/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_COMMON_H
#define RULES_COMMON_H

#include "facts/facts.h"
#include "policy/owners.h"
#include "rules/verdict.h"

/* What several rules have in common. */

/*
 * Adds a finding about a commit, with its ref and merge. The subject is the
 * commit's where some rule needs its text; else the judge adds it later.
 */
struct finding *commit_finding(struct verdict *verdict, enum rule_id rule,
			       enum severity most,
			       const struct commit_fact *commit);

/* Adds a finding about a ref, with its tag where it is one. */
struct finding *ref_finding(struct verdict *verdict, enum rule_id rule,
			    enum severity most, const struct ref_fact *ref);

/* Makes the finding one about the tag, by its full ref, unless it is hidden. */
void set_tag(struct verdict *verdict, struct finding *finding,
	     const char *ref);

/* Adds the path once for each of its owners, or unowned. */
void add_owned_path(struct verdict *verdict, struct finding *finding,
		    const struct path_fact *path);

/* Adds the names of the owners' trees that `list` does not have yet. */
void add_trees(struct values *list, const struct owners *owners);

#endif
