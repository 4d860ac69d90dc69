/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/armor.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Decodes four characters, the last `pad` of them `=`. */
static bool decode_group(const char *four, int pad, struct buf *out)
{
	unsigned int bits = 0;

	for (int i = 0; i < 4 - pad; i++) {
		int d = digit(four[i]);

		if (d < 0)
			return false;
		bits |= (unsigned int)d << (18 - 6 * i);
	}
	for (int i = 0; i < 3 - pad; i++)
		buf_addch(out, (char)(bits >> (16 - 8 * i)));
	return true;
}

bool base64_decode(const char *text, size_t len, struct buf *out)
{
	if (len % 4)
		return false;
	for (size_t i = 0; i < len; i += 4) {
		bool last = i + 4 == len;
		int pad = !last || text[i + 3] != '=' ? 0 :
			  text[i + 2] == '=' ? 2 : 1;

		if (!decode_group(text + i, pad, out))
			return false;
	}
	return true;
}

/* Takes the next line, without its end and trailing blanks. */
static bool next_line(const char **p, const char *end, const char **line,
		      size_t *len)
{
	const char *nl;

	if (*p == end)
		return false;
	*line = *p;
	nl = memchr(*p, '\n', (size_t)(end - *p));
	*p = nl ? nl + 1 : end;
	*len = (size_t)((nl ? nl : end) - *line);
	while (*len && isspace((unsigned char)(*line)[*len - 1]))
		(*len)--;
	return true;
}

static bool is_line(const char *line, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(line, text, len);
}

/*
 * Decodes the lines after a BEGIN, up to `end_line`. Skips headers ("Name:
 * value") and the checksum (a line that starts with `=`).
 */
static bool decode_block(const char **p, const char *end,
			 const char *end_line, struct buf *out)
{
	struct buf base64 = BUF_INIT;
	const char *line;
	bool is_done = false, is_good;
	size_t len;

	while (!is_done && next_line(p, end, &line, &len)) {
		is_done = is_line(line, len, end_line);
		if (!is_done && len && line[0] != '=' &&
		    !memchr(line, ':', len))
			buf_add(&base64, line, len);
	}
	is_good = is_done && base64_decode(buf_str(&base64), base64.len, out);
	buf_release(&base64);
	return is_good;
}

int armor_decode(const char *title, const char *text, size_t len,
		 struct buf *out)
{
	char *begin_line = xasprintf("-----BEGIN %s-----", title);
	char *end_line = xasprintf("-----END %s-----", title);
	const char *p = text, *end = text + len, *line;
	int n = 0;
	size_t n_line;

	while (n >= 0 && next_line(&p, end, &line, &n_line)) {
		if (!is_line(line, n_line, begin_line))
			continue;
		n = decode_block(&p, end, end_line, out) ? n + 1 : -1;
	}
	free(begin_line);
	free(end_line);
	return n;
}
