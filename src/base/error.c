/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set(struct error *err, enum error_kind kind, const char *fmt,
		va_list ap)
{
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	err->kind = kind;
}

int error_set(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, ERROR_OTHER, fmt, ap);
	va_end(ap);
	return -1;
}

int error_access(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, ERROR_ACCESS, fmt, ap);
	va_end(ap);
	return -1;
}

int error_errno(struct error *err, const char *fmt, ...)
{
	int why = errno;
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	set(err, why == EACCES ? ERROR_ACCESS : ERROR_OTHER, fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof(err->msg) - len, ": %s",
		 strerror(why));
	return -1;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
	struct error inner = *err;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(err->msg))
		snprintf(err->msg + n, sizeof(err->msg) - (size_t)n, ": %s",
			 inner.msg);
	return -1;
}
