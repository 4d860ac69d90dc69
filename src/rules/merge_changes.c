/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "policy/values.h"
#include "rules/common.h"
#include "rules/rules.h"

/* One kind of a merge's own changes, and how much it weighs. */
struct kind {
	enum path_kind kind;
	bool foreign;
	enum severity severity;
};

static const struct kind kinds[] = {
	{ PATH_MERGE_CHANGED, true, SEVERITY_ERROR },
	{ PATH_MERGE_CHANGED, false, SEVERITY_WARN },
	{ PATH_RESOLVED, true, SEVERITY_WARN },
	{ PATH_RESOLVED, false, SEVERITY_INFO },
};

static bool is_of_kind(const struct facts *facts, const struct kind *kind,
		       const struct path_fact *path)
{
	if (path->kind != kind->kind)
		return false;
	if (kind->foreign)
		return owners_foreign(facts->policy, &path->owners,
				      facts->tree);
	return owners_have_tree(&path->owners, facts->tree->section.name);
}

/* How a merge that git merge-tree cannot make again was compared. */
static char *manner(const struct commit_fact *commit)
{
	if (commit->subtree && *commit->subtree)
		return xasprintf(" (a subtree merge into %s, compared file by "
				 "file)", commit->subtree);
	return xstrdup("");
}

/* "of tip and net" */
static char *owned_by(const struct values *trees)
{
	char *names = join_names(trees, "and");
	char *by = trees->n ? xasprintf("of %s", names) :
			      xstrdup("that no subsystem claims");

	free(names);
	return by;
}

static void explain(const struct commit_fact *commit, const struct kind *kind,
		    const struct values *trees, struct finding *f,
		    struct verdict *verdict)
{
	char *names = owned_by(trees);
	char *how = manner(commit);

	if (kind->kind == PATH_RESOLVED)
		f->why = verdict_textf(verdict, "the merge resolves a conflict "
				       "by hand in paths %s", names);
	else
		f->why = verdict_textf(verdict, "the merge itself changes "
				       "paths %s: merging its parents gives "
				       "another result%s", names, how);
	if (!kind->foreign)
		f->fix = verdict_text(verdict, "nothing, if you meant it; a "
				      "change is easier to find in a commit "
				      "of its own");
	else if (trees->n)
		f->fix = verdict_textf(verdict, "merge again (git merge) and "
				       "leave the paths %s as git merges them",
				       names);
	else
		f->fix = verdict_text(verdict, "merge again (git merge) and "
				      "leave these paths as git merges them");
	free(names);
	free(how);
}

/* Adds one finding for the paths of that kind, if there are any. */
static void judge_kind(const struct facts *facts,
		       const struct commit_fact *commit,
		       const struct kind *kind, struct verdict *verdict)
{
	struct values trees = { 0 };
	struct finding *f = NULL;

	for (size_t i = 0; i < commit->n_paths; i++) {
		const struct path_fact *path = &commit->paths[i];

		if (!is_of_kind(facts, kind, path))
			continue;
		if (!f)
			f = commit_finding(verdict, RULE_MERGE_CHANGES,
					   kind->severity, commit);
		if (!f->line && path->owners.n)
			f->line = path->owners.v[0].pattern->line;
		add_trees(&trees, &path->owners);
		add_owned_path(verdict, f, path);
	}
	if (f)
		explain(commit, kind, &trees, f, verdict);
	values_release(&trees);
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	for (size_t i = 0; commit->n_parents > 1 && i < ARRAY_SIZE(kinds); i++)
		judge_kind(facts, commit, &kinds[i], verdict);
}

const struct rule rule_merge_changes = {
	.needs = NEED_OWNERS | NEED_MERGE_PATHS,
	.commit = judge_commit,
};
