/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/markup.h"

#include <string.h>

#include "base/text.h"

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

/* Puts a backslash before each of the special characters. */
static void put_quoted(const char *text, const char *special, FILE *out)
{
	struct buf safe = BUF_INIT;

	text_escape(&safe, text, strlen(text));
	for (size_t i = 0; i < safe.len; i++) {
		if (strchr(special, safe.ptr[i]))
			fputc('\\', out);
		fputc(safe.ptr[i], out);
	}
	buf_release(&safe);
}

void put_markdown(const char *text, FILE *out)
{
	put_quoted(text, "\\`*_[]<>#|~&@:.", out);
}

void put_dot(const char *text, FILE *out)
{
	put_quoted(text, "\\\"", out);
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
