/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/oid.h"
#include "base/text.h"
#include "policy/ungoverned.h"

static bool is_pattern(enum key_type type)
{
	return type == KEY_PATH || type == KEY_REF || type == KEY_TAG ||
	       type == KEY_REPOSITORY || type == KEY_SUBJECT;
}

static void init_place(struct arena *texts, struct glob *glob, const char *text)
{
	char *pattern = ungoverned_pattern(text);

	glob_init(glob, arena_strdup(texts, pattern), GLOB_PATH);
	free(pattern);
}

int policy_add_value(struct policy *policy, struct values *values,
		     enum key_type type, char *text, int line,
		     struct error *err)
{
	struct value *value;

	if (values->n == values->cap)
		values->v = arena_grow(&policy->lists, values->v, &values->cap,
				       sizeof(*values->v));
	value = &values->v[values->n++];
	*value = (struct value){ .text = text, .line = line };
	if (type == KEY_PLACE)
		init_place(&policy->texts, &value->glob, text);
	else if (is_pattern(type))
		glob_init(&value->glob, text,
			  type == KEY_SUBJECT ? GLOB_TEXT : GLOB_PATH);
	if (type == KEY_REGEX)
		value->regex = regex_new(text, err);
	return type == KEY_REGEX && !value->regex ? -1 : 0;
}

void values_release_compiled(struct values *values)
{
	for (size_t i = 0; i < values->n; i++) {
		glob_release(&values->v[i].glob);
		regex_free(values->v[i].regex);
	}
}

void values_add(struct values *values, const char *name)
{
	GROW(values->v, values->n, values->cap);
	values->v[values->n++] = (struct value){ .text = xstrdup(name) };
}

void values_release(struct values *values)
{
	for (size_t i = 0; i < values->n; i++)
		free(values->v[i].text);
	free(values->v);
	*values = (struct values){ 0 };
}

bool values_have(const struct values *values, const char *text)
{
	for (size_t i = 0; i < values->n; i++)
		if (!strcmp(values->v[i].text, text))
			return true;
	return false;
}

const struct value *values_match(const struct values *values, const char *s)
{
	for (size_t i = 0; i < values->n; i++)
		if (glob_match(&values->v[i].glob, s))
			return &values->v[i];
	return NULL;
}

int choice_index(const struct key *key, const char *word)
{
	for (int i = 0; key->choices[i]; i++)
		if (!strcmp(key->choices[i], word))
			return i;
	return -1;
}

static char *choice_problem(const struct key *key, const char *text)
{
	struct buf b = BUF_INIT;

	if (choice_index(key, text) >= 0)
		return NULL;
	buf_addf(&b, "'%s' is not a value of '%s': expected ", text, key->name);
	for (int i = 0; key->choices[i]; i++)
		buf_addf(&b, "%s%s", i == 0 ? "" : key->choices[i + 1] ?
			 ", " : " or ", key->choices[i]);
	return buf_detach(&b);
}

static char *path_problem(const char *text)
{
	if (text[0] == '/')
		return xasprintf("'%s' matches nothing: paths start at the "
				 "root without a slash; write '%s'", text,
				 text + strspn(text, "/"));
	if (strstr(text, "//") || text_has_dots(text))
		return xasprintf("'%s' matches nothing: write the path as git "
				 "ls-files prints it, without '.', '..' and "
				 "'//'", text);
	return NULL;
}

static char *ref_problem(const char *text)
{
	size_t n = strlen(text);

	if (!text_starts_with(text, "refs/"))
		return xasprintf("'%s' is not a full ref: write "
				 "'refs/heads/%s' or 'refs/tags/%s'", text,
				 text, text);
	if (text[n - 1] == '/')
		return xasprintf("'%s' names no ref: to match everything "
				 "below it write '%s**'", text, text);
	return NULL;
}

static char *tag_problem(const char *text)
{
	const char *prefix = "refs/tags/";

	if (text_starts_with(text, prefix))
		return xasprintf("'%s': a tag pattern starts below refs/tags/; "
				 "write '%s'", text, text + strlen(prefix));
	if (text[0] == '/' || text[strlen(text) - 1] == '/')
		return xasprintf("'%s' matches no tag: remove the slash, or "
				 "write '**' for everything below", text);
	return NULL;
}

static char *fingerprint_problem(const char *text)
{
	size_t n = strspn(text, "0123456789ABCDEFabcdef");

	if (!text[n] && (n == 40 || n == 64))
		return NULL;
	return xasprintf("'%s' is not a full fingerprint: expected 40 hex "
			 "digits (64 for a version 5 or 6 key), without spaces "
			 "or 0x, as 'gpg --list-keys --with-colons' prints "
			 "them in its fpr line", text);
}

