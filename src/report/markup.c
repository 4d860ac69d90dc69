/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/markup.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

char *text_cut(const char *text, size_t max)
{
	size_t len = strlen(text), n = 0, next;

	if (len <= max)
		return xstrdup(text);
	while (n < max) {
		next = utf8_char(text + n, len - n);
		n += next ? next : 1;
	}
	return xasprintf("%.*s...", (int)n, text);
}

static void put_xml_char(const char *s, size_t n, FILE *out)
{
	switch (*s) {
	case '&': fputs("&amp;", out); return;
	case '<': fputs("&lt;", out); return;
	case '>': fputs("&gt;", out); return;
	case '"': fputs("&quot;", out); return;
	case '\'': fputs("&#39;", out); return;
	}
	/* U+FFFE and U+FFFF are no characters of XML. */
	if (n == 3 && !memcmp(s, "\xef\xbf", 2) && (unsigned char)s[2] >= 0xbe)
		fprintf(out, "\\xef\\xbf\\x%02x", (unsigned char)s[2]);
	else
		fwrite(s, 1, n, out);
}

void put_xml(const char *text, FILE *out)
{
	struct buf safe = BUF_INIT;
	size_t n;

	text_escape(&safe, text, strlen(text));
	for (size_t i = 0; i < safe.len; i += n) {
		n = utf8_char(safe.ptr + i, safe.len - i);
		put_xml_char(safe.ptr + i, n, out);
	}
	buf_release(&safe);
}

/*
 * Puts a backslash before each of the special characters, and `after` after
 * each of the active ones.
 */
static void put_quoted(const char *text, const char *special,
		       const char *active, const char *after, FILE *out)
{
	struct buf safe = BUF_INIT;

	text_escape(&safe, text, strlen(text));
	for (size_t i = 0; i < safe.len; i++) {
		if (strchr(special, safe.ptr[i]))
			fputc('\\', out);
		fputc(safe.ptr[i], out);
		if (strchr(active, safe.ptr[i]))
			fputs(after, out);
	}
	buf_release(&safe);
}

/* A backslash does not keep GitHub from making links of @name and #1. */
void put_markdown(const char *text, FILE *out)
{
	put_quoted(text, "\\`*_[]<>#|~&@:.$", "@#", "&#8203;", out);
}

void put_dot(const char *text, FILE *out)
{
	put_quoted(text, "\\\"", "&", "amp;", out);
}

static int is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-._~/", c));
}

void add_uri(const char *path, struct buf *out)
{
	if (*path == '/')
		buf_addstr(out, "file://");
	for (; *path; path++) {
		if (is_unreserved((unsigned char)*path))
			buf_addch(out, *path);
		else
			buf_addf(out, "%%%02X", (unsigned char)*path);
	}
}
