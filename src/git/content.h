/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_CONTENT_H
#define GIT_CONTENT_H

#include <stddef.h>

#include "git/object.h"

/* An object's bytes, with a NUL behind, shared by those who count themselves. */
struct content {
	unsigned int users;
	enum object_type type;
	size_t len;
	char data[];
};

/* Of one user, to be filled. */
struct content *content_new(enum object_type type, size_t len);

/* One more user. */
struct content *content_get(struct content *content);

/* One less; the last one frees it. Accepts NULL. */
void content_put(struct content *content);

#endif
