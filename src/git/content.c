/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/content.h"

#include <stdlib.h>

#include "base/mem.h"

struct content *content_new(enum object_type type, size_t len)
{
	struct content *content = xmalloc(sizeof(*content) + len + 1);

	content->users = 1;
	content->type = type;
	content->len = len;
	content->data[len] = '\0';
	return content;
}

struct content *content_get(struct content *content)
{
	content->users++;
	return content;
}

void content_put(struct content *content)
{
	if (content && !--content->users)
		free(content);
}
