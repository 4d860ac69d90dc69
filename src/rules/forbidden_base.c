/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

/* The integration tree whose mark the commit has, or NULL. */
static const struct tree *marked_by(const struct facts *facts,
				    const struct commit_fact *commit,
				    const struct value **marker)
{
	const struct tree *tree = NULL;

	if (marks_subjects(facts->policy))
		tree = marked_subject(facts->policy,
				      commit->text.subject, marker);
	for (size_t i = 0; !tree && i < commit->n_paths; i++)
		if (commit->paths[i].exists)
			tree = marked_path(facts->policy,
					   commit->paths[i].path, marker);
	return tree;
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	const struct tree *tree = commit->integration;
	const struct value *marker = NULL;
	struct buf path = BUF_INIT;
	struct finding *f;

	/* What this tree makes itself is based on nobody else's work. */
	if (!tree || tree == facts->tree)
		tree = marked_by(facts, commit, &marker);
	if (!tree || tree == facts->tree)
		return;
	f = commit_finding(verdict, RULE_FORBIDDEN_BASE, SEVERITY_ERROR,
			   commit);
	facts_path(facts, commit, &path);
	f->line = marker ? marker->line : tree->section.line;
	f->way = verdict_text(verdict, buf_str(&path));
	f->way_to = verdict_text(verdict, tree->section.name);
	if (marker)
		f->why = verdict_textf(verdict, "it has the mark '%s' of %s, "
				       "which is rebuilt and never a base; "
				       "the path to it: %s", marker->text,
				       tree->section.name, buf_str(&path));
	else
		f->why = verdict_textf(verdict, "%s made it (it is on %s), and "
				       "%s is rebuilt and never a base; the "
				       "path to it: %s", tree->section.name,
				       verdict_ref(verdict,
						   commit->integration_ref),
				       tree->section.name, buf_str(&path));
	f->fix = verdict_textf(verdict, "rebase your own commits onto a "
			       "release or onto the tree that you need: git "
			       "rebase --onto <base> <%s-commit> <branch>",
			       tree->section.name);
	buf_release(&path);
}

static unsigned needs_with(const struct policy *policy)
{
	return marks_subjects(policy) ? NEED_TEXT : 0;
}

const struct rule rule_forbidden_base = {
	.needs_with = needs_with,
	.commit = judge_commit,
};
