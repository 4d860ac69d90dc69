/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/config_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { MAX_PLAIN_CONFIG = 64 << 10 };

static const char name_letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

static void add_lower(struct buf *name, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addch(name, (char)tolower((unsigned char)s[i]));
}

/* "[name]" or "[name "sub"]": sets `section` to "name." or "name.sub." */
static bool take_section(const char *line, struct buf *section)
{
	static const char *const odd[] = { "include.", "includeif.",
					   "extensions." };
	size_t n = strspn(line + 1, name_letters);
	const char *rest = line + 1 + n;

	buf_reset(section);
	add_lower(section, line + 1, n);
	buf_addch(section, '.');
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		if (!strcmp(buf_str(section), odd[i]))
			return false;
	if (!strncmp(rest, " \"", 2)) {
		size_t m = strcspn(rest + 2, "\"]");

		buf_add(section, rest + 2, m);
		buf_addch(section, '.');
		rest += 2 + m;
		if (*rest++ != '"')
			return false;
	}
	return n && !strcmp(rest, "]");
}

static bool is_odd(const char *text)
{
	for (; *text; text++)
		if (*text == '\\' || (unsigned char)*text == 127 ||
		    ((unsigned char)*text < ' ' && !strchr("\t\n", *text)))
			return true;
	return false;
}

static void trim_end(char *line)
{
	size_t n = strlen(line);

	while (n && strchr(" \t", line[n - 1]))
		line[--n] = '\0';
}

/* "key = value" */
static bool take_entry(const char *line, const struct buf *section,
		       bool (*take)(void *ctx, const char *name,
				    const char *value),
		       void *ctx)
{
	size_t n = strspn(line, name_letters);
	const char *value = line + n + strspn(line + n, " \t");
	struct buf name = BUF_INIT;
	bool good;

	if (!isalpha((unsigned char)*line) || *value != '=')
		return false;
	value++;
	value += strspn(value, " \t");
	if (strpbrk(value, "\"#;\t"))
		return false;
	buf_addstr(&name, buf_str(section));
	add_lower(&name, line, n);
	good = take(ctx, buf_str(&name), value);
	buf_release(&name);
	return good;
}

bool config_text_each(char *text,
		      bool (*take)(void *ctx, const char *name,
				   const char *value),
		      void *ctx)
{
	struct buf section = BUF_INIT;
	bool good = !is_odd(text);
	char *next;

	for (; good && *text; text = next) {
		next = text + strcspn(text, "\n");
		if (*next)
			*next++ = '\0';
		text += strspn(text, " \t");
		trim_end(text);
		if (*text == '[')
			good = take_section(text, &section);
		else if (*text && !strchr("#;", *text))
			good = section.len &&
			       take_entry(text, &section, take, ctx);
	}
	buf_release(&section);
	return good;
}

bool config_file_each(const char *path,
		      bool (*take)(void *ctx, const char *name,
				   const char *value),
		      void *ctx)
{
	struct buf text = BUF_INIT;
	struct error err;
	bool good;

	good = !buf_read_file(&text, path, MAX_PLAIN_CONFIG, &err) &&
	       strlen(buf_str(&text)) == text.len &&
	       (!text.len || config_text_each(text.ptr, take, ctx));
	buf_release(&text);
	return good;
}

/* A list */

struct file {
	struct config_list *list;
	int level;
};

static bool add_entry(void *ctx, const char *name, const char *value)
{
	const struct file *file = ctx;
	struct config_list *list = file->list;

	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = (struct config_entry){
		xstrdup(name), xstrdup(value), file->level,
	};
	return true;
}

bool config_list_add_file(struct config_list *list, const char *path, int level)
{
	struct file file = { list, level };

	if (access(path, F_OK))
		return errno == ENOENT;
	return config_file_each(path, add_entry, &file);
}

const struct config_entry *config_list_find(const struct config_list *list,
					    const char *name)
{
	for (size_t i = list->n; i-- > 0;)
		if (!strcasecmp(list->v[i].name, name))
			return &list->v[i];
	return NULL;
}

void config_list_release(struct config_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].name);
		free(list->v[i].value);
	}
	free(list->v);
	*list = (struct config_list){ 0 };
}
