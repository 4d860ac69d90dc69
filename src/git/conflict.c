/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/conflict.h"

#include <string.h>

#include "base/buf.h"

enum { MARK = 7 };

struct text {
	const char *p, *end;
};

static const char *line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

/* A line of seven times the character, and a space. */
static bool is_mark(const char *p, const char *end, char c)
{
	if (end - p <= MARK || p[MARK] != ' ')
		return false;
	for (int i = 0; i < MARK; i++)
		if (p[i] != c)
			return false;
	return true;
}

/*
 * Takes the text up to the next conflict into `clean` and moves `merged` past
 * that conflict. False, with the rest in `clean`, if there is none.
 */
static bool next_conflict(struct text *merged, struct text *clean)
{
	const char *p = merged->p;

	clean->p = p;
	while (p < merged->end && !is_mark(p, merged->end, '<'))
		p = line_end(p, merged->end);
	clean->end = p;
	if (p == merged->end)
		return false;
	while (p < merged->end && !is_mark(p, merged->end, '>'))
		p = line_end(p, merged->end);
	if (p == merged->end) {
		/* No end, so no conflict: it is the file's own text. */
		clean->end = p;
		return false;
	}
	merged->p = line_end(p, merged->end);
	return true;
}

static bool starts_with(const struct text *result, const struct text *clean)
{
	size_t n = (size_t)(clean->end - clean->p);

	return (size_t)(result->end - result->p) >= n &&
	       !memcmp(result->p, clean->p, n);
}

/*
 * Moves `result` past the first place where `clean` begins at a line's start.
 * The time is linear: both stand at a line's start, so memmem() looks for the
 * end of the line before along with `clean`.
 */
static bool find(struct text *result, const struct text *clean)
{
	size_t n = (size_t)(clean->end - clean->p);
	struct buf line = BUF_INIT;
	const char *at;

	if (starts_with(result, clean)) {
		result->p += n;
		return true;
	}
	buf_addch(&line, '\n');
	buf_add(&line, clean->p, n);
	at = memmem(result->p, (size_t)(result->end - result->p), line.ptr,
		    line.len);
	if (at)
		result->p = at + line.len;
	buf_release(&line);
	return at;
}

static bool ends_with(const struct text *result, const struct text *clean)
{
	size_t n = (size_t)(clean->end - clean->p);
	const char *at;

	if ((size_t)(result->end - result->p) < n)
		return false;
	at = result->end - n;
	return !memcmp(at, clean->p, n) &&
	       (at == result->p || at[-1] == '\n' || !n);
}

bool conflict_fits(const char *merged, size_t merged_len, const char *result,
		   size_t result_len)
{
	struct text m = { merged, merged + merged_len };
	struct text r = { result, result + result_len };
	struct text clean;

	if (!next_conflict(&m, &clean))
		return false;
	if (!starts_with(&r, &clean))
		return false;
	r.p += clean.end - clean.p;
	while (next_conflict(&m, &clean))
		if (!find(&r, &clean))
			return false;
	return ends_with(&r, &clean);
}
