/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"
#include "rules/rules.h"

/* Why the tag as it was is frozen, or NULL; `*line` is the policy's. */
static const char *frozen_why(const struct facts *facts,
			      const struct ref_fact *ref, const char *tag,
			      struct verdict *verdict, int *line)
{
	const struct value *pattern = immutable_match(facts->policy, tag);
	const struct shared_tag *shared;

	if (pattern) {
		*line = pattern->line;
		return verdict_textf(verdict, "tags that match '%s' never "
				     "change once they exist", pattern->text);
	}
	shared = shared_tag_match(facts->policy, tag);
	if (!shared)
		return NULL;
	*line = shared->section.line;
	if (shared->freeze == FREEZE_PUSH)
		return verdict_textf(verdict, "shared tags that match '%s' "
				     "never change once they are pushed",
				     shared->section.name);
	if (ref->draft == DRAFT_MERGED)
		return "a governed branch contains it, which froze it";
	if (ref->draft == DRAFT_UNKNOWN)
		return "its old object is not in this repository, so nobody "
		       "can tell whether a governed branch contains it";
	return NULL;
}

/* Whose signature a tag of such a name must have, or "". */
static const char *signature_of(const struct facts *facts, const char *tag,
				struct verdict *verdict)
{
	const char *ref = verdict_textf(verdict, "refs/tags/%s-v2", tag);
	struct ref_rule rule = govern_ref(facts->policy, facts->tree, ref);

	if (!rule.is_upstream || !rule.owner->is_signed)
		return "";
	return verdict_textf(verdict, " (signed by a signer of %s)",
			     rule.owner->section.name);
}

static const char *new_name(const struct facts *facts, const char *tag,
			    struct verdict *verdict)
{
	const struct shared_tag *shared =
		shared_tag_match(facts->policy, tag);

	if (shared && shared->format.n)
		return verdict_textf(verdict, "publish the new version under a "
				     "new name of the form %s, and leave %s "
				     "as it is", shared->format.v[0].text,
				     tag);
	return verdict_textf(verdict, "publish the new version under a new "
			     "name, such as %s-v2%s, and leave %s as it is",
			     tag, signature_of(facts, tag, verdict), tag);
}

/* Its base before and after, if that is another one; else "". */
static const char *moved_base(const struct ref_fact *ref,
			      struct verdict *verdict)
{
	char old[OID_ABBREV + 1], new[OID_ABBREV + 1];

	if (oid_is_zero(&ref->old_base) || oid_is_zero(&ref->new_base) ||
	    oid_equal(&ref->old_base, &ref->new_base))
		return "";
	oid_abbreviate(old, &ref->old_base);
	oid_abbreviate(new, &ref->new_base);
	return verdict_textf(verdict, " on another base, %s instead of %s", new,
			     old);
}

/*
 * Whoever fetched the draft has the old object: git does not replace tags when
 * it fetches. A draft that is deleted is withdrawn, and need not be fetched.
 */
static void tell_redone(const struct facts *facts, const struct ref_fact *ref,
			const char *tag, struct verdict *verdict)
{
	const struct shared_tag *shared = shared_tag_match(facts->policy, tag);
	struct finding *f;

	if (!shared || shared->freeze != FREEZE_MERGE ||
	    oid_is_zero(&ref->new))
		return;
	f = ref_finding(verdict, RULE_IMMUTABLE_TAG, SEVERITY_INFO, ref);
	f->line = shared->section.line;
	f->why = verdict_textf(verdict, "draft %s is redone%s, and whoever "
			       "fetched it still has the old one", tag,
			       moved_base(ref, verdict));
	f->fix = verdict_textf(verdict, "tell whoever uses the draft to fetch "
			       "it again: git fetch --force <remote> tag %s",
			       tag);
}

static void judge_tag(const struct facts *facts, const struct ref_fact *ref,
		      const char *tag, struct verdict *verdict)
{
	bool deleted = oid_is_zero(&ref->new);
	struct finding *f;
	const char *why;
	int line = 0;

	if (oid_is_zero(&ref->old) || oid_equal(&ref->old, &ref->new))
		return;
	why = frozen_why(facts, ref, tag, verdict, &line);
	if (!why) {
		tell_redone(facts, ref, tag, verdict);
		return;
	}
	f = ref_finding(verdict, RULE_IMMUTABLE_TAG, SEVERITY_ERROR, ref);
	f->line = line;
	f->why = verdict_textf(verdict, "tag %s is frozen, and this push %s: "
			       "%s", tag, deleted ? "deletes it" :
			       ref->new_type == OBJECT_TAG ? "replaces it" :
			       "replaces it with a lightweight tag", why);
	f->fix = deleted ?
		verdict_text(verdict, "do not delete the tag: others may have "
			     "fetched it already") :
		new_name(facts, tag, verdict);
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_refs; i++) {
		const struct ref_fact *ref = &facts->refs[i];
		const char *tag = tag_name(ref->name);

		if (tag && (ref->rule.kind != REF_INTEGRATION ||
			    immutable_match(facts->policy, tag)))
			judge_tag(facts, ref, tag, verdict);
	}
}

const struct rule rule_immutable_tag = {
	.refs = judge_refs,
};
