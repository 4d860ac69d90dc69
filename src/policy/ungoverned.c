/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/ungoverned.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"

static bool is_directory(const char *text)
{
	return text[0] == '/' || text_starts_with(text, "**") ||
	       text_starts_with(text, "file://");
}

bool ungoverned_is_url(const struct value *value)
{
	return !is_directory(value->text);
}

char *ungoverned_pattern(const char *text)
{
	char *place, *below;

	if (text_starts_with(text, "file://"))
		return xstrdup(text + strlen("file://"));
	if (is_directory(text))
		return xstrdup(text);
	place = url_place(text);
	if (!text_ends_with(text, "/"))
		return place;
	below = xasprintf("%s/", place);
	free(place);
	return below;
}

static int hex_value(char c)
{
	return !isxdigit((unsigned char)c) ? -1 :
	       isdigit((unsigned char)c) ? c - '0' :
	       tolower((unsigned char)c) - 'a' + 10;
}

/* The text with its %XX decoded; a new string. */
static char *decoded(const char *text)
{
	char *copy = xstrdup(text), *out = copy;

	for (const char *p = text; *p; p++) {
		int high = *p == '%' ? hex_value(p[1]) : -1;
		int low = high < 0 ? -1 : hex_value(p[2]);

		*out++ = low < 0 ? *p : (char)(high * 16 + low);
		p += low < 0 ? 0 : 2;
	}
	*out = '\0';
	return copy;
}

/* Whether a server may take it for another place than it seems to name. */
static bool is_ambiguous(const char *url)
{
	char *plain = decoded(url);
	bool is = strpbrk(plain, "?#\\") || text_has_dots(plain);

	for (const char *p = plain; *p; p++)
		is |= iscntrl((unsigned char)*p) || *p == ' ';
	free(plain);
	return is;
}

static char *directory_problem(const char *text)
{
	const char *path = text_starts_with(text, "file://") ?
			   text + strlen("file://") : text;

	if (*path != '/' && !text_starts_with(path, "**"))
		return xasprintf("'%s' is not an absolute directory: expected "
				 "/srv/git/NAME.git", text);
	return strstr(path, "//") || text_has_dots(path) ?
	       xasprintf("'%s' matches nothing: write the directory without "
			 "'.', '..' and '//'", text) : NULL;
}

char *ungoverned_problem(const char *text)
{
	const char *colon = strchr(text, ':');

	if (is_directory(text))
		return directory_problem(text);
	if (!colon || url_is_local(text))
		return xasprintf("'%s' is neither a URL nor an absolute "
				 "directory: expected https://HOST/NAME/* or "
				 "/srv/git/NAME.git", text);
	/* A pattern's `?` is a character. */
	return text_has_dots(text) ?
	       xasprintf("'%s' matches nothing: write the URL without '.' and "
			 "'..'", text) : NULL;
}

/* The line that matches; one that is no pattern first. */
static const struct value *match(const struct policy *policy, bool is_url,
				 const char *s)
{
	const struct values *lines = &policy->head.ungoverned;
	const struct value *found = NULL;

	for (size_t i = 0; i < lines->n; i++) {
		const struct value *v = &lines->v[i];

		if (ungoverned_is_url(v) != is_url || !glob_match(&v->glob, s))
			continue;
		if (v->glob.literal)
			return v;
		found = found ? found : v;
	}
	return found;
}

const struct value *ungoverned_directory(const struct policy *policy,
					 const char *dir)
{
	const struct value *whole, *found = match(policy, false, dir);
	char *work_tree;

	if (!text_ends_with(dir, "/.git") || (found && found->glob.literal))
		return found;
	work_tree = xstrndup(dir, strlen(dir) - strlen("/.git"));
	whole = match(policy, false, work_tree);
	free(work_tree);
	return !found || (whole && whole->glob.literal) ? whole : found;
}

const struct value *ungoverned_url(const struct policy *policy,
				   const char *url)
{
	const struct value *found;
	char *place;

	if (url_is_local(url) || is_ambiguous(url))
		return NULL;
	place = url_place(url);
	found = match(policy, true, place);
	free(place);
	return found;
}

bool ungoverned_is_claimed(const struct policy *policy, const char *dir,
			   const struct value *by)
{
	bool in_full = by && by->glob.literal;

	for (size_t i = 0; i < policy->n_trees; i++) {
		const struct values *lines = &policy->trees[i].repository;

		for (size_t k = 0; k < lines->n; k++)
			if (glob_match(&lines->v[k].glob, dir) &&
			    (lines->v[k].glob.literal || !in_full))
				return true;
	}
	return false;
}
