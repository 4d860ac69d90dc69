/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "rules/common.h"
#include "rules/rules.h"

static bool is_replacement(const char *ref)
{
	static const char below[] = "refs/replace/";

	return !strncmp(ref, below, sizeof(below) - 1);
}

static void judge_replacing(const struct facts *facts,
			    const struct ref_fact *ref,
			    struct verdict *verdict)
{
	struct finding *f = ref_finding(verdict, RULE_PROTECTED_REF,
					SEVERITY_ERROR, ref);

	f->line = facts->policy->rules[RULE_PROTECTED_REF].section.line;
	f->why = verdict_textf(verdict, "%s would %s",
			       verdict_ref(verdict, ref->name),
			       is_replacement(ref->name) ?
			       "show others another history than the one that "
			       "is judged" :
			       "change what git-treaty records here");
	f->fix = verdict_text(verdict, "leave this ref out of the push: name "
			      "the branches and tags to push, and do not use "
			      "--mirror");
}

/* A pushed ref that takes a name of upstream's without its signature. */
static void judge_entry(const struct ref_fact *ref, struct verdict *verdict)
{
	const char *owner = ref->rule.owner->section.name;
	struct finding *f = ref_finding(verdict, RULE_PROTECTED_REF,
					SEVERITY_ERROR, ref);

	f->line = ref->rule.owner_line;
	f->why = verdict_textf(verdict, "%s is a name of %s, whose refs come "
			       "in only with a good signature ('signed = "
			       "yes'), and %s",
			       verdict_ref(verdict, ref->name), owner,
			       ref->unproven);
	f->fix = verdict_textf(verdict, "push the object that %s signed under "
			       "this name, or push your own under another "
			       "name", owner);
}

/* Later verdicts rest on what these refs have. */
static void judge_loss(const struct ref_fact *ref, struct verdict *verdict)
{
	const char *owner = ref->rule.owner->section.name;
	struct finding *f = ref_finding(verdict, RULE_PROTECTED_REF,
					SEVERITY_ERROR, ref);
	bool deleted = oid_is_zero(&ref->new);

	f->line = ref->rule.owner_line;
	f->why = verdict_textf(verdict, "%s is a name of %s, and this push %s "
			       "it: later pushes are judged by what it has",
			       verdict_ref(verdict, ref->name), owner,
			       deleted ? "deletes" : "moves");
	f->fix = deleted ?
		verdict_text(verdict, "keep the ref") :
		verdict_text(verdict, "leave the ref where it is, and push "
			     "what is new under a new name");
}

/* Whether the push deletes or moves a ref of another tree. */
static bool loses(const struct ref_fact *ref)
{
	if (oid_is_zero(&ref->old) || oid_equal(&ref->old, &ref->new))
		return false;
	if (oid_is_zero(&ref->new) || tag_name(ref->name))
		return true;
	return ref->rule.kind != REF_INTEGRATION && ref->ff != FF_YES;
}

/* immutable-tag reports frozen tags. */
static bool is_frozen(const struct facts *facts, const struct ref_fact *ref)
{
	const char *tag = tag_name(ref->name);

	return tag && immutable_match(facts->policy, tag);
}

static void judge_ref(const struct facts *facts, const struct ref_fact *ref,
		      struct verdict *verdict)
{
	if (ref->rule.kind == REF_PROTECTED) {
		judge_replacing(facts, ref, verdict);
		return;
	}
	/* rewound-branch reports branches of this tree. */
	if (!ref->rule.owner || (ref->rule.kind == REF_BRANCH &&
				 ref->rule.owner == facts->tree))
		return;
	if (ref->unproven && ref->rule.owner->is_signed)
		judge_entry(ref, verdict);
	if (loses(ref) && !is_frozen(facts, ref))
		judge_loss(ref, verdict);
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_refs; i++)
		judge_ref(facts, &facts->refs[i], verdict);
}

const struct rule rule_protected_ref = {
	.refs = judge_refs,
};
