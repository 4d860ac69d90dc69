/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/address.h"
#include "policy/values.h"
#include "rules/common.h"
#include "rules/rules.h"

/* The Acked-by: of one commit against one subsystem's maintainers. */
struct ack {
	const struct subsystem *subsystem;
	bool given;
};

static void on_ack(void *ctx, const char *value, size_t len)
{
	struct ack *ack = ctx;
	const struct values *list = &ack->subsystem->maintainer;
	const char *given, *known;
	size_t n, m;

	address_find(value, len, &given, &n);
	for (size_t i = 0; i < list->n; i++) {
		address_find(list->v[i].text, strlen(list->v[i].text), &known, &m);
		if (n && n == m && !strncasecmp(given, known, n))
			ack->given = true;
	}
}

/* Whether a maintainer of each of the path's owners has acked the commit. */
static bool is_acked(const struct commit_fact *commit,
		     const struct owners *owners)
{
	const struct commit_text *text = &commit->text;

	for (size_t i = 0; i < owners->n; i++) {
		struct ack ack = { .subsystem = owners->v[i].subsystem };

		if (!ack.subsystem->tree.n)
			continue;
		commit_trailers(text->message, text->message_len,
				"Acked-by:", on_ack, &ack);
		if (!ack.given)
			return false;
	}
	return owners->n > 0;
}

/* What the commit's foreign paths come to. */
struct foreign {
	struct finding *finding;
	struct values trees;
};

static void add_path(struct foreign *foreign, const struct commit_fact *commit,
		     const struct path_fact *path, struct verdict *verdict)
{
	const struct owners *owners = &path->owners;

	if (!foreign->finding)
		foreign->finding = commit_finding(verdict, RULE_FOREIGN_PATH,
						  SEVERITY_ERROR, commit);
	if (!foreign->finding->line && owners->n)
		foreign->finding->line = owners->v[0].pattern->line;
	add_trees(&foreign->trees, owners);
	add_owned_path(verdict, foreign->finding, path);
}

/* Whether one of the trees hands out tags at all. */
static bool has_shared_tag(const struct policy *policy,
			   const struct values *trees)
{
	for (size_t i = 0; i < policy->n_shared_tags; i++)
		if (values_have(trees, policy->shared_tags[i].tree.v[0].text))
			return true;
	return false;
}

/* How a tag that is pulled must not lose what proves it. */
static const char *pull_hint(const struct facts *facts,
			     const struct commit_fact *commit,
			     const struct values *trees)
{
	if (commit->unvouched)
		return " and counts";
	if (!has_shared_tag(facts->policy, trees))
		return "";
	return " (git merge --no-ff <tag>: a fast-forward, or <tag>^0, leaves "
	       "no proof of it)";
}

static void explain(const struct facts *facts,
		    const struct commit_fact *commit,
		    const struct foreign *foreign, struct verdict *verdict)
{
	struct finding *f = foreign->finding;
	const char *self = facts->tree->section.name;
	char *trees = join_names(&foreign->trees, "and");
	char *one_of = join_names(&foreign->trees, "or");

	if (foreign->trees.n)
		f->why = verdict_textf(verdict, "owned by %s, not by "
				       "%s%s%s", trees, self,
				       commit->unvouched ? "; " : "",
				       commit->unvouched ? commit->unvouched :
				       "");
	else
		f->why = verdict_text(verdict, "no subsystem of the policy "
				      "claims it, and 'unowned = deny' says "
				      "that one must");
	if (foreign->trees.n)
		f->fix = verdict_textf(verdict, "hand it to %s, or pull a "
				       "shared tag of %s that carries it%s",
				       one_of, one_of,
				       pull_hint(facts, commit,
						 &foreign->trees));
	else
		f->fix = verdict_text(verdict, "have the policy's author give "
				      "the path to a subsystem");
	if (!f->line)
		f->line = facts->policy->head.section.line;
	free(trees);
	free(one_of);
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	bool ack = facts->policy->rules[RULE_FOREIGN_PATH].accept_ack;
	struct foreign foreign = { 0 };

	for (size_t i = 0; commit->n_parents < 2 && i < commit->n_paths; i++) {
		const struct path_fact *path = &commit->paths[i];

		if (!owners_foreign(facts->policy, &path->owners, facts->tree))
			continue;
		if (ack && is_acked(commit, &path->owners))
			continue;
		add_path(&foreign, commit, path, verdict);
	}
	if (foreign.finding)
		explain(facts, commit, &foreign, verdict);
	values_release(&foreign.trees);
}

static unsigned needs_with(const struct policy *policy)
{
	return policy->rules[RULE_FOREIGN_PATH].accept_ack ?
	       NEED_FOREIGN_TEXT : 0;
}

const struct rule rule_foreign_path = {
	.needs = NEED_OWNERS,
	.needs_with = needs_with,
	.commit = judge_commit,
};
