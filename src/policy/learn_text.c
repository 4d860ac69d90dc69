/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/learn.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "policy/keys.h"

static const char begin_mark[] = "; >>>> learned by git treaty policy learn, "
				 "which replaces it\n";
static const char end_mark[] = "; <<<< end of what was learned\n";

static void add_plural(struct buf *out, size_t n, const char *what)
{
	buf_addf(out, "%zu %s%s, ", n, what, n == 1 ? "" : "s");
}

void learned_print(const struct learned_line *line, struct buf *out)
{
	struct buf shown = BUF_INIT;
	char day[DATE_LEN + 1];

	date_format(day, (time_t)line->last, 0);
	if (line->kind == LEARNED_GLUE || line->kind == LEARNED_EXCLUDE)
		add_plural(&shown, line->n_trees, "tree");
	add_plural(&shown, line->n_pulls, "pull");
	if (line->kind == LEARNED_EXCLUDE)
		buf_addf(&shown, "%zu of its own, ", line->n_own);
	add_plural(&shown, line->n_commits, "commit");
	buf_addf(&shown, "last %.7s", day);
	if (strlen(line->key) + strlen(line->value) + shown.len + 8 > MAX_LINE)
		buf_addf(out, "; %s:\n%s = %s\n", buf_str(&shown), line->key,
			 line->value);
	else
		buf_addf(out, "%s = %s   ; %s\n", line->key, line->value,
			 buf_str(&shown));
	buf_release(&shown);
}

static const char *next_line(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

/* Whether a line holds a key or a section's head, and no comment or nothing. */
static bool says_something(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && !strchr("\r\n;#", *p);
}

static void insert_group(const struct learned *learned, unsigned kinds,
			 int section, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < learned->n; i++) {
		const struct learned_line *line = &learned->v[i];

		if (line->section != section || !(kinds & 1U << line->kind))
			continue;
		if (!any && out->len && out->ptr[out->len - 1] != '\n')
			buf_addch(out, '\n');
		if (!any)
			buf_addstr(out, begin_mark);
		any = true;
		learned_print(line, out);
	}
	if (any)
		buf_addstr(out, end_mark);
}

void learned_insert(const struct learned *learned, unsigned kinds,
		    const char *text, size_t len, struct buf *out)
{
	const char *end = text + len, *next, *done = text;
	int at = 0, section = 0;

	/* A section's lines go after the last one that it has. */
	for (const char *p = text, *last = text; p <= end; p = next) {
		next = p < end ? next_line(p, end) : end + 1;
		at++;
		if (p == end || *p == '[') {
			buf_add(out, done, (size_t)(last - done));
			insert_group(learned, kinds, section, out);
			done = last;
			section = at;
		}
		if (p < end && says_something(p, next))
			last = next;
	}
	buf_add(out, done, (size_t)(end - done));
}

static bool is_line(const char *p, const char *next, const char *mark)
{
	size_t n = strlen(mark);

	return (size_t)(next - p) == n && !memcmp(p, mark, n);
}

int learned_remove(const char *text, size_t len, struct buf *out,
		   struct error *err)
{
	const char *end = text + len, *next;
	bool inside = false;

	for (const char *p = text; p < end; p = next) {
		bool begins, ends;

		next = next_line(p, end);
		begins = is_line(p, next, begin_mark);
		ends = is_line(p, next, end_mark);
		if ((begins && inside) || (ends && !inside))
			return error_set(err, "the lines that mark what was "
					 "learned do not go in pairs");
		if (begins || ends)
			inside = begins;
		else if (!inside)
			buf_add(out, p, (size_t)(next - p));
	}
	return inside ? error_set(err, "the line that ends what was learned "
				  "is missing: '%.*s'",
				  (int)strlen(end_mark) - 1, end_mark) : 0;
}
