/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/hook_text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

/* The line that names the program. */
static const char assign[] = "\ntreaty=";

const struct hook_file *hook_file_find(const char *name)
{
	for (const struct hook_file *h = hook_files; h->name; h++)
		if (!strcmp(h->name, name))
			return h;
	return NULL;
}

void shell_quote(struct buf *out, const char *word)
{
	buf_addch(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_addstr(out, "'\\''");
		else
			buf_addch(out, *word);
	buf_addch(out, '\'');
}

char *hook_text(const struct hook_file *hook, const char *program)
{
	const char *value = strstr(hook->text, assign) + strlen(assign);
	struct buf out = BUF_INIT;

	buf_add(&out, hook->text, (size_t)(value - hook->text));
	if (strchr(program, '/'))
		shell_quote(&out, program);
	else
		buf_addstr(&out, program);
	buf_addstr(&out, value + strcspn(value, "\n"));
	return buf_detach(&out);
}

/* The word that shell_quote() wrote, a new string. */
static char *unquoted(const char *s, size_t len)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len)
			buf_addch(&out, s[++i]);
		else if (s[i] != '\'')
			buf_addch(&out, s[i]);
	}
	buf_addstr(&out, "");
	return buf_detach(&out);
}

/* Whether it is the older text, whose comment may be worded otherwise. */
static bool is_older(const struct hook_file *hook, const char *text)
{
	char *line = xasprintf("exec git treaty %s --chained "
			       "\"$0.before-treaty\" -- \"$@\"\n", hook->name);
	bool is = text_starts_with(text, "#!/bin/sh\n") &&
		  text_ends_with(text, line);
	const char *end = text + strlen(text) - strlen(line);

	for (; is && text < end; text += strcspn(text, "\n") + 1)
		is = *text == '#' ||
		     text_starts_with(text, "command -v git-treaty >");
	free(line);
	return is;
}

bool hook_text_is_ours(const char *text)
{
	return strstr(text, "\nexec \"$treaty\" ") ||
	       (strstr(text, "\nexec git treaty ") &&
		strstr(text, " --chained "));
}

enum hook_state hook_text_state(const struct hook_file *hook, const char *text,
				char **program)
{
	const char *value = strstr(text, assign);
	enum hook_state state = HOOK_OTHER;
	char *name = NULL, *same = NULL;

	if (value) {
		value += strlen(assign);
		name = unquoted(value, strcspn(value, "\n"));
		same = hook_text(hook, name);
	}
	if (same && !strcmp(same, text))
		state = HOOK_OURS;
	else if (is_older(hook, text))
		state = HOOK_OLDER;
	else if (hook_text_is_ours(text))
		state = HOOK_EDITED;
	if (program)
		*program = state == HOOK_OURS ? xstrdup(name) : NULL;
	free(name);
	free(same);
	return state;
}

char *hook_program(bool relocatable)
{
	const char *path = getenv("PATH");
	char *self = realpath("/proc/self/exe", NULL), *found = NULL;
	struct stat want, st;

	if (relocatable || !self || stat(self, &want)) {
		free(self);
		return xstrdup("git-treaty");
	}
	while (path && !found) {
		size_t n = strcspn(path, ":");

		found = xasprintf("%.*s/git-treaty", (int)n, path);
		if (*path != '/' || stat(found, &st) ||
		    st.st_ino != want.st_ino || st.st_dev != want.st_dev) {
			free(found);
			found = NULL;
		}
		path = path[n] ? path + n + 1 : NULL;
	}
	if (!found)
		return self;
	free(self);
	return found;
}
