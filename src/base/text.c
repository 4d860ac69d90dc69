/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

static bool continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t utf8_char(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;

	if (!len)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		return len > 1 && continuation(p[1]) ? 2 : 0;
	if (p[0] >= 0xe0 && p[0] <= 0xef) {
		if (len < 3 || !continuation(p[1]) || !continuation(p[2]))
			return 0;
		if ((p[0] == 0xe0 && p[1] < 0xa0) ||
		    (p[0] == 0xed && p[1] > 0x9f))
			return 0;
		return 3;
	}
	if (p[0] < 0xf0 || p[0] > 0xf4 || len < 4 || !continuation(p[1]) ||
	    !continuation(p[2]) || !continuation(p[3]))
		return 0;
	if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return 4;
}

/*
 * Whether the character moves, hides or reorders text, rather than being text.
 */
static bool drives_terminal(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c;

	if (n == 1)
		return p[0] < 0x20 || p[0] == 0x7f;
	if (n == 2)
		c = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	else if (n == 3)
		c = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
		    (p[2] & 0x3fu);
	else
		c = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
		    (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
	return (c >= 0x80 && c <= 0x9f) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

static void escape_byte(struct buf *out, unsigned char c)
{
	if (c == '\n')
		buf_addstr(out, "\\n");
	else if (c == '\t')
		buf_addstr(out, "\\t");
	else
		buf_addf(out, "\\x%02x", c);
}

/*
 * The number of leading bytes that are printable ASCII other than a backslash.
 */
static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= ' ' && s[n] < 0x7f && s[n] != '\\')
		n++;
	return n;
}

void text_escape(struct buf *out, const char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t plain = plain_run(s + i, len - i);
		size_t n = plain ? plain : utf8_char(s + i, len - i);

		if (plain) {
			buf_add(out, s + i, n);
		} else if (s[i] == '\\') {
			buf_addstr(out, "\\\\");
		} else if (n && !drives_terminal(s + i, n)) {
			buf_add(out, s + i, n);
		} else {
			for (size_t k = 0; k < (n ? n : 1); k++)
				escape_byte(out, (unsigned char)s[i + k]);
		}
		i += n ? n : 1;
	}
}

char *text_escaped(const char *s)
{
	struct buf out = BUF_INIT;

	text_escape(&out, s, strlen(s));
	return buf_detach(&out);
}

void text_to_utf8(struct buf *out, const char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t n = utf8_char(s + i, len - i);

		if (n)
			buf_add(out, s + i, n);
		else
			buf_addf(out, "\\x%02x", (unsigned char)s[i]);
		i += n ? n : 1;
	}
}

bool text_ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !strcmp(s + n - m, suffix);
}

bool text_has_dots(const char *path)
{
	const char *p = *path == '.' ? path : strstr(path, "/.");

	while (p) {
		p += *p == '/' ? 2 : 1;
		p += *p == '.';
		if (!*p || *p == '/')
			return true;
		p = strstr(p, "/.");
	}
	return false;
}

/* Levenshtein distance; words longer than a screen line count as unrelated. */
static size_t distance(const char *a, const char *b)
{
	enum { MAX = 80 };
	size_t n = strlen(a), m = strlen(b), row[MAX + 1];

	if (n > MAX || m > MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t up = row[j], best;

			best = diagonal + (a[i - 1] != b[j - 1]);
			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = up;
			row[j] = best;
		}
	}
	return row[m];
}

const char *text_nearest(const char *word,
			 const char *(*next)(const void *ctx, size_t i),
			 const void *ctx)
{
	size_t best = strlen(word) / 3 < 2 ? 2 : strlen(word) / 3;
	const char *found = NULL, *candidate;

	for (size_t i = 0; (candidate = next(ctx, i)); i++) {
		size_t d = distance(word, candidate);

		if (d < best || (d == best && !found)) {
			best = d;
			found = candidate;
		}
	}
	return found;
}
