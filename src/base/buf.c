/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { PIECE = 65536 };			/* to read from what has no size */

static void reserve(struct buf *b, size_t extra)
{
	size_t want = b->len + extra + 1;

	if (want <= b->cap)
		return;
	b->cap = want < 64 ? 64 : want + want / 2;
	b->ptr = xreallocarray(b->ptr, b->cap, 1);
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	reserve(b, len);
	if (len)
		memcpy(b->ptr + b->len, data, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void buf_addstr(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addch(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

static bool is_only_strings(const char *fmt)
{
	while ((fmt = strchr(fmt, '%'))) {
		if (fmt[1] != 's')
			return false;
		fmt += 2;
	}
	return true;
}

/* Most formats have only %s, which is done faster without printf(3). */
static void add_strings(struct buf *b, const char *fmt, va_list ap)
{
	const char *percent;

	for (; (percent = strchr(fmt, '%')); fmt = percent + 2) {
		buf_add(b, fmt, (size_t)(percent - fmt));
		buf_addstr(b, va_arg(ap, const char *));
	}
	buf_addstr(b, fmt);
}

void buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	if (is_only_strings(fmt)) {
		add_strings(b, fmt, ap);
		return;
	}
	reserve(b, 0);
	va_copy(again, ap);
	n = vsnprintf(b->ptr + b->len, b->cap - b->len, fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	b->len += (size_t)n;
	b->ptr[b->len] = '\0';
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

const char *buf_str(const struct buf *b)
{
	return b->ptr ? b->ptr : "";
}

char *buf_detach(struct buf *b)
{
	char *s = b->ptr ? b->ptr : xstrdup("");

	*b = (struct buf)BUF_INIT;
	return s;
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->ptr)
		b->ptr[0] = '\0';
}

void buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf)BUF_INIT;
}

/* Makes room for a file and for one byte more, which shows its end. */
static void reserve_file(struct buf *b, int fd, size_t limit)
{
	struct stat st;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (size_t)st.st_size <= limit)
		reserve(b, (size_t)st.st_size + 1);
}

int buf_read_fd(struct buf *b, int fd, size_t limit, struct error *err)
{
	size_t total = 0;

	for (;;) {
		ssize_t n;

		if (b->cap < b->len + 2)
			reserve(b, PIECE);
		n = read(fd, b->ptr + b->len, b->cap - b->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "cannot read");
		b->len += (size_t)n;
		b->ptr[b->len] = '\0';
		total += (size_t)n;
		if (total > limit)
			return error_set(err, "larger than %zu bytes", limit);
		if (!n)
			return 0;
	}
}

int buf_read_file(struct buf *b, const char *path, size_t limit,
		  struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return error_errno(err, "%s", path);
	reserve_file(b, fd, limit);
	rc = buf_read_fd(b, fd, limit, err);
	close(fd);
	return rc ? error_wrap(err, "%s", path) : 0;
}
