/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/error.h"

/*
 * A growing byte string. `ptr` is NULL until something is added, and
 * NUL-terminated from then on; NULs inside are allowed and counted by `len`.
 */
struct buf {
	char *ptr;
	size_t len;
	size_t cap;
};

#define BUF_INIT { NULL, 0, 0 }

void buf_add(struct buf *b, const void *data, size_t len);
void buf_addstr(struct buf *b, const char *s);
void buf_addch(struct buf *b, char c);

/* As printf(3) does, but NULL is no text for %s. */
void buf_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* The text so far, "" where nothing was added; borrowed. */
const char *buf_str(const struct buf *b);

/* Hands the text over to the caller, who frees it; empties the buffer. */
char *buf_detach(struct buf *b);

/* Forgets the text, keeps the memory. */
void buf_reset(struct buf *b);

/* Accepts a buffer that is all zero. */
void buf_release(struct buf *b);

/*
 * Appends everything up to the end of `fd`. More than `limit` bytes is an
 * error, and so is a failed read.
 */
int buf_read_fd(struct buf *b, int fd, size_t limit, struct error *err);

/* Appends a whole file, with the same limit. */
int buf_read_file(struct buf *b, const char *path, size_t limit,
		  struct error *err);

#endif
