/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/patch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void strings_add(struct strings *list, const char *s, size_t len)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = xstrndup(s, len);
}

bool strings_have(const struct strings *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], s))
			return true;
	return false;
}

void strings_release(struct strings *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list->v);
	*list = (struct strings){ 0 };
}

struct patch *patch_list_add(struct patch_list *patches)
{
	GROW(patches->v, patches->n, patches->cap);
	patches->v[patches->n] = (struct patch){ .number = -1 };
	return &patches->v[patches->n++];
}

void patch_list_release(struct patch_list *patches)
{
	for (size_t i = 0; i < patches->n; i++) {
		free(patches->v[i].name);
		free(patches->v[i].subject);
		strings_release(&patches->v[i].paths);
		strings_release(&patches->v[i].people);
	}
	free(patches->v);
	*patches = (struct patch_list){ 0 };
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void patch_sort_paths(struct patch *patch)
{
	struct strings *p = &patch->paths;
	size_t n = 0;

	if (p->n)
		qsort(p->v, p->n, sizeof(*p->v), by_text);
	for (size_t i = 0; i < p->n; i++) {
		if (n && !strcmp(p->v[n - 1], p->v[i]))
			free(p->v[i]);
		else
			p->v[n++] = p->v[i];
	}
	p->n = n;
}

char *mail_address(const char *s, size_t len)
{
	const char *open = memrchr(s, '<', len);
	const char *close = open ? memchr(open, '>',
					  len - (size_t)(open - s)) : NULL;
	char *address;

	if (close) {
		len = (size_t)(close - open - 1);
		s = open + 1;
	}
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	while (len && isspace((unsigned char)*s)) {
		s++;
		len--;
	}
	/* user@host (Name) */
	for (size_t i = 0; i < len; i++)
		if (isspace((unsigned char)s[i]) || s[i] == '(')
			len = i;
	address = xstrndup(memchr(s, '@', len) ? s : "",
			   memchr(s, '@', len) ? len : 0);
	for (char *p = address; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return address;
}
