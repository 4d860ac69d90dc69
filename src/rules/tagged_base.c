/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "policy/values.h"
#include "rules/common.h"
#include "rules/rules.h"

static void report(const struct facts *facts, const struct commit_fact *commit,
		   const struct oid *parent, struct verdict *verdict)
{
	struct finding *f = commit_finding(verdict, RULE_TAGGED_BASE,
					   SEVERITY_ERROR, commit);
	const struct values *base = &facts->tree->base;
	char start[OID_ABBREV + 1], *patterns;

	patterns = join_names(base, "or");
	f->line = base->n ? base->v[0].line : facts->tree->section.line;
	if (parent) {
		oid_abbreviate(start, parent);
		f->why = verdict_textf(verdict, "it starts at %s, which has no "
				       "%s%s and no frozen tag, and was not "
				       "on %s before", start,
				       base->n ? "tag like " : "tag of 'base'",
				       patterns, commit->ref);
	} else {
		f->why = verdict_text(verdict, "it has no parent, so it starts "
				      "at no tag");
	}
	f->fix = base->n ?
		 verdict_textf(verdict, "rebase your commits onto a tag like "
			       "%s (git rebase --onto <tag> <this-base> "
			       "<branch>)", patterns) :
		 verdict_text(verdict, "rebase your commits onto a frozen tag, "
			      "or have the policy's author name tags in "
			      "'base'");
	free(patterns);
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	if (commit->is_loose_root)
		report(facts, commit, NULL, verdict);
	for (size_t i = 0; i < commit->n_loose_parents; i++)
		report(facts, commit, &commit->loose_parents[i], verdict);
}

const struct rule rule_tagged_base = {
	.needs = NEED_LOOSE_PARENTS,
	.commit = judge_commit,
};
