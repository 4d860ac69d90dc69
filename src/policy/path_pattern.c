/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "base/text.h"
#include "policy/maintainers.h"
#include "policy/values.h"

/*
 * get_maintainer.pl turns an F: into a regular expression (`.` to `\.`, `*` to
 * `.*`, `?` to `.`, anything else unchanged) that is anchored at the start
 * only. If it ends with `/` it is used like that, so `.*` crosses `/`.
 * Otherwise the path must have as many `/` as the pattern, so nothing crosses a
 * `/`.
 */
enum { MAX_GLOBS = 16 };	/* for the classes of one pattern */

static const char blanks[] = " \t\v\f\r";

static void add(struct path_pattern *pattern, char *text)
{
	GROW(pattern->v, pattern->n, pattern->cap);
	pattern->v[pattern->n++] = text;
}

void path_pattern_release(struct path_pattern *pattern)
{
	for (size_t i = 0; i < pattern->n; i++)
		free(pattern->v[i]);
	free(pattern->v);
	*pattern = (struct path_pattern){ 0 };
}

bool path_pattern_may_be_dir(const char *value)
{
	return *value && !strpbrk(value, ".*?") && !text_ends_with(value, "/");
}

/* Globs */

/* The end of a class of plain characters such as [ch], or NULL. */
static const char *plain_class(const char *p)
{
	const char *end = p + 1;

	while (isalnum((unsigned char)*end) || *end == '_')
		end++;
	return *end == ']' && end > p + 1 ? end : NULL;
}

/* Whether it has only plain characters, stars, and small classes. */
static bool is_globbable(const char *value, bool is_dir)
{
	size_t n = 1;

	if (*value == ';' || *value == '"')
		return false;
	for (const char *p = value; *p; p++) {
		if (strchr("\\+^$(){}|]", *p) || (unsigned char)*p <= ' ' ||
		    (is_dir && *p == '?'))
			return false;
		if (*p == '[') {
			const char *end = plain_class(p);

			if (!end || (n *= (size_t)(end - p - 1)) > MAX_GLOBS)
				return false;
			p = end;
		}
	}
	return true;
}

/* Expands the classes in one of the possible ways, numbered by `which`. */
static char *without_classes(const char *value, size_t which)
{
	struct buf out = BUF_INIT;

	for (const char *p = value; *p; p++) {
		const char *end = *p == '[' ? plain_class(p) : NULL;

		if (end) {
			size_t n = (size_t)(end - p - 1);

			buf_addch(&out, p[1 + which % n]);
			which /= n;
			p = end;
		} else {
			buf_addch(&out, *p);
		}
	}
	return buf_detach(&out);
}

static size_t count_classes(const char *value)
{
	size_t n = 1;

	for (const char *p = value; *p; p++) {
		const char *end = *p == '[' ? plain_class(p) : NULL;

		if (end) {
			n *= (size_t)(end - p - 1);
			p = end;
		}
	}
	return n;
}

/* `foo.c` also matches foo.cpp; nothing crosses a `/`. */
static char *file_glob(const char *value)
{
	struct buf out = BUF_INIT;

	for (const char *p = value; *p; p++)
		if (*p != '*' || !out.len || out.ptr[out.len - 1] != '*')
			buf_addch(&out, *p);
	if (!out.len || out.ptr[out.len - 1] != '*')
		buf_addch(&out, '*');
	return buf_detach(&out);
}

/*
 * `.*` becomes **. Between two `/` it needs at least one character, since no
 * path has `//` and a ** followed by a slash also stands for no directory.
 */
static char *dir_glob(const char *value)
{
	struct buf out = BUF_INIT;

	for (const char *p = value; *p; p++) {
		size_t run = strspn(p, "*");
		bool alone = (p == value || p[-1] == '/') && p[run] == '/';

		if (!run) {
			buf_addch(&out, *p);
			continue;
		}
		if (!alone)
			buf_addstr(&out, "**");
		else if (p > value)
			buf_addstr(&out, "?**");
		else
			buf_addstr(&out, p[2] && run == 1 ? "*/**" : "*");
		p += run - 1;
	}
	if (strchr(value, '*'))
		buf_addstr(&out, "**");
	return buf_detach(&out);
}

static bool is_fit(enum key_type type, const char *text)
{
	const struct key key = { .name = "path", .type = type };
	char *problem = value_problem(&key, text);
	bool fit = !problem && !strstr(text, " ;");

	free(problem);
	return fit;
}

