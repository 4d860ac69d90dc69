/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * What may be shown of bytes that came from somebody else.
 */

/*
 * The length in bytes of the well-formed UTF-8 character at `s` (RFC 3629: no
 * overlong forms, no surrogates), 0 where there is none.
 */
size_t utf8_char(const char *s, size_t len);

/*
 * Appends for a terminal: control characters (C0, DEL, C1), the bidirectional
 * overrides, line separators and invisible format characters, and bytes that
 * are no UTF-8 become \n, \t, \\, \xHH (one for each byte).
 */
void text_escape(struct buf *out, const char *s, size_t len);

/* The same of a NUL-terminated string, as a new string. */
char *text_escaped(const char *s);

/* Appends valid UTF-8 as it is, every other byte as \xHH. */
void text_to_utf8(struct buf *out, const char *s, size_t len);

bool text_starts_with(const char *s, const char *prefix);

/* Whether `s` ends with `suffix`. */
bool text_ends_with(const char *s, const char *suffix);

/*
 * The candidate that is nearest to `word` (edit distance at most a third of
 * its length, and at least 2 allowed), or NULL: for "did you mean".
 * `next(ctx, i)` gives the i-th candidate, NULL after the last.
 */
const char *text_nearest(const char *word,
			 const char *(*next)(const void *ctx, size_t i),
			 const void *ctx);

#endif
