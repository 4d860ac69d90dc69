/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "policy/format.h"
#include "policy/values.h"
#include "rules/common.h"
#include "rules/rules.h"

static struct finding *tag_finding(struct verdict *verdict,
				   const struct tag_fact *tag,
				   enum severity most)
{
	struct finding *f = verdict_add(verdict, RULE_SHARED_TAG, most);

	f->ref = verdict_ref(verdict, tag->ref);
	set_tag(verdict, f, tag->ref);
	f->line = tag->shared->section.line;
	return f;
}

/* The tag object: there, about a commit, and signed. */
static void judge_object(const struct tag_fact *tag, struct verdict *verdict)
{
	const char *name = tag_name(tag->ref);
	const char *tree = tag->shared->tree.v[0].text;
	struct finding *f;

	if (tag->is_annotated && tag->is_commit && !tag->unsigned_why)
		return;
	f = tag_finding(verdict, tag, SEVERITY_ERROR);
	if (!tag->is_commit)
		f->why = verdict_textf(verdict, "tag %s points to no commit, "
				       "so it shares nothing", name);
	else if (!tag->is_annotated)
		f->why = verdict_textf(verdict, "tag %s is lightweight, so "
				       "nobody can have signed it and anybody "
				       "can move it", name);
	else
		f->why = verdict_textf(verdict, "tag %s must be signed by a "
				       "signer of %s, but %s", name, tree,
				       tag->unsigned_why);
	f->fix = verdict_textf(verdict, "have a signer of %s make the tag: git "
			       "tag -f %s %s <commit>", tree,
			       tag->shared->is_signed ? "-s" : "-a", name);
}

/* One of its commits that it should not hold. */
static void judge_fault(const struct tag_fact *tag,
			const struct tag_fault *fault, struct verdict *verdict)
{
	const char *name = tag_name(tag->ref);
	struct finding *f = tag_finding(verdict, tag, SEVERITY_ERROR);

	f->commit = fault->commit;
	f->subject = verdict_text(verdict, fault->subject);
	for (size_t i = 0; i < fault->n_paths; i++)
		add_owned_path(verdict, f, &fault->paths[i]);
	if (fault->why)
		f->why = verdict_textf(verdict, "a commit in tag %s %s", name,
				       fault->why);
	else
		f->why = verdict_textf(verdict, "tag %s contains it, but it "
				       "changes paths that the tag's section "
				       "does not let %s share%s", name,
				       tag->shared->tree.v[0].text,
				       tag->has_more_faults ?
				       " (and so do more commits)" : "");
	if (tag->draft_within && !verdict_hides(verdict, tag->draft_within))
		f->fix = verdict_textf(verdict, "%s, which it contains, is "
				       "still a draft: push the branch that "
				       "merges that first, then the tag",
				       tag_name(tag->draft_within));
	else
		f->fix = verdict_text(verdict, "make the tag again without "
				      "this commit, or build it on a frozen "
				      "shared tag that may contain it");
}

static void judge_base(const struct tag_fact *tag, const struct tag_base *base,
		       struct verdict *verdict)
{
	struct finding *f = tag_finding(verdict, tag, SEVERITY_ERROR);
	char *patterns;
	char start[OID_ABBREV + 1];

	oid_abbreviate(start, &base->commit);
	patterns = join_names(&tag->shared->based_on, "or");
	f->commit = base->child;
	f->subject = verdict_text(verdict, "");
	f->line = tag->shared->based_on.v[0].line;
	if (oid_is_zero(&base->commit))
		f->why = verdict_textf(verdict, "the history of tag %s starts "
				       "at a commit without parents, not at a "
				       "tag like %s%s%s%s",
				       verdict_tag(verdict, tag->ref),
				       patterns, base->tag ? ": " : "",
				       base->tag ? base->tag : "",
				       base->tag ? ", which it contains, is "
				       "lightweight or not proven" : "");
	else
		f->why = verdict_textf(verdict, "tag %s starts at %s%s%s%s, "
				       "which has no annotated tag like %s "
				       "here", verdict_tag(verdict, tag->ref),
				       start,
				       base->tag ? " (" : "",
				       base->tag ? base->tag : "",
				       base->tag ? ")" : "", patterns);
	f->fix = verdict_textf(verdict, "rebase its commits onto a tag like %s "
			       "and tag them again; if it does start at such "
			       "a tag, push that one first", patterns);
	free(patterns);
}

static void judge_name(const struct tag_fact *tag, struct verdict *verdict)
{
	const struct value *format = tag->shared->format.v;
	const char *name = tag_name(tag->ref), *problem;
	struct finding *f;

	problem = tag->shared->format.n ? format_problem(format->text, name) :
		  NULL;
	if (!problem)
		return;
	f = tag_finding(verdict, tag, SEVERITY_WARN);
	f->line = format->line;
	f->why = verdict_textf(verdict, "%s %s %s", name, problem,
			       format->text);
	f->fix = verdict_text(verdict, "if nobody has pulled the tag yet, "
			      "delete it and make it again under a name of "
			      "that form");
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_tags; i++) {
		const struct tag_fact *tag = &facts->tags[i];

		judge_object(tag, verdict);
		for (size_t n = 0; n < tag->n_faults; n++)
			judge_fault(tag, &tag->faults[n], verdict);
		for (size_t n = 0; n < tag->n_bases; n++)
			if (!tag->bases[n].is_allowed)
				judge_base(tag, &tag->bases[n], verdict);
		if (!tag->is_pulled)
			judge_name(tag, verdict);
	}
}

const struct rule rule_shared_tag = {
	.refs = judge_refs,
};