/* Paths with an empty or a dotted name match no path, and are left out. */
static void add_globs(struct path_pattern *pattern, const char *value)
{
	bool is_dir = text_ends_with(value, "/");
	size_t n = count_classes(value);

	for (size_t i = 0; i < n; i++) {
		char *plain = without_classes(value, i);
		char *glob = is_dir ? dir_glob(plain) : file_glob(plain);

		if (is_fit(KEY_PATH, glob))
			add(pattern, glob);
		else
			free(glob);
		free(plain);
	}
}

/* Regular expressions */

/* Appends a character of a class in a form that a line of a policy can hold. */
static void add_escaped(struct buf *out, char c, bool *escaping)
{
	bool is_odd = (unsigned char)c <= ' ' || c == 0x7f;

	if (is_odd && *escaping)
		out->ptr[--out->len] = '\0';
	if (is_odd)
		buf_addf(out, "\\x%02x", (unsigned char)c);
	else
		buf_addch(out, c);
	*escaping = c == '\\' && !*escaping;
}

static int add_regex(struct path_pattern *pattern, struct buf *text,
		     const char *value, struct error *err)
{
	struct regex *regex = regex_new(buf_str(text), err);
	bool fit = regex && is_fit(KEY_REGEX, buf_str(text));

	regex_free(regex);
	pattern->is_regex = true;
	if (fit) {
		add(pattern, buf_detach(text));
		return 0;
	}
	buf_release(text);
	return regex ? error_set(err, "'%s' cannot be written in a policy",
				 value) : -1;
}

static size_t count_slashes(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '/';
	return n;
}

static int file_regex(struct path_pattern *pattern, const char *value,
		      struct error *err)
{
	struct buf text = BUF_INIT;
	bool escaping = false;
	size_t n = count_slashes(value);

	buf_addstr(&text, "^");
	if (!text_ends_with(value, "/") && n)
		buf_addf(&text, "(?=[^/]*(?:/[^/]*){%zu}\\z)", n);
	else if (!text_ends_with(value, "/"))
		buf_addstr(&text, "(?=[^/]*\\z)");
	/* Alternatives after the first are not anchored at the start. */
	if (strchr(value, '|'))
		buf_addstr(&text, "(?=(?s:.*?)(?:^");
	for (const char *p = value; *p; p++) {
		if (*p == '.')
			add_escaped(&text, '\\', &escaping);
		if (*p == '*')
			add_escaped(&text, '.', &escaping);
		add_escaped(&text, *p == '?' ? '.' : *p, &escaping);
	}
	if (strchr(value, '|'))
		buf_addstr(&text, "))");
	return add_regex(pattern, &text, value, err);
}

int path_pattern_file(struct path_pattern *pattern, const char *value,
		      bool is_dir, struct error *err)
{
	char *text = xasprintf("%s%s", value, is_dir &&
			       path_pattern_may_be_dir(value) ? "/" : "");
	int rc = 0;

	*pattern = (struct path_pattern){ 0 };
	if (is_globbable(text, text_ends_with(text, "/")))
		add_globs(pattern, text);
	else
		rc = file_regex(pattern, text, err);
	free(text);
	return rc;
}

/* Whether this `]` ends its class; as the first character it is literal. */
static bool ends_class(const char *value, const char *p)
{
	return p[-1] != '[' && !(p[-1] == '^' && p - value > 1 && p[-2] == '[');
}

/* The text of an N: without comments; false when /x makes a difference. */
static bool strip_name(const char *value, struct buf *out)
{
	bool escaping = false, in_class = false, has_blanks = false;

	for (const char *p = value; *p; p++) {
		if (!escaping && !in_class && *p == '#')
			break;
		if (!escaping && !in_class && strchr(blanks, *p)) {
			size_t n = strspn(p, blanks);

			if (p[n] && p[n] != ';' && p[n] != '#')
				buf_addch(out, ' ');
			has_blanks |= p[n] && p[n] != '#';
			p += n - 1;
			continue;
		}
		if (!escaping && *p == '[')
			in_class = true;
		else if (!escaping && *p == ']' && in_class)
			in_class = !ends_class(value, p);
		add_escaped(out, *p, &escaping);
	}
	return !has_blanks;
}

/* Perl reads an N: with /x: it ignores blanks, and comments after #. */
int path_pattern_name(struct path_pattern *pattern, const char *value,
		      struct error *err)
{
	struct buf text = BUF_INIT, extended = BUF_INIT;
	bool is_plain = strip_name(value, &text);

	*pattern = (struct path_pattern){ 0 };
	if (!text.len)
		return 0;
	if (is_plain)
		return add_regex(pattern, &text, value, err);
	buf_addf(&extended, "(?x)%s", buf_str(&text));
	buf_release(&text);
	return add_regex(pattern, &extended, value, err);
}
