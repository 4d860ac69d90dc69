/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Limits for one search: steps, nested steps, KiB. With the patterns that
 * people write a path of 200 bytes takes some hundred steps.
 */
enum { MAX_STEPS = 20000, MAX_DEPTH = 5000, MAX_HEAP = 4096 };

struct regex {
	char *pattern;
	char *word;		/* if not NULL, it only searches for this, */
	pcre2_code *code;	/* and the others are NULL */
	pcre2_match_data *data;
	pcre2_match_context *context;
};

static void *no_memory(void)
{
	abort();
}

/* Most expressions that people write are no more than a word. */
static struct regex *new_word(const char *pattern)
{
	struct buf word = BUF_INIT;
	struct regex *regex = NULL;
	bool whole;

	regex_literal(pattern, &word, &whole);
	if (whole && word.len) {
		regex = xcalloc(1, sizeof(*regex));
		regex->word = buf_detach(&word);
	}
	buf_release(&word);
	return regex;
}

struct regex *regex_new(const char *pattern, struct error *err)
{
	struct regex *regex = new_word(pattern);
	pcre2_code *code;
	PCRE2_SIZE at;
	int why;

	if (regex)
		return regex;
	code = pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern),
			     PCRE2_NEVER_UTF | PCRE2_NEVER_UCP |
			     PCRE2_NEVER_BACKSLASH_C, &why, &at, NULL);
	if (!code) {
		PCRE2_UCHAR text[128];

		pcre2_get_error_message(why, text, sizeof(text));
		error_set(err, "'%s' is not a regular expression: %s (byte "
			  "%zu)", pattern, (const char *)text, at + 1);
		return NULL;
	}
	regex = xcalloc(1, sizeof(*regex));
	regex->pattern = xstrdup(pattern);
	regex->code = code;
	regex->data = pcre2_match_data_create(1, NULL);
	regex->context = pcre2_match_context_create(NULL);
	if (!regex->data || !regex->context)
		return no_memory();
	pcre2_set_match_limit(regex->context, MAX_STEPS);
	pcre2_set_depth_limit(regex->context, MAX_DEPTH);
	pcre2_set_heap_limit(regex->context, MAX_HEAP);
	return regex;
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

	if (regex->word)
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
	*is_char = false;
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

void regex_literal(const char *pattern, struct buf *literal, bool *whole)
{
	struct runs runs = { .now = BUF_INIT };
	const char *p = pattern;

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
		if (is_char && !(*p && strchr("?*+{", *p)))
			buf_addch(&runs.now, c);
		else
			end_run(&runs);
		*whole &= is_char && !(*p && strchr("?*+{", *p));
		if (*p == '{')
			p = NULL;
		else
			p += strspn(p, "?*+");
	}
	end_run(&runs);
	*whole &= p != NULL;
	if (p && runs.best_len)
		buf_add(literal, runs.all.ptr + runs.best_at, runs.best_len);
	buf_release(&runs.now);
	buf_release(&runs.all);
}
