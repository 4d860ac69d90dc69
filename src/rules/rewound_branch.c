/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

static void judge_branch(const struct ref_fact *ref, struct verdict *verdict)
{
	bool deleted = oid_is_zero(&ref->new);
	struct finding *f;

	if (ref->rule.may_rewind || oid_is_zero(&ref->old) ||
	    (!deleted && ref->ff == FF_YES))
		return;
	f = ref_finding(verdict, RULE_REWOUND_BRANCH, ref);
	f->line = ref->rule.line;
	if (deleted)
		f->why = verdict_textf(verdict, "%s is a governed branch and "
				       "this push deletes it", ref->name);
	else if (ref->ff == FF_UNKNOWN)
		f->why = verdict_textf(verdict, "%s is forced over a commit "
				       "that is not in this repository",
				       ref->name);
	else
		f->why = verdict_textf(verdict, "%s would lose commits that "
				       "others may have based work on",
				       ref->name);
	f->fix = deleted ?
		verdict_text(verdict, "keep the branch, or have the policy's "
			     "author list it under 'rewind'") :
		verdict_text(verdict, "fetch and merge what the branch has "
			     "(git pull --no-rebase), then push without "
			     "--force");
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_refs; i++)
		if (facts->refs[i].rule.kind == REF_BRANCH)
			judge_branch(&facts->refs[i], verdict);
}

const struct rule rule_rewound_branch = {
	.refs = judge_refs,
};
