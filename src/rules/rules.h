/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "facts/facts.h"
#include "rules/verdict.h"

/*
 * A rule looks at the refs of the push once, at each commit of N, or both, and
 * adds what it finds to the verdict. It sees the facts and nothing else, and it
 * cannot fail: a fact that cannot be found is an error before any rule is
 * asked. Facts that cost something are found only where a rule that is on
 * needs them.
 */
struct rule {
	unsigned needs;			/* of enum need, whatever the policy */
	/* Those that it needs with this policy only; may be NULL. */
	unsigned (*needs_with)(const struct policy *policy);
	void (*refs)(const struct facts *facts, struct verdict *verdict);
	void (*commit)(const struct facts *facts,
		       const struct commit_fact *commit,
		       struct verdict *verdict);
};

/* rule_foreign_path and so on, each in the file of that name. */
#define RULE_EXTERN(id, stem, ...) extern const struct rule rule_##stem;
RULE_LIST(RULE_EXTERN)
#undef RULE_EXTERN

/* By id. */
extern const struct rule *const rules[RULE_COUNT];

/* What the rules that are on need: flags of enum need. */
unsigned rules_needs(const struct policy *policy);

/* Asks every rule that is on about the push's refs, or one commit of N. */
void rules_judge_refs(const struct facts *facts, struct verdict *verdict);
void rules_judge_commit(const struct facts *facts,
			const struct commit_fact *commit,
			struct verdict *verdict);

#endif
