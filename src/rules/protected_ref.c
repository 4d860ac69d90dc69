/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "rules/common.h"
#include "rules/rules.h"

static bool is_replacement(const char *ref)
{
	static const char below[] = "refs/replace/";

	return !strncmp(ref, below, sizeof(below) - 1);
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_refs; i++) {
		const struct ref_fact *ref = &facts->refs[i];
		struct finding *f;

		if (ref->rule.kind != REF_PROTECTED)
			continue;
		f = ref_finding(verdict, RULE_PROTECTED_REF, ref);
		f->line = facts->policy->rules[RULE_PROTECTED_REF].section.line;
		f->why = verdict_textf(verdict, "%s would %s", ref->name,
				       is_replacement(ref->name) ?
				       "show others another history than the "
				       "one that is judged" :
				       "change what git-treaty records here");
		f->fix = verdict_text(verdict, "leave this ref out of the push: "
				      "name the branches and tags to push, "
				      "and do not use --mirror");
	}
}

const struct rule rule_protected_ref = {
	.refs = judge_refs,
};
