/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "facts/consent.h"
#include "policy/values.h"
#include "rules/common.h"
#include "rules/rules.h"

/* A path that the commit may change neither by right nor by consent. */
struct foreign {
	const struct path_fact *path;
	const struct value *neighbour;	/* changed by custom; or NULL */
};

/* Those of one commit. */
struct foreigns {
	struct foreign *v;
	size_t n, cap;
	struct consent consent;		/* read with the first foreign path */
	bool knows_consent;
};

static const struct consent *consent_of(const struct commit_fact *commit,
					struct foreigns *foreigns)
{
	if (!foreigns->knows_consent)
		consent_read(commit, &foreigns->consent);
	foreigns->knows_consent = true;
	return &foreigns->consent;
}

static bool changes_own(const struct facts *facts,
			const struct commit_fact *commit)
{
	bool own = commit->changes_own;

	for (size_t i = 0; !own && i < commit->n_paths; i++)
		own = owners_have_tree(&commit->paths[i].owners,
				       facts->tree->section.name);
	return own;
}

static void find_foreigns(const struct facts *facts,
			  const struct commit_fact *commit,
			  struct foreigns *out)
{
	bool accept_ack = policy_accepts_acks(facts->policy);
	const struct values *incidental = &facts->policy->head.incidental;
	bool own = incidental->n && changes_own(facts, commit);

	for (size_t i = 0; i < commit->n_paths; i++) {
		const struct path_fact *path = &commit->paths[i];

		if (!owners_foreign(facts->policy, &path->owners, facts->tree))
			continue;
		if (own && values_match(incidental, path->path))
			continue;
		if (accept_ack && is_acked(consent_of(commit, out),
					   &path->owners))
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = (struct foreign){
			.path = path,
			.neighbour = values_match(&facts->tree->neighbour,
						  path->path),
		};
	}
}

/* Whether the committer may consent in the name of all their owners. */
static bool has_consent(const struct facts *facts,
			const struct commit_fact *commit,
			struct foreigns *foreigns)
{
	bool has = facts->policy->rules[RULE_FOREIGN_PATH].accept_committer;

	for (size_t i = 0; has && i < foreigns->n; i++)
		has = committer_maintains(consent_of(commit, foreigns),
					  &foreigns->v[i].path->owners);
	return has;
}

/* What the finding's paths have in common. */
struct summary {
	struct foreigns *foreigns;	/* borrowed; all of the commit */
	struct values trees;
	struct owners owners;		/* each once */
	bool has_unowned;
};

static void add_owners(struct owners *list, const struct owners *owners)
{
	for (size_t i = 0; i < owners->n; i++) {
		size_t k = 0;

		while (k < list->n &&
		       list->v[k].subsystem != owners->v[i].subsystem)
			k++;
		if (k < list->n)
			continue;
		GROW(list->v, list->n, list->cap);
		list->v[list->n++] = owners->v[i];
	}
}

static void summary_release(struct summary *s)
{
	values_release(&s->trees);
	owners_release(&s->owners);
}

/* Whether one of the trees has shared tags at all. */
static bool has_shared_tag(const struct policy *policy,
			   const struct values *trees)
{
	for (size_t i = 0; i < policy->n_shared_tags; i++)
		if (values_have(trees, policy->shared_tags[i].tree.v[0].text))
			return true;
	return false;
}

/* What to do with the tag, so that it proves where the commit is from. */
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

/* Each way in that the policy allows. */
static const char *ways_in(const struct facts *facts,
			   const struct commit_fact *commit,
			   const struct summary *s, struct verdict *verdict)
{
	const struct rule_config *rule =
		&facts->policy->rules[RULE_FOREIGN_PATH];
	char *trees = join_names(&s->trees, "or");
	char *acks = rule->accept_ack && !s->has_unowned ?
		     missing_acks(consent_of(commit, s->foreigns),
				  &s->owners) : NULL;
	struct buf out = BUF_INIT;
	const char *text;

	buf_addf(&out, "hand it to %s, or pull a shared tag of %s that carries "
		 "it%s", trees, trees, pull_hint(facts, commit, &s->trees));
	if (acks)
		buf_addf(&out, ", or get %s", acks);
	if (rule->accept_committer && !s->has_unowned)
		buf_addstr(&out, ", or have somebody commit it who maintains "
			   "all of these paths");
	text = verdict_text(verdict, buf_str(&out));
	buf_release(&out);
	free(acks);
	free(trees);
	return text;
}

