/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"

/* Shows bytes that came from somebody else. */

/*
 * The length in bytes of the well-formed UTF-8 character at `s` (RFC 3629: no
 * overlong forms, no surrogates), or 0.
 */
size_t utf8_char(const char *s, size_t len);

/*
 * Appends text that is safe for a terminal: control characters (C0, DEL, C1),
 * bidirectional overrides, line separators, invisible format characters and
 * bytes that are not UTF-8 become \n, \t, \\ or \xHH (one for each byte).
 */
void text_escape(struct buf *out, const char *s, size_t len);

/* The same for a NUL-terminated string, as a new string. */
char *text_escaped(const char *s);

/* Appends valid UTF-8 unchanged, and every other byte as \xHH. */
void text_to_utf8(struct buf *out, const char *s, size_t len);

static inline bool text_starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* Whether `s` ends with `suffix`. */
bool text_ends_with(const char *s, const char *suffix);

/* Whether a part of a path, between slashes, is `.` or `..`. */
bool text_has_dots(const char *path);

/*
 * For "did you mean": the candidate nearest to `word`, or NULL. The edit
 * distance may be 2, or a third of the word's length if that is more.
 * `next(ctx, i)` returns the i-th candidate, NULL after the last.
 */
const char *text_nearest(const char *word,
			 const char *(*next)(const void *ctx, size_t i),
			 const void *ctx);

#endif
