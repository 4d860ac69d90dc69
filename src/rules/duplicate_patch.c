/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	const struct copy_fact *copy = commit->copy;
	const struct tree *tree;
	struct finding *f;
	char original[OID_ABBREV + 1];

	if (!copy || copy->is_frozen)
		return;
	f = commit_finding(verdict, RULE_DUPLICATE_PATCH, SEVERITY_ERROR,
			   commit);
	oid_abbreviate(original, &copy->original);
	tree = copy->tree ? policy_tree(facts->policy, copy->tree) : NULL;
	f->line = tree ? tree->section.line : 0;
	f->why = verdict_textf(verdict, "it is the same patch as %s of %s (on "
			       "%s)", original, copy->tree ? copy->tree :
			       "another tree", copy->ref);
	f->fix = verdict_textf(verdict, "agree with %s which of the two to "
			       "keep, and share it by a tag", copy->tree ?
			       copy->tree : "the other tree");
}

const struct rule rule_duplicate_patch = {
	.needs = NEED_COPIES,
	.commit = judge_commit,
};