bool is_ssh_key(const char *text)
{
	static const char *const types[] = {
		"ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-nistp256 ",
		"ecdsa-sha2-nistp384 ", "ecdsa-sha2-nistp521 ",
		"sk-ssh-ed25519@openssh.com ",
		"sk-ecdsa-sha2-nistp256@openssh.com ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const char *blob = text + strlen(types[i]);

		if (text_starts_with(text, types[i]) &&
		    text_starts_with(blob, "AAAA"))
			return true;
	}
	return false;
}

static char *oid_problem(const char *text)
{
	size_t n = strspn(text, "0123456789ABCDEFabcdef");

	if (!text[n] && n == OID_HEX)
		return NULL;
	return xasprintf("'%s' is not a full commit name: expected 40 hex "
			 "digits, as 'git rev-parse' prints them", text);
}

static char *ssh_problem(const char *text)
{
	return is_ssh_key(text) ? NULL :
	       xasprintf("'%s' is not a public key: expected the line of a "
			 ".pub file, such as 'ssh-ed25519 AAAA...'", text);
}

static char *format_problem(const char *text)
{
	static const char *const known[] = { "<topic>", "<YYYY>", "<MM>",
					     "<DD>" };

	for (const char *p = strchr(text, '<'); p; p = strchr(p + 1, '<')) {
		size_t i = 0;

		while (i < ARRAY_SIZE(known) &&
		       !text_starts_with(p, known[i]))
			i++;
		if (i == ARRAY_SIZE(known))
			return xasprintf("'%s' has an unknown placeholder: "
					 "expected <topic>, <YYYY>, <MM> or "
					 "<DD>", text);
	}
	return NULL;
}

/* Finds what users of git's config write and mean differently. */
static char *syntax_problem(const char *text)
{
	size_t n = strlen(text);

	if (n >= 2 && text[0] == '"' && text[n - 1] == '"')
		return xasprintf("%s: quotes would be part of the value; write "
				 "it without them", text);
	if (text[0] == ';')
		return xasprintf("'%s': a value cannot start with ';', which "
				 "starts a comment", text);
	if (text[n - 1] == '\\')
		return xasprintf("'%s': a backslash does not continue a line; "
				 "repeat the key instead", text);
	return NULL;
}

static char *hash_problem(const char *text)
{
	if (!strchr(text, '#') ||
	    (!strstr(text, " #") && !strstr(text, "\t#")))
		return NULL;
	return xasprintf("'%s': '#' starts a comment only at the beginning of "
			 "a line; after a value write ' ; comment'", text);
}

static char *version_problem(const char *text)
{
	if (!strcmp(text, "1"))
		return NULL;
	return xasprintf("version '%s' is not known here: expected 1", text);
}

static char *repository_problem(const char *text)
{
	if (text[0] == '/' || text_starts_with(text, "**"))
		return NULL;
	return xasprintf("'%s' is not an absolute directory: expected "
			 "/srv/git/NAME.git", text);
}

static char *date_problem(const char *text)
{
	if (date_is_real(text))
		return NULL;
	return xasprintf("'%s' is not a day: expected YYYY-MM-DD", text);
}

char *value_problem(const struct key *key, const char *text)
{
	char *problem;

	if (!*text)
		return xasprintf("'%s' has no value", key->name);
	problem = syntax_problem(text);
	if (!problem && key->type != KEY_TEXT && key->type != KEY_SUBJECT &&
	    key->type != KEY_CHOICE && key->type != KEY_SSH)
		problem = hash_problem(text);
	if (problem)
		return problem;
	switch (key->type) {
	case KEY_CHOICE:
		return choice_problem(key, text);
	case KEY_VERSION:
		return version_problem(text);
	case KEY_PATH:
		return path_problem(text);
	case KEY_REF:
		return ref_problem(text);
	case KEY_TAG:
		return tag_problem(text);
	case KEY_REPOSITORY:
		return repository_problem(text);
	case KEY_PLACE:
		return ungoverned_problem(text);
	case KEY_FINGERPRINT:
		return fingerprint_problem(text);
	case KEY_SSH:
		return ssh_problem(text);
	case KEY_FORMAT:
		return format_problem(text);
	case KEY_OID:
		return oid_problem(text);
	case KEY_DATE:
		return date_problem(text);
	case KEY_FILE:
	case KEY_NAME:
	case KEY_TEXT:
	case KEY_SUBJECT:
	case KEY_REGEX:
		return NULL;
	}
	return NULL;
}

/* Longer lists of names end in a count. */
enum { NAMES_SHOWN = 5 };

char *join_names(const struct values *list, const char *last)
{
	size_t shown = list->n > NAMES_SHOWN ? NAMES_SHOWN : list->n;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < shown; i++) {
		if (i && i + 1 == list->n)
			buf_addf(&out, " %s ", last);
		else if (i)
			buf_addstr(&out, ", ");
		buf_addstr(&out, list->v[i].text);
	}
	if (shown < list->n)
		buf_addf(&out, " %s %zu more", last, list->n - shown);
	return buf_detach(&out);
}
