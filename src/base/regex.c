/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/*
 * Limits for one search: steps, nested steps, KiB. With the patterns that
 * people write a path of 200 bytes takes some hundred steps.
 */
enum { MAX_STEPS = 20000, MAX_DEPTH = 5000, MAX_HEAP = 4096 };

struct regex {
	char *pattern;
	char *word;		/* see regex_word() */
	bool is_word;		/* the word is all; the others are NULL */
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

/* The current run of characters, and the longest so far. */
struct runs {
	struct buf now;
	size_t best_at, best_len;	/* in `all` */
	struct buf all;
};

static void end_run(struct runs *runs)
{
	if (runs->now.len > runs->best_len) {
		runs->best_at = runs->all.len;
		runs->best_len = runs->now.len;
		buf_add(&runs->all, runs->now.ptr, runs->now.len);
	}
	buf_reset(&runs->now);
}

/*
 * Returns what follows a class such as [^a-z], NULL when it is not a simple
 * one.
 */
static const char *skip_class(const char *p)
{
	p += 1 + (p[1] == '^');
	if (*p == ']')
		p++;
	for (; *p && *p != ']'; p++)
		if (*p == '[' || *p == '\\')
			return NULL;
	return *p ? p + 1 : NULL;
}

/*
 * Reads one character, class or escape, and returns what follows, or NULL when
 * it is not a simple one. `*is_char`: it stands for itself.
 */
static const char *take_atom(const char *p, char *c, bool *is_char)
{
	*is_char = isalnum((unsigned char)*p);
	*c = *p;
	if (*is_char)
		return p + 1;
	if (strchr("()|?*+{", *p))
		return NULL;
	if (*p == '[')
		return skip_class(p);
	if (strchr("^$.", *p))
		return p + 1;
	if (*p == '\\' && (!p[1] || isalnum((unsigned char)p[1]) ||
			   (unsigned char)p[1] >= 0x80))
		return NULL;
	p += *p == '\\';
	*is_char = true;
	*c = *p;
	return p + 1;
}

/*
 * Returns a text that every match contains, the longest that is easy to find,
 * or NULL. `*whole` is true if each string that contains this text also
 * matches.
 */
static char *find_word(const char *pattern, bool *whole)
{
	struct runs runs = { .now = BUF_INIT };
	const char *p = pattern;
	char *word = NULL;

	*whole = *p;
	while (p && *p) {
		bool is_char;
		char c = 0;

		p = take_atom(p, &c, &is_char);
		if (!p)
			break;
		/*
		 * A character that may be missing or repeated belongs to no
		 * run.
		 */
		is_char &= !*p || !strchr("?*+{", *p);
		if (is_char)
			buf_addch(&runs.now, c);
		else
			end_run(&runs);
		*whole &= is_char;
		if (*p == '{')
			p = NULL;
		else
			p += strspn(p, "?*+");
	}
	end_run(&runs);
	*whole &= p != NULL;
	if (p && runs.best_len)
		word = xstrndup(runs.all.ptr + runs.best_at, runs.best_len);
	buf_release(&runs.now);
	buf_release(&runs.all);
	return word;
}

static int compile(struct regex *regex, const char *pattern, struct error *err)
{
	PCRE2_SIZE at;
	int why;

	regex->code = pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern),
				    PCRE2_NEVER_UTF | PCRE2_NEVER_UCP |
				    PCRE2_NEVER_BACKSLASH_C, &why, &at, NULL);
	if (!regex->code) {
		PCRE2_UCHAR text[128];

		pcre2_get_error_message(why, text, sizeof(text));
		return error_set(err, "'%s' is not a regular expression: %s "
				 "(byte %zu)", pattern, (const char *)text,
				 at + 1);
	}
	regex->pattern = xstrdup(pattern);
	regex->data = pcre2_match_data_create(1, NULL);
	regex->context = pcre2_match_context_create(NULL);
	if (!regex->data || !regex->context)
		abort();
	pcre2_set_match_limit(regex->context, MAX_STEPS);
	pcre2_set_depth_limit(regex->context, MAX_DEPTH);
	pcre2_set_heap_limit(regex->context, MAX_HEAP);
	return 0;
}

struct regex *regex_new(const char *pattern, struct error *err)
{
	struct regex *regex = xcalloc(1, sizeof(*regex));

	regex->word = find_word(pattern, &regex->is_word);
	/* Most expressions that people write are no more than a word. */
	if (regex->is_word || !compile(regex, pattern, err))
		return regex;
	regex_free(regex);
	return NULL;
}

const char *regex_word(const struct regex *regex, bool *whole)
{
	*whole = regex->is_word;
	return regex->word;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_match_context_free(regex->context);
	pcre2_match_data_free(regex->data);
	pcre2_code_free(regex->code);
	free(regex->pattern);
	free(regex->word);
	free(regex);
}

int regex_match(const struct regex *regex, const char *s, struct error *err)
{
	PCRE2_UCHAR text[128];
	int rc;

	if (regex->is_word)
		return strstr(s, regex->word) != NULL;
	rc = pcre2_match(regex->code, (PCRE2_SPTR)s, strlen(s), 0, 0,
			 regex->data, regex->context);
	if (rc >= 0)
		return 1;
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	pcre2_get_error_message(rc, text, sizeof(text));
	return error_set(err, "could not decide whether '%s' matches '%.200s'"
			 "%s: %s", regex->pattern, s,
			 strlen(s) > 200 ? "..." : "", (const char *)text);
}
