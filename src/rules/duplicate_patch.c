/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

/* A copy that is not in place of a frozen commit: it came in addition. */
static void explain_frozen(const struct facts *facts,
			   const struct copy_fact *copy, struct finding *f,
			   struct verdict *verdict)
{
	const char *tag = tag_name(copy->ref) ? tag_name(copy->ref) : copy->ref;
	bool hides = verdict_hides(verdict, copy->ref);
	char original[OID_ABBREV + 1];

	oid_abbreviate(original, &copy->original);
	set_tag(verdict, f, copy->ref);
	f->line = freezing_line(facts->policy, tag);
	f->why = verdict_textf(verdict, "it and %s, which the frozen tag %s "
			       "contains, have %s",
			       hides ? "a commit" : original,
			       verdict_tag(verdict, copy->ref),
			       copy->is_patch ? "the same patch" :
			       "the same author, author date and subject");
	f->fix = verdict_text(verdict, "none is needed if this is meant; to "
			      "have the commit once, merge the tag instead of "
			      "picking from it");
}

static void explain(const struct facts *facts, const struct copy_fact *copy,
		    struct finding *f, struct verdict *verdict)
{
	const struct tree *tree = copy->tree ?
		policy_tree(facts->policy, copy->tree) : NULL;
	bool hides = verdict_hides(verdict, copy->ref);
	char original[OID_ABBREV + 1];

	oid_abbreviate(original, &copy->original);
	f->line = tree ? tree->section.line : 0;
	f->why = verdict_textf(verdict, "it is the same patch as %s of %s (on "
			       "%s)", hides ? "a commit" : original,
			       copy->tree ? copy->tree : "another tree",
			       verdict_ref(verdict, copy->ref));
	f->fix = verdict_textf(verdict, "agree with %s which of the two to "
			       "keep, and share it by a tag", copy->tree ?
			       copy->tree : "the other tree");
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	const struct copy_fact *copy = commit->copy;
	struct finding *f;

	if (!copy || copy->instead_in)
		return;
	f = commit_finding(verdict, RULE_DUPLICATE_PATCH, SEVERITY_ERROR,
			   commit);
	if (copy->is_frozen)
		explain_frozen(facts, copy, f, verdict);
	else
		explain(facts, copy, f, verdict);
}

const struct rule rule_duplicate_patch = {
	.needs = NEED_COPIES,
	.commit = judge_commit,
};
