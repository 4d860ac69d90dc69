/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/keys.h"
#include "policy/owners.h"
#include "policy/values.h"

void diags_add(struct diags *diags, int line, bool is_error,
	       const char *fmt, ...)
{
	char *msg = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&msg, fmt, ap) < 0)
		abort();
	va_end(ap);
	GROW(diags->v, diags->n, diags->cap);
	diags->v[diags->n++] = (struct diag){ line, is_error, msg,
						fmt };
}

static int by_line(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return strcmp(x->msg, y->msg);
}

void diags_sort(struct diags *diags)
{
	if (diags->n)
		qsort(diags->v, diags->n, sizeof(*diags->v), by_line);
}

size_t diags_errors(const struct diags *diags)
{
	size_t n = 0;

	for (size_t i = 0; i < diags->n; i++)
		n += diags->v[i].is_error;
	return n;
}

void diags_release(struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		free(diags->v[i].msg);
	free(diags->v);
	*diags = (struct diags){ 0 };
}

/* Gives every choice of a new section its default. */
static void set_defaults(enum section_kind kind, void *section)
{
	for (const struct key *key = section_infos[kind].keys; key->name;
	     key++)
		if (key->type == KEY_CHOICE)
			*(int *)((char *)section + key->offset) = key->dflt;
}

struct policy *policy_new(const char *file)
{
	struct policy *policy = xcalloc(1, sizeof(*policy));

	policy->file = xstrdup(file);
	policy->ownership = ownership_new();
	policy->head.section.name = arena_strdup(&policy->texts, "");
	set_defaults(SECTION_POLICY, &policy->head);
	for (int id = 0; id < RULE_COUNT; id++) {
		policy->rules[id].section.name =
			arena_strdup(&policy->texts, rule_infos[id].name);
		policy->rules[id].severity = (int)rule_infos[id].severity;
	}
	return policy;
}

static void release_section(enum section_kind kind, void *section)
{
	for (const struct key *key = section_infos[kind].keys; key->name;
	     key++)
		if (key->type != KEY_CHOICE)
			values_release_compiled((struct values *)
						((char *)section +
						 key->offset));
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	ownership_free(policy->ownership);
	release_section(SECTION_POLICY, &policy->head);
	for (size_t i = 0; i < policy->n_signers; i++)
		release_section(SECTION_SIGNER, &policy->signers[i]);
	for (size_t i = 0; i < policy->n_trees; i++)
		release_section(SECTION_TREE, &policy->trees[i]);
	for (size_t i = 0; i < policy->n_subsystems; i++)
		release_section(SECTION_SUBSYSTEM, &policy->subsystems[i]);
	for (size_t i = 0; i < policy->n_immutables; i++)
		release_section(SECTION_IMMUTABLE, &policy->immutables[i]);
	for (size_t i = 0; i < policy->n_shared_tags; i++) {
		glob_release(&policy->shared_tags[i].glob);
		release_section(SECTION_SHARED_TAG, &policy->shared_tags[i]);
	}
	free(policy->signers);
	free(policy->trees);
	free(policy->subsystems);
	free(policy->immutables);
	for (size_t i = 0; i < policy->n_waivers; i++)
		release_section(SECTION_WAIVER, &policy->waivers[i]);
	free(policy->shared_tags);
	free(policy->waivers);
	arena_release(&policy->texts);
	arena_release(&policy->lists);
	free(policy->text);
	free(policy->file);
	free(policy);
}

#define ADD(policy, list) \
	(GROW((policy)->list, (policy)->n_##list, (policy)->cap_##list), \
	 memset(&(policy)->list[(policy)->n_##list], 0, \
		sizeof(*(policy)->list)), \
	 (void *)&(policy)->list[(policy)->n_##list++])

struct section *policy_add(struct policy *policy, enum section_kind kind,
			   const char *name, int line)
{
	struct section *section = NULL;
	char *kept = arena_strdup(&policy->texts, name);
	int id;

	switch (kind) {
	case SECTION_POLICY:
		policy->head.section.line = line;
		return &policy->head.section;
	case SECTION_RULE:
		id = rule_by_name(name);
		policy->rules[id].section.line = line;
		return &policy->rules[id].section;
	case SECTION_SIGNER:
		section = ADD(policy, signers);
		break;
	case SECTION_TREE:
		section = ADD(policy, trees);
		break;
	case SECTION_SUBSYSTEM:
		section = ADD(policy, subsystems);
		break;
	case SECTION_IMMUTABLE:
		section = ADD(policy, immutables);
		break;
	case SECTION_SHARED_TAG:
		section = ADD(policy, shared_tags);
		glob_init(&((struct shared_tag *)section)->glob, kept,
			  GLOB_PATH);
		break;
	case SECTION_WAIVER:
		section = ADD(policy, waivers);
		break;
	case SECTION_KINDS:
		abort();
	}
	section->name = kept;
	section->line = line;
	set_defaults(kind, section);
	return section;
}

#define FIND(policy, list, wanted) do { \
	for (size_t i = 0; i < (policy)->n_##list; i++) \
		if (!strcmp((policy)->list[i].section.name, (wanted))) \
			return &(policy)->list[i]; \
	return NULL; \
} while (0)

const struct tree *policy_tree(const struct policy *policy, const char *name)
{
	FIND(policy, trees, name);
}

const struct subsystem *policy_subsystem(const struct policy *policy,
					 const char *name)
{
	FIND(policy, subsystems, name);
}

const struct signer *policy_signer(const struct policy *policy,
				   const char *name)
{
	FIND(policy, signers, name);
}

bool policy_accepts_acks(const struct policy *policy)
{
	return policy->rules[RULE_FOREIGN_PATH].accept_ack;
}
