/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/object_bytes.h"

#include <stdlib.h>

#include "base/mem.h"

/*
 * Full caches free objects of all sizes. If there are few sizes, the room that
 * one leaves fits another, and the memory does not fall to pieces.
 */
static size_t rounded(size_t len)
{
	enum {
		HEAD = 8,		/* what malloc(3) adds */
		STEPS = 16,		/* sizes up to twice as much */
	};
	size_t step = 64;

	while (step * STEPS < len)
		step *= 2;
	return (len + HEAD + step - 1) / step * step - HEAD;
}

struct object_bytes *object_bytes_new(enum object_type type, size_t len)
{
	struct object_bytes *content =
		xmalloc(rounded(sizeof(*content) + len + 1));

	content->users = 1;
	content->type = type;
	content->len = len;
	content->data[len] = '\0';
	return content;
}

struct object_bytes *object_bytes_get(struct object_bytes *content)
{
	content->users++;
	return content;
}

void object_bytes_put(struct object_bytes *content)
{
	if (content && !--content->users)
		free(content);
}
