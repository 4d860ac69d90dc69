/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/rules.h"

#define RULE_ENTRY(id, stem, ...) [RULE_##id] = &rule_##stem,
const struct rule *const rules[RULE_COUNT] = { RULE_LIST(RULE_ENTRY) };
#undef RULE_ENTRY

static bool is_on(const struct policy *policy, int id)
{
	return policy->rules[id].severity != SEVERITY_OFF;
}

unsigned rules_needs(const struct policy *policy)
{
	unsigned needs = 0;

	for (int id = 0; id < RULE_COUNT; id++) {
		if (!is_on(policy, id))
			continue;
		needs |= rules[id]->needs;
		if (rules[id]->needs_with)
			needs |= rules[id]->needs_with(policy);
	}
	return needs;
}

void rules_judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (int id = 0; id < RULE_COUNT; id++)
		if (rules[id]->refs && is_on(facts->policy, id))
			rules[id]->refs(facts, verdict);
}

void rules_judge_commit(const struct facts *facts,
			const struct commit_fact *commit,
			struct verdict *verdict)
{
	for (int id = 0; id < RULE_COUNT; id++)
		if (rules[id]->commit && is_on(facts->policy, id))
			rules[id]->commit(facts, commit, verdict);
}
