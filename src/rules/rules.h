/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "facts/facts.h"
#include "rules/verdict.h"

/*
 * A rule looks at the refs of the push once, at each commit of N, or both, and
 * adds what it finds to the verdict. It cannot fail: what could not be known
 * was an error before any rule was asked.
 */
struct rule {
	enum rule_id id;
	void (*refs)(const struct facts *facts, struct verdict *verdict);
	void (*commit)(const struct facts *facts,
		       const struct commit_fact *commit,
		       struct verdict *verdict);
};

/* Adding a rule: its file, and one line here. */
extern const struct rule rule_duplicate_patch;
extern const struct rule rule_forbidden_base;
extern const struct rule rule_foreign_path;
extern const struct rule rule_immutable_tag;
extern const struct rule rule_merge_changes;
extern const struct rule rule_protected_ref;
extern const struct rule rule_rebased_tag;
extern const struct rule rule_rewound_branch;
extern const struct rule rule_shared_tag;
extern const struct rule rule_sign_off;
extern const struct rule rule_tag_consumer;
extern const struct rule rule_tagged_base;

/* All of them; ends with NULL. */
extern const struct rule *const rules[];

/* Asks every rule about the push's refs, and about one commit of N. */
void rules_judge_refs(const struct facts *facts, struct verdict *verdict);
void rules_judge_commit(const struct facts *facts,
			const struct commit_fact *commit,
			struct verdict *verdict);

#endif
