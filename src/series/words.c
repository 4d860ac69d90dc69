/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/words.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { MIN_WORD = 6, MAX_WORD = 128, MAX_WORDS = 1 << 16 };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= '0' && c <= '9');
}

static void add_line(struct strings *words, const char *p, const char *end)
{
	while (p < end) {
		const char *start = p;
		size_t n;

		while (p < end && is_letter(*p))
			p++;
		if (p - start > 7 && !memcmp(start, "CONFIG_", 7))
			start += 7;	/* Kconfig's name of it */
		n = (size_t)(p - start);
		if (n >= MIN_WORD && n <= MAX_WORD && words->n < MAX_WORDS &&
		    (*start < '0' || *start > '9') &&
		    memchr(start + 1, '_', n - 1))
			strings_add(words, start, n);
		p += p < end;
	}
}

/* Names of files, and what says what kind of a change it is. */
static bool is_header(const char *p, size_t len)
{
	static const char *const starts[] = {
		"diff --git ", "+++ ", "--- ", "index ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (len >= strlen(starts[i]) &&
		    !memcmp(p, starts[i], strlen(starts[i])))
			return true;
	return false;
}

void words_of_diff(struct patch *patch, const char *diff, size_t len)
{
	const char *end = diff + len, *next;

	for (const char *p = diff; p < end; p = next) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		next = nl ? nl + 1 : end;
		if (!is_header(p, (size_t)(next - p)))
			add_line(*p == '+' ? &patch->added : &patch->around,
				 p, next);
	}
	strings_sort_unique(&patch->added);
	strings_sort_unique(&patch->around);
}

void words_of_message(struct patch *patch, const char *message, size_t len)
{
	static const char *const names[] = {
		"Requires:", "Depends-on:", "Prerequisite:",
	};
	const char *end = message + len, *next;

	for (const char *p = message; p < end; p = next) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		next = nl ? nl + 1 : end;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			size_t skip = strlen(names[i]);

			if (n <= skip || strncasecmp(p, names[i], skip))
				continue;
			while (skip < n && (p[skip] == ' ' || p[skip] == '\t'))
				skip++;
			while (n > skip && (p[n - 1] == ' ' ||
					    p[n - 1] == '\r'))
				n--;
			if (n > skip)
				strings_add(&patch->trailers, p + skip,
					    n - skip);
		}
	}
}
