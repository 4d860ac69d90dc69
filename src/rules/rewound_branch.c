/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "rules/common.h"
#include "rules/rules.h"

/* As a branch is called on the command line of git push. */
static const char *short_name(struct verdict *verdict, const char *ref)
{
	const char *name = verdict_ref(verdict, ref);

	return name + (strncmp(name, "refs/heads/", 11) ? 0 : 11);
}

static const char *find_fix(const struct ref_fact *ref,
			    struct verdict *verdict)
{
	if (!oid_is_zero(&ref->new))
		return verdict_text(verdict, "fetch the branch and merge it "
				    "(git pull --no-rebase), then push without "
				    "--force");
	if (ref->kept_by)
		return verdict_textf(verdict, "push %s first, then delete %s: "
				     "git may refuse one of them and take the "
				     "other",
				     short_name(verdict, ref->kept_by),
				     short_name(verdict, ref->name));
	return verdict_text(verdict, "do not delete the branch, or have the "
			    "policy's author list it under 'rewind'");
}

static void judge_branch(const struct ref_fact *ref, struct verdict *verdict)
{
	bool deleted = oid_is_zero(&ref->new);
	const char *name;
	struct finding *f;

	if (ref->rule.may_rewind || oid_is_zero(&ref->old) ||
	    (deleted ? ref->is_kept : ref->ff == FF_YES))
		return;
	f = ref_finding(verdict, RULE_REWOUND_BRANCH, SEVERITY_ERROR, ref);
	f->line = ref->rule.line;
	name = verdict_ref(verdict, ref->name);
	if (deleted)
		f->why = verdict_textf(verdict, "this push deletes the "
				       "governed branch %s", name);
	else if (ref->ff == FF_UNKNOWN)
		f->why = verdict_textf(verdict, "the old commit of %s is not "
				       "in this repository, so nobody can tell "
				       "whether the branch keeps it",
				       name);
	else
		f->why = verdict_textf(verdict, "%s would lose commits that "
				       "others may have based work on",
				       name);
	f->fix = find_fix(ref, verdict);
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
