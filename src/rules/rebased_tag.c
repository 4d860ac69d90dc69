/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

static const char *short_tag(const char *ref)
{
	const char *tag = tag_name(ref);

	return tag ? tag : ref;
}

/* "git merge --no-ff TAG", after what that is for. */
static const char *merge_it(struct verdict *verdict, const char *what,
			    const char *ref)
{
	if (verdict_hides(verdict, ref))
		return verdict_textf(verdict, "%s; those who run the "
				     "repository know its name", what);
	return verdict_textf(verdict, "%s: git merge --no-ff %s", what,
			     short_tag(ref));
}

static void explain(const struct facts *facts, const struct copy_fact *copy,
		    struct finding *f, struct verdict *verdict)
{
	char original[OID_ABBREV + 1];

	oid_abbreviate(original, &copy->original);
	set_tag(verdict, f, copy->ref);
	f->line = freezing_line(facts->policy, short_tag(copy->ref));
	f->why = verdict_textf(verdict, "it is a copy of %s (%s), which the "
			       "frozen tag %s contains and %s does not",
			       verdict_hides(verdict, copy->ref) ?
			       "a commit" : original, copy->is_patch ?
			       "the same patch" :
			       "the same author, author date and subject",
			       verdict_tag(verdict, copy->ref),
			       verdict_ref(verdict, copy->instead_in));
	if (copy->is_cited && tag_name(copy->instead_in))
		f->fix = verdict_textf(verdict, "push %s together with the "
				       "backport branch that it is a tag of, "
				       "or after it",
				       short_tag(copy->instead_in));
	else
		f->fix = merge_it(verdict, "merge the tag instead of rebasing "
				  "or picking its commits", copy->ref);
}

static void judge_commit(const struct facts *facts,
			 const struct commit_fact *commit,
			 struct verdict *verdict)
{
	const struct copy_fact *copy = commit->copy;

	if (copy && copy->instead_in)
		explain(facts, copy,
			commit_finding(verdict, RULE_REBASED_TAG,
				       SEVERITY_ERROR, commit), verdict);
}

/* It was excused on the `backport` branch, and in no other. */
static void judge_backported(const struct facts *facts,
			     const struct backported_fact *backported,
			     struct verdict *verdict)
{
	struct finding *f = verdict_add(verdict, RULE_REBASED_TAG,
					SEVERITY_ERROR);

	f->ref = verdict_ref(verdict, backported->copy.instead_in);
	f->commit = backported->commit;
	f->subject = verdict_text(verdict, backported->subject);
	explain(facts, &backported->copy, f, verdict);
}

/* A tag's new version is fine; a branch with both has the work twice. */
static void judge_doubled(const struct facts *facts,
			  const struct doubled_tag_fact *doubled,
			  struct verdict *verdict)
{
	struct finding *f = verdict_add(verdict, RULE_REBASED_TAG,
					SEVERITY_WARN);
	char copy[OID_ABBREV + 1], original[OID_ABBREV + 1];

	oid_abbreviate(copy, &doubled->copy);
	oid_abbreviate(original, &doubled->original);
	f->ref = verdict_ref(verdict, doubled->ref);
	set_tag(verdict, f, doubled->tag);
	f->line = freezing_line(facts->policy, short_tag(doubled->other));
	f->why = verdict_textf(verdict, "the branch contains both tag %s and "
			       "tag %s, but one is a rewritten copy of the "
			       "other: %s of the first is %s of the second",
			       verdict_tag(verdict, doubled->tag),
			       verdict_tag(verdict, doubled->other),
			       copy, original);
	f->fix = verdict_text(verdict, "build the branch again with only one "
			      "of the two tags");
}

static void judge_dropped(const struct dropped_tag_fact *dropped,
			  struct verdict *verdict)
{
	struct finding *f = verdict_add(verdict, RULE_REBASED_TAG,
					SEVERITY_ERROR);

	f->ref = verdict_ref(verdict, dropped->ref ? dropped->ref :
						     dropped->tag);
	set_tag(verdict, f, dropped->tag);
	f->line = dropped->line;
	if (dropped->kept_by) {
		const char *keeper = verdict_ref(verdict, dropped->kept_by);

		f->why = verdict_textf(verdict, "only %s would contain the "
				       "frozen tag %s after this push, and git "
				       "may refuse one branch and take the "
				       "other", keeper,
				       verdict_tag(verdict, dropped->tag));
		f->fix = verdict_textf(verdict, "push %s first, alone", keeper);
		return;
	}
	f->why = verdict_textf(verdict, "after this push no governed branch "
			       "contains the frozen tag %s any more, and "
			       "others may have built on it",
			       verdict_tag(verdict, dropped->tag));
	f->fix = merge_it(verdict, "keep the tag's commits as they are",
			  dropped->tag);
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_dropped; i++)
		judge_dropped(&facts->dropped[i], verdict);
	for (size_t i = 0; i < facts->n_backported; i++)
		judge_backported(facts, &facts->backported[i], verdict);
	for (size_t i = 0; i < facts->n_doubled; i++)
		judge_doubled(facts, &facts->doubled[i], verdict);
}

const struct rule rule_rebased_tag = {
	.needs = NEED_COPIES | NEED_DOUBLED_TAGS,
	.refs = judge_refs,
	.commit = judge_commit,
};
