/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/mergetag.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

/* The length of the line at `p`, with its end; 0 at the end of the bytes. */
static size_t line_len(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return (size_t)((nl ? nl + 1 : end) - p);
}

static bool is_header_end(const char *p, size_t n)
{
	return !n || (n == 1 && *p == '\n');
}

void mergetags_each(const char *raw, size_t len,
		    void (*fn)(void *ctx, const char *tag, size_t tag_len),
		    void *ctx)
{
	const size_t key = strlen("mergetag ");
	const char *p = raw, *end = raw + len;
	struct buf tag = BUF_INIT;
	size_t n;

	while (n = line_len(p, end), !is_header_end(p, n)) {
		bool is_one = n > key && !memcmp(p, "mergetag ", key);

		buf_reset(&tag);
		if (is_one)
			buf_add(&tag, p + key, n - key);
		p += n;
		while (n = line_len(p, end), n && *p == ' ') {
			if (is_one)
				buf_add(&tag, p + 1, n - 1);
			p += n;
		}
		if (is_one)
			fn(ctx, buf_str(&tag), tag.len);
	}
	buf_release(&tag);
}
