/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_OBJECT_BYTES_H
#define GIT_OBJECT_BYTES_H

#include <stddef.h>

#include "git/object.h"

/* An object's bytes, followed by a NUL, with a count of users. */
struct object_bytes {
	unsigned int users;
	enum object_type type;
	size_t len;
	char data[];
};

/* Makes one with one user; the caller fills it. */
struct object_bytes *object_bytes_new(enum object_type type, size_t len);

/* One more user. */
struct object_bytes *object_bytes_get(struct object_bytes *content);

/* Removes a user; the last one frees it. Accepts NULL. */
void object_bytes_put(struct object_bytes *content);

#endif
