/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_OBJECT_BYTES_H
#define GIT_OBJECT_BYTES_H

#include <stddef.h>

#include "git/object.h"

/* An object's bytes, with a NUL behind, shared by those who count themselves. */
struct object_bytes {
	unsigned int users;
	enum object_type type;
	size_t len;
	char data[];
};

/* Of one user, to be filled. */
struct object_bytes *object_bytes_new(enum object_type type, size_t len);

/* One more user. */
struct object_bytes *object_bytes_get(struct object_bytes *content);

/* One less; the last one frees it. Accepts NULL. */
void object_bytes_put(struct object_bytes *content);

#endif
