/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/waive.h"

#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "policy/waiver.h"

enum { SUGGESTED_DAYS = 30 };

static bool has_commit(const struct values *commits, const struct oid *oid)
{
	char hex[OID_HEX + 1];

	if (oid_is_zero(oid))
		return false;
	oid_format(hex, oid);
	for (size_t i = 0; i < commits->n; i++)
		if (!strcasecmp(commits->v[i].text, hex))
			return true;
	return false;
}

/* Each of the finding's paths is meant; a finding without paths never is. */
static bool has_paths(const struct values *patterns, const struct finding *f)
{
	for (size_t i = 0; i < f->n_paths; i++)
		if (!values_match(patterns, f->paths[i].path))
			return false;
	return f->n_paths > 0;
}

static bool covers(const struct waiver *w, const struct tree *tree,
		   const struct finding *f)
{
	if (strcmp(w->rule.v[0].text, rule_infos[f->rule].name) ||
	    strcmp(w->tree.v[0].text, tree->section.name))
		return false;
	if (w->commit.n && !has_commit(&w->commit, &f->commit))
		return false;
	if (w->path.n && !has_paths(&w->path, f))
		return false;
	if (w->tag.n && !(f->tag && values_match(&w->tag, f->tag)))
		return false;
	return w->commit.n || w->path.n || w->tag.n;
}

static const struct waiver *waiver_of(const struct verdict *verdict,
				      const struct tree *tree,
				      const struct finding *f, time_t now)
{
	const struct policy *policy = verdict->policy;

	for (size_t i = 0; i < policy->n_waivers; i++)
		if (covers(&policy->waivers[i], tree, f) &&
		    !waiver_has_ended(&policy->waivers[i], now))
			return &policy->waivers[i];
	return NULL;
}

void verdict_waive(struct verdict *verdict, const struct tree *tree,
		   time_t now)
{
	for (size_t i = 0; i < verdict->n; i++) {
		struct finding *f = &verdict->findings[i];

		f->waiver = waiver_of(verdict, tree, f, now);
		if (!f->waiver)
			continue;
		verdict->counts[f->severity]--;
		verdict->n_waived++;
	}
}

/* Suggesting one */

static void add_tags(struct finding *const *v, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		if (v[i]->tag && (!i || v[i]->tag != v[i - 1]->tag))
			buf_addf(out, "tag = %s\n", v[i]->tag);
}

static void add_commits(struct finding *const *v, size_t n, struct buf *out)
{
	char hex[OID_HEX + 1];

	for (size_t i = 0; i < n; i++) {
		oid_format(hex, &v[i]->commit);
		buf_addf(out, "commit = %s\n", hex);
	}
}

void waiver_suggest(struct finding *const *v, size_t n, const char *tree,
		    time_t now, struct buf *out)
{
	const char *rule = rule_infos[v[0]->rule].name;
	char name[OID_ABBREV + 1], day[DATE_LEN + 1];
	bool about_commits = !oid_is_zero(&v[0]->commit);

	if (!about_commits && !v[0]->tag)
		return;
	oid_abbreviate(name, &v[0]->commit);
	date_format(day, now, SUGGESTED_DAYS);
	buf_addf(out, "[waiver \"%s-%s\"]\nrule = %s\ntree = %s\n", rule,
		 about_commits ? name : v[0]->tag, rule, tree);
	if (about_commits)
		add_commits(v, n, out);
	else
		add_tags(v, n, out);
	buf_addf(out, "expires = %s\n"
		 "reason = why this is accepted, and where that was agreed\n"
		 "by = NAME <ADDRESS>\n", day);
}
