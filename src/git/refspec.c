/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/refspec.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Refs that people and git also change themselves. */
static bool is_local_ref(const char *dst)
{
	return text_starts_with(dst, "refs/heads/") ||
	       text_starts_with(dst, "refs/tags/") ||
	       text_starts_with(dst, "refs/*");
}

void refspecs_add(struct refspecs *specs, const char *text)
{
	const char *colon;

	text += *text == '+';
	colon = strchr(text, ':');
	if (*text == '^' || !colon || !colon[1] || is_local_ref(colon + 1))
		return;
	GROW(specs->v, specs->n, specs->cap);
	specs->v[specs->n++] = (struct refspec){
		xstrndup(text, (size_t)(colon - text)), xstrdup(colon + 1),
	};
}

void refspecs_release(struct refspecs *specs)
{
	for (size_t i = 0; i < specs->n; i++) {
		free(specs->v[i].src);
		free(specs->v[i].dst);
	}
	free(specs->v);
	*specs = (struct refspecs){ 0 };
}

/*
 * The text that the star of `dst` matches in `name`; false when it does not
 * match.
 */
static bool match_star(const char *dst, const char *name, const char **star,
		       size_t *len)
{
	size_t head = strcspn(dst, "*"), n = strlen(name), tail;

	if (!dst[head]) {
		*len = 0;
		return !strcmp(dst, name);
	}
	tail = strlen(dst + head + 1);
	if (n < head + tail || strncmp(dst, name, head) ||
	    strcmp(dst + head + 1, name + n - tail))
		return false;
	*star = name + head;
	*len = n - head - tail;
	return true;
}

char *refspecs_source(const struct refspecs *specs, const char *name)
{
	for (size_t i = 0; i < specs->n; i++) {
		const char *src = specs->v[i].src, *star = "";
		size_t head = strcspn(src, "*"), len;

		if (!match_star(specs->v[i].dst, name, &star, &len))
			continue;
		if (!src[head])
			return xstrdup(src);
		return xasprintf("%.*s%.*s%s", (int)head, src, (int)len, star,
				 src + head + 1);
	}
	return NULL;
}
