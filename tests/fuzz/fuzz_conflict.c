/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "git/conflict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The same question, answered without care for time: the file as git left it,
 * cut at its conflicts, against the result, line by line.
 */
static const char *next_line(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

static bool starts(const char *p, const char *end, const char *what)
{
	return (size_t)(end - p) >= strlen(what) &&
	       !memcmp(p, what, strlen(what));
}

/* The next conflict's first line, and what follows its last; or false. */
static bool find_conflict(const char *p, const char *end, const char **from,
			  const char **to)
{
	for (; p < end && !starts(p, end, "<<<<<<< "); p = next_line(p, end))
		;
	*from = p;
	for (; p < end && !starts(p, end, ">>>>>>> "); p = next_line(p, end))
		;
	*to = next_line(p, end);
	return p < end;
}

static bool slow(const char *m, const char *m_end, const char *r,
		 const char *r_end, bool is_first)
{
	const char *from, *to, *at = r;
	size_t n;

	if (!find_conflict(m, m_end, &from, &to)) {
		n = (size_t)(m_end - m);
		return !is_first && (size_t)(r_end - r) >= n &&
		       !memcmp(r_end - n, m, n) &&
		       (!n || r_end - n == r || r_end[-(ptrdiff_t)n - 1] == '\n');
	}
	n = (size_t)(from - m);
	for (;; at = next_line(at, r_end)) {
		if ((size_t)(r_end - at) >= n && !memcmp(at, m, n))
			return slow(to, m_end, at + n, r_end, false);
		if (is_first || at == r_end)
			return false;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *nul = size ? memchr(text, 0, size) : NULL;
	const char *end = text + size;

	if (nul && conflict_fits(text, (size_t)(nul - text), nul + 1,
				 (size_t)(end - nul - 1)) !=
		   slow(text, nul, nul + 1, end, true))
		abort();
	return 0;
}
