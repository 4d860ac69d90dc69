/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_refs; i++) {
		const struct ref_fact *ref = &facts->refs[i];
		struct finding *f;

		if (ref->rule.kind != REF_PROTECTED)
			continue;
		f = ref_finding(verdict, RULE_PROTECTED_REF, ref);
		f->line = facts->policy->rules[RULE_PROTECTED_REF].section.line;
		f->why = verdict_textf(verdict, "%s would change what others "
				       "see of this history, or what is "
				       "recorded of it", ref->name);
		f->fix = verdict_text(verdict, "leave this ref out of the push "
				      "(git push with the branches and tags "
				      "by name, without --mirror)");
	}
}

const struct rule rule_protected_ref = {
	.refs = judge_refs,
};
