/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

enum { MAX_INDENT = 12 };

struct stream {
	const struct lines *lines;
	struct buf line;		/* that has not ended yet */
};

static void end_line(struct stream *s)
{
	s->lines->put(s->lines, buf_str(&s->line), s->line.len);
	buf_reset(&s->line);
}

static ssize_t take(void *cookie, const char *data, size_t len)
{
	struct stream *s = cookie;
	const char *end = data + len, *newline;

	for (; (newline = memchr(data, '\n', (size_t)(end - data)));
	     data = newline + 1) {
		buf_add(&s->line, data, (size_t)(newline - data));
		end_line(s);
	}
	buf_add(&s->line, data, (size_t)(end - data));
	return (ssize_t)len;
}

static int finish(void *cookie)
{
	struct stream *s = cookie;

	if (s->line.len)
		end_line(s);
	buf_release(&s->line);
	free(s);
	return 0;
}

FILE *lines_open(const struct lines *lines)
{
	const cookie_io_functions_t functions = { .write = take,
						  .close = finish };
	struct stream *s = xcalloc(1, sizeof(*s));
	FILE *out;

	s->lines = lines;
	out = fopencookie(s, "w", functions);
	if (!out)
		abort();
	return out;
}

/* The bytes of the character, or of the sequence of a color, at `s`. */
static size_t char_length(const char *s, size_t len, size_t *columns)
{
	size_t n;

	*columns = 0;
	if (len > 1 && s[0] == '\033' && s[1] == '[') {
		n = 2 + strspn(s + 2, "0123456789;");
		return n < len ? n + 1 : n;
	}
	*columns = 1;
	n = utf8_char(s, len);
	return n ? n : 1;
}

/*
 * How many bytes fit: up to a blank if there is one after `start`, else up to
 * the next one.
 */
static size_t fitting(const char *s, size_t start, size_t len, size_t width)
{
	size_t columns = 0, blank = 0, i = 0, one;

	while (i < len && (columns <= width || !blank)) {
		if (s[i] == ' ' && i > start)
			blank = i;
		if (columns > width && blank)
			break;
		i += char_length(s + i, len - i, &one);
		columns += one;
	}
	return columns > width && blank ? blank : len;
}

/* Where what goes on begins: after the blanks, and after "why: " and so on. */
static size_t indent_of(const char *line, size_t len)
{
	size_t n = strspn(line, " "), label = n;

	while (label < len && islower((unsigned char)line[label]))
		label++;
	if (label > n && label + 1 < len && !memcmp(line + label, ": ", 2))
		n = label + 1 + strspn(line + label + 1, " ");
	else
		n += 2;
	return n < MAX_INDENT ? n : MAX_INDENT;
}

void lines_fold(const struct lines *lines, const char *line, size_t len)
{
	size_t indent = indent_of(line, len), start = strspn(line, " "), n;
	size_t width = lines->width;

	for (;;) {
		n = fitting(line, start, len, width);
		fwrite(line, 1, n, lines->out);
		fputc('\n', lines->out);
		line += n;
		len -= n;
		while (len && *line == ' ') {
			line++;
			len--;
		}
		if (!len)
			return;
		fprintf(lines->out, "%*s", (int)indent, "");
		width = lines->width > indent ? lines->width - indent : 1;
		start = 0;
	}
}
