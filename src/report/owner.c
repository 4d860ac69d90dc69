/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/values.h"

/* The trees of all owners, each once, in the policy's order. */
static void all_trees(const struct owners *owners, struct values *trees)
{
	for (size_t i = 0; i < owners->n; i++) {
		const struct values *own = &owners->v[i].subsystem->tree;

		for (size_t k = 0; k < own->n; k++)
			if (!values_have(trees, own->v[k].text))
				values_add(trees, own->v[k].text);
	}
}

/* Text */

static void print_list(const char *before, const struct values *values,
		       FILE *out)
{
	for (size_t i = 0; i < values->n; i++) {
		char *text = text_escaped(values->v[i].text);

		fprintf(out, "%s%s", i ? ", " : before, text);
		free(text);
	}
}

static void print_line(const struct policy *policy, const struct value *value,
		       const char *key, FILE *out)
{
	char *file = text_escaped(policy->file);
	char *text = text_escaped(value->text);

	fprintf(out, "%s:%d: %s = %s\n", file, value->line, key, text);
	free(file);
	free(text);
}

static void print_owner(const struct policy *policy, const struct owner *owner,
			FILE *out)
{
	const struct subsystem *s = owner->subsystem;
	char *name = text_escaped(s->section.name);

	fprintf(out, "  %s", name);
	print_list("  (tree ", &s->tree, out);
	fputs(s->tree.n ? ")\n    " : "\n    ", out);
	print_line(policy, owner->pattern, owner->pattern->regex ? "match" :
		   "path", out);
	for (size_t i = 0; i < s->maintainer.n; i++) {
		char *text = text_escaped(s->maintainer.v[i].text);

		fprintf(out, "    %s\n", text);
		free(text);
	}
	free(name);
}

void owner_text(const struct policy *policy, const struct owned_path *p,
		FILE *out)
{
	char *path = text_escaped(p->path);
	struct values trees = { 0 };

	all_trees(p->owners, &trees);
	fprintf(out, "%s:", path);
	if (trees.n)
		print_list(" ", &trees, out);
	else if (p->owners->n)
		fputs(" no tree", out);
	else if (p->is_dir && !p->is_exact)
		fputs(" nobody owns all of it", out);
	else
		fputs(" no subsystem claims it", out);
	if (p->is_dir && !p->is_exact)
		fputs("; others own parts of it", out);
	fputc('\n', out);
	if (p->owners->common) {
		fputs("  anyone may change it\n    ", out);
		print_line(policy, p->owners->common, "commons", out);
	}
	for (size_t i = 0; i < p->owners->n; i++)
		print_owner(policy, &p->owners->v[i], out);
	values_release(&trees);
	free(path);
}

/* JSON */

static json_t *subsystem(const struct policy *policy, const struct owner *o)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o}",
			 "name", json_text(o->subsystem->section.name),
			 "trees", json_texts(&o->subsystem->tree),
			 "depth", o->depth,
			 "policy", json_policy_line(policy, o->pattern->line),
			 "pattern", json_text(o->pattern->text),
			 "maintainers", json_texts(&o->subsystem->maintainer));
}

json_t *owner_as_json(const struct policy *policy, const struct owned_path *p)
{
	json_t *list = json_array(), *json;
	struct values trees = { 0 };

	all_trees(p->owners, &trees);
	for (size_t i = 0; i < p->owners->n; i++)
		json_array_append_new(list, subsystem(policy,
						      &p->owners->v[i]));
	json = json_pack("{s:o, s:o, s:o, s:o}",
			 "path", json_text(p->path),
			 "owners", json_texts(&trees),
			 "commons", json_policy_line(policy, p->owners->common ?
						     p->owners->common->line :
						     0),
			 "subsystems", list);
	if (p->is_dir)
		json_object_set_new(json, "whole", json_boolean(p->is_exact));
	values_release(&trees);
	return json;
}

void owner_json(const struct policy *policy, const struct owned_path *p,
		FILE *out)
{
	json_put(owner_as_json(policy, p), out);
}
