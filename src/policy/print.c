/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "policy/keys.h"
#include "policy/policy.h"

static void print_header(const struct section *s, enum section_kind kind,
			 struct buf *out)
{
	if (out->len)
		buf_addch(out, '\n');
	buf_addf(out, "[%s", section_infos[kind].name);
	if (section_infos[kind].named) {
		buf_addstr(out, " \"");
		for (const char *p = s->name; *p; p++) {
			if (*p == '"' || *p == '\\')
				buf_addch(out, '\\');
			buf_addch(out, *p);
		}
		buf_addch(out, '"');
	}
	buf_addstr(out, "]\n");
}

static void print_value(const char *key, const char *text, struct buf *out)
{
	/* Longer lines could not be read back. */
	bool fits = strlen(key) + strlen(" = ") + strlen(text) <= MAX_LINE;

	buf_addf(out, "%s%s%s\n", key, fits ? " = " : "=", text);
}

static void print_section(const void *section, enum section_kind kind,
			  struct buf *out)
{
	print_header(section, kind, out);
	for (const struct key *key = section_infos[kind].keys; key->name;
	     key++) {
		const void *at = (const char *)section + key->offset;
		const struct section *s = section;

		if (key->only && strcmp(key->only, s->name))
			continue;
		if (key->type == KEY_CHOICE) {
			print_value(key->name, key->choices[*(const int *)at],
				    out);
			continue;
		}
		for (size_t i = 0; i < ((const struct values *)at)->n; i++)
			print_value(key->name,
				    ((const struct values *)at)->v[i].text,
				    out);
	}
}

#define PRINT_ALL(list, kind) \
	for (size_t i = 0; i < policy->n_##list; i++) \
		print_section(&policy->list[i], kind, out)

void policy_print(const struct policy *policy, struct buf *out)
{
	print_section(&policy->head, SECTION_POLICY, out);
	PRINT_ALL(signers, SECTION_SIGNER);
	PRINT_ALL(trees, SECTION_TREE);
	PRINT_ALL(subsystems, SECTION_SUBSYSTEM);
	PRINT_ALL(immutables, SECTION_IMMUTABLE);
	PRINT_ALL(shared_tags, SECTION_SHARED_TAG);
	for (int id = 0; id < RULE_COUNT; id++)
		print_section(&policy->rules[id], SECTION_RULE, out);
	PRINT_ALL(waivers, SECTION_WAIVER);
}
