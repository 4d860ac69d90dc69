/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/plain_config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"

enum { MAX_PLAIN_CONFIG = 64 << 10 };

static const char name_letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

/* "[name]" or "[name "sub"]"; sets whether keys of ours follow. */
static bool take_section(char *line, bool *is_ours)
{
	static const char *const odd[] = { "include", "includeif",
					   "extensions" };
	size_t n = strspn(line + 1, name_letters);
	char *name = line + 1, *rest = name + n;
	bool has_sub = !strncmp(rest, " \"", 2);

	if (has_sub) {
		rest += 2;
		rest += strcspn(rest, "\"]");
		if (*rest++ != '"')
			return false;
	}
	if (!n || strcmp(rest, "]"))
		return false;
	name[n] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		if (!strcasecmp(name, odd[i]))
			return false;
	*is_ours = !has_sub && !strcasecmp(name, "treaty");
	return true;
}

static bool set_once(char **value, const char *text)
{
	if (*value)
		return false;
	*value = xstrdup(text);
	return true;
}

/* "key = value" */
static bool take_entry(struct plain_config *config, char *line, bool is_ours)
{
	size_t n = strspn(line, name_letters);
	char *value = line + n + strspn(line + n, " \t");

	if (!isalpha((unsigned char)*line) || *value != '=')
		return false;
	value++;
	value += strspn(value, " \t");
	if (strpbrk(value, "\"#;\t"))
		return false;
	line[n] = '\0';
	if (!is_ours)
		return true;
	if (!strcasecmp(line, "policy"))
		return *value == '/' && set_once(&config->policy, value);
	if (!strcasecmp(line, "tree"))
		return *value && set_once(&config->tree, value);
	return strcasecmp(line, "policyblob");
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

bool plain_config_parse(struct plain_config *config, char *text)
{
	bool is_ours = false, in_section = false, good = !is_odd(text);
	char *next;

	for (; good && *text; text = next) {
		next = text + strcspn(text, "\n");
		if (*next)
			*next++ = '\0';
		text += strspn(text, " \t");
		trim_end(text);
		if (*text == '[')
			good = in_section = take_section(text, &is_ours);
		else if (*text && !strchr("#;", *text))
			good = in_section && take_entry(config, text, is_ours);
	}
	return good && config->policy && config->tree;
}

bool plain_config_read(struct plain_config *config, const char *path)
{
	struct buf text = BUF_INIT;
	struct error err;
	bool good;

	good = !buf_read_file(&text, path, MAX_PLAIN_CONFIG, &err) &&
	       text.len && strlen(text.ptr) == text.len &&
	       plain_config_parse(config, text.ptr);
	buf_release(&text);
	return good;
}

void plain_config_release(struct plain_config *config)
{
	free(config->policy);
	free(config->tree);
	*config = (struct plain_config){ 0 };
}
