/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/strings.h"

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

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_text);
}

void strings_sort_unique(struct strings *list)
{
	size_t n = 0;

	strings_sort(list);
	for (size_t i = 0; i < list->n; i++) {
		if (n && !strcmp(list->v[n - 1], list->v[i]))
			free(list->v[i]);
		else
			list->v[n++] = list->v[i];
	}
	list->n = n;
}

void strings_release(struct strings *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list->v);
	*list = (struct strings){ 0 };
}