static void explain(const struct facts *facts,
		    const struct commit_fact *commit,
		    const struct summary *s, struct finding *f,
		    struct verdict *verdict)
{
	char *trees = join_names(&s->trees, "and");

	if (s->trees.n) {
		f->why = verdict_textf(verdict, "owned by %s, not by %s%s%s",
				       trees, facts->tree->section.name,
				       commit->unvouched ? "; " : "",
				       commit->unvouched ? commit->unvouched :
				       "");
		f->fix = ways_in(facts, commit, s, verdict);
	} else {
		f->why = verdict_text(verdict, "no subsystem claims this path, "
				      "and the policy has 'unowned = deny'");
		f->fix = verdict_text(verdict, "have the policy's author give "
				      "the path to a subsystem");
	}
	if (!f->line)
		f->line = facts->policy->head.section.line;
	free(trees);
}

static void explain_custom(const struct facts *facts,
			   const struct summary *s,
			   const struct value *neighbour, struct finding *f,
			   struct verdict *verdict)
{
	char *trees = join_names(&s->trees, "and");

	f->line = neighbour->line;
	f->why = verdict_textf(verdict, "owned by %s, but %s changes such "
			       "paths by custom ('neighbour = %s')",
			       s->trees.n ? trees : "nobody",
			       facts->tree->section.name, neighbour->text);
	f->fix = verdict_textf(verdict, "nothing, if %s know%s of it",
			       s->trees.n ? trees : "the others",
			       s->trees.n == 1 ? "s" : "");
	free(trees);
}

/* One finding for the paths of neighbours, or one for the others. */
static void judge_kind(const struct facts *facts,
		       const struct commit_fact *commit,
		       struct foreigns *foreigns, bool by_custom,
		       struct verdict *verdict)
{
	const struct value *neighbour = NULL;
	struct summary s = { .foreigns = foreigns };
	struct finding *f = NULL;

	for (size_t i = 0; i < foreigns->n; i++) {
		const struct foreign *foreign = &foreigns->v[i];
		const struct owners *owners = &foreign->path->owners;

		if (by_custom != (foreign->neighbour != NULL))
			continue;
		if (!f)
			f = commit_finding(verdict, RULE_FOREIGN_PATH,
					   by_custom ? SEVERITY_INFO :
					   SEVERITY_ERROR, commit);
		if (!f->line && owners->n)
			f->line = owners->v[0].pattern->line;
		if (!neighbour)
			neighbour = foreign->neighbour;
		s.has_unowned |= !owners->n;
		add_trees(&s.trees, owners);
		add_owners(&s.owners, owners);
		add_owned_path(verdict, f, foreign->path);
	}
	if (f && by_custom)
		explain_custom(facts, &s, neighbour, f, verdict);
	else if (f)
		explain(facts, commit, &s, f, verdict);
	summary_release(&s);
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	struct foreigns foreigns = { 0 };

	if (commit->n_parents > 1)
		return;
	find_foreigns(facts, commit, &foreigns);
	if (!has_consent(facts, commit, &foreigns)) {
		judge_kind(facts, commit, &foreigns, false, verdict);
		judge_kind(facts, commit, &foreigns, true, verdict);
	}
	consent_release(&foreigns.consent);
	free(foreigns.v);
}

static unsigned needs_with(const struct policy *policy)
{
	const struct rule_config *rule = &policy->rules[RULE_FOREIGN_PATH];

	return rule->accept_ack || rule->accept_committer ?
	       NEED_FOREIGN_TEXT : 0;
}

const struct rule rule_foreign_path = {
	.needs = NEED_OWNERS,
	.needs_with = needs_with,
	.commit = judge_commit,
};
