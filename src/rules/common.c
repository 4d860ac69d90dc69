/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/common.h"

#include <stdlib.h>

#include "policy/values.h"

struct finding *commit_finding(struct verdict *verdict, enum rule_id rule,
			       enum severity most,
			       const struct commit_fact *commit)
{
	struct finding *f = verdict_add(verdict, rule, most);

	f->ref = verdict_ref(verdict, commit->ref);
	f->commit = commit->oid;
	f->via = commit->via;
	if (commit->text.subject)
		f->subject = verdict_text(verdict, commit->text.subject);
	return f;
}

void set_tag(struct verdict *verdict, struct finding *f, const char *ref)
{
	f->tag = verdict_hides(verdict, ref) ? NULL : verdict_tag(verdict, ref);
}

struct finding *ref_finding(struct verdict *verdict, enum rule_id rule,
			    enum severity most, const struct ref_fact *ref)
{
	struct finding *f = verdict_add(verdict, rule, most);

	f->ref = verdict_ref(verdict, ref->name);
	if (tag_name(ref->name))
		set_tag(verdict, f, ref->name);
	return f;
}

void add_owned_path(struct verdict *verdict, struct finding *finding,
		    const struct path_fact *path)
{
	const struct owners *owners = &path->owners;

	if (!owners->n)
		finding_add_path(verdict, finding, path->path, NULL, NULL);
	for (size_t i = 0; i < owners->n; i++) {
		const struct subsystem *s = owners->v[i].subsystem;
		struct buf trees = BUF_INIT;

		for (size_t t = 0; t < s->tree.n; t++) {
			buf_addstr(&trees, t ? ", " : "");
			buf_addstr(&trees, s->tree.v[t].text);
		}
		finding_add_path(verdict, finding, path->path,
				 s->section.name, buf_str(&trees));
		buf_release(&trees);
	}
}

void add_trees(struct values *list, const struct owners *owners)
{
	for (size_t i = 0; i < owners->n; i++) {
		const struct values *trees = &owners->v[i].subsystem->tree;

		for (size_t t = 0; t < trees->n; t++)
			if (!values_have(list, trees->v[t].text))
				values_add(list, trees->v[t].text);
	}
}
