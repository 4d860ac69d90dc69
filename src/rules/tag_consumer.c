/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "policy/values.h"
#include "rules/common.h"
#include "rules/rules.h"

static void judge_pull(const struct facts *facts, const struct pull_fact *pull,
		       struct verdict *verdict)
{
	struct finding *f = verdict_add(verdict, RULE_TAG_CONSUMER,
					SEVERITY_ERROR);
	const char *self = facts->tree->section.name;
	const char *tree = pull->shared->tree.v[0].text;
	char *ref = xasprintf("refs/tags/%s", pull->tag), *consumers;

	consumers = join_names(&pull->shared->consumer, "and");
	f->ref = verdict_ref(verdict, pull->ref);
	set_tag(verdict, f, ref);
	f->commit = pull->merge;
	f->subject = verdict_text(verdict, "");
	f->line = pull->shared->consumer.v[0].line;
	f->why = verdict_textf(verdict, "tag %s of %s is for %s, not for %s",
			       verdict_tag(verdict, ref), tree, consumers,
			       self);
	f->fix = verdict_textf(verdict, "ask %s for a tag that is for %s, or "
			       "have the policy's author add 'consumer = %s' "
			       "to its section", tree, self, self);
	free(consumers);
	free(ref);
}

static void judge_refs(const struct facts *facts, struct verdict *verdict)
{
	for (size_t i = 0; i < facts->n_pulls; i++)
		judge_pull(facts, &facts->pulls[i], verdict);
}

const struct rule rule_tag_consumer = {
	.refs = judge_refs,
};
