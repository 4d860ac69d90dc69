/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/object_bytes.h"

#include <stdlib.h>

#include "base/mem.h"

struct object_bytes *object_bytes_new(enum object_type type, size_t len)
{
	struct object_bytes *content = xmalloc(sizeof(*content) + len + 1);

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
