/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/rules.h"

const struct rule *const rules[] = {
	&rule_protected_ref,
	&rule_immutable_tag,
	&rule_shared_tag,
	&rule_tag_consumer,
	&rule_rewound_branch,
	&rule_rebased_tag,
	&rule_forbidden_base,
	&rule_tagged_base,
	&rule_foreign_path,
	&rule_merge_changes,
	&rule_duplicate_patch,
	&rule_sign_off,
	NULL,
};

/* A rule that is off is not asked: it could find nothing. */
static bool is_on(const struct rule *rule, const struct facts *facts)
{
	return facts->policy->rules[rule->id].severity != SEVERITY_OFF;
}

void rules_judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; rules[i]; i++)
		if (rules[i]->refs && is_on(rules[i], facts))
			rules[i]->refs(facts, verdict);
}

void rules_judge_commit(const struct facts *facts,
			const struct commit_fact *commit,
			struct verdict *verdict)
{
	for (size_t i = 0; rules[i]; i++)
		if (rules[i]->commit && is_on(rules[i], facts))
			rules[i]->commit(facts, commit, verdict);
}
