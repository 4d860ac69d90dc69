/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>
#include <strings.h>

#include "rules/common.h"
#include "rules/rules.h"

/* Somebody who should have signed off. */
struct person {
	const char *ident;
	size_t name_len;
	const char *mail;
	size_t mail_len;
	bool has_signed;
};

static bool person_init(struct person *p, const char *ident, size_t len)
{
	*p = (struct person){ .ident = ident };
	return ident_split(ident, len, &p->name_len, &p->mail, &p->mail_len);
}

/*
 * The same address, or the same name: people sign off with the address of the
 * day (checkpatch.pl in Linux takes that for a mismatch, not for missing).
 */
static void on_sign_off(void *ctx, const char *value, size_t len)
{
	struct person *p = ctx, by;

	if (!person_init(&by, value, len))
		return;
	if ((p->mail_len && p->mail_len == by.mail_len &&
	     !strncasecmp(p->mail, by.mail, by.mail_len)) ||
	    (p->name_len && p->name_len == by.name_len &&
	     !memcmp(p->ident, by.ident, by.name_len)))
		p->has_signed = true;
}

static bool has_signed(const struct commit_text *text, const char *ident,
		       size_t len)
{
	struct person p;

	if (!person_init(&p, ident, len))
		return false;
	commit_trailers(text->message, text->message_len,
			"Signed-off-by:", on_sign_off, &p);
	return p.has_signed;
}

static void report(const struct facts *facts, const struct commit_fact *commit,
		   const char *why, const char *fix, struct verdict *verdict)
{
	struct finding *f = commit_finding(verdict, RULE_SIGN_OFF,
					   SEVERITY_ERROR, commit);

	f->line = facts->policy->rules[RULE_SIGN_OFF].section.line;
	f->why = verdict_text(verdict, why);
	f->fix = verdict_text(verdict, fix);
}

/* Who has not signed it off, as a clause; NULL: nobody. */
static const char *who_is_missing(const struct commit_fact *commit)
{
	const struct commit_text *text = &commit->text;
	bool author = has_signed(text, text->author, text->author_len);
	bool committer = has_signed(text, text->committer,
				    text->committer_len);

	if (!author && !committer)
		return "neither its author nor its committer has signed it off";
	if (!author)
		return "its author has not signed it off";
	return committer ? NULL : "its committer has not signed it off";
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	const char *why;

	if (commit->n_parents > 1)
		return;
	why = who_is_missing(commit);
	if (why)
		report(facts, commit, why, "have each person who is missing "
		       "add a Signed-off-by: (git commit --amend -s, or git "
		       "rebase --signoff)", verdict);
	if (!commit->unknown_fix)
		return;
	why = verdict_textf(verdict, "'Fixes: %s' names no commit that is "
			    "here", commit->unknown_fix);
	report(facts, commit, why, "name the commit as git log -1 "
	       "--format='%h (\"%s\")' prints it", verdict);
}

const struct rule rule_sign_off = {
	.needs = NEED_TEXT | NEED_UNKNOWN_FIX,
	.commit = judge_commit,
};
