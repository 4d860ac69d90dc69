/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/format.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

enum { MAX_NAME = 5120 };		/* each character is a call deeper */

enum field { YEAR, MONTH, DAY, FIELDS, TOPIC = FIELDS, LITERAL };

static const struct {
	const char *name;
	int digits;
} placeholders[] = {
	[YEAR] = { "<YYYY>", 4 },
	[MONTH] = { "<MM>", 2 },
	[DAY] = { "<DD>", 2 },
	[TOPIC] = { "<topic>", 0 },
};

/*
 * A match in progress. `failed` marks the pairs of places, in format and name,
 * from which a match was tried in vain, so that each is tried once.
 */
struct match {
	const char *format, *name;
	size_t width;
	bool *failed;
	int value[FIELDS];		/* of the date, 0: not there */
};

static enum field field_at(const char *format)
{
	for (enum field f = YEAR; f <= TOPIC; f++)
		if (text_starts_with(format, placeholders[f].name))
			return f;
	return LITERAL;
}

static bool match_from(struct match *m, const char *f, const char *s);

/* Matches one character, then the rest or more of the topic. */
static bool match_topic(struct match *m, const char *f, const char *s)
{
	return *s && (match_from(m, f + strlen(placeholders[TOPIC].name),
				 s + 1) || match_from(m, f, s + 1));
}

static bool match_digits(struct match *m, enum field field, const char *f,
			 const char *s)
{
	int value = 0;

	for (int i = 0; i < placeholders[field].digits; i++, s++) {
		if (!isdigit((unsigned char)*s))
			return false;
		value = value * 10 + (*s - '0');
	}
	if (!match_from(m, f, s))
		return false;
	m->value[field] = value ? value : -1;
	return true;
}

static bool match_from(struct match *m, const char *f, const char *s)
{
	size_t at = (size_t)(f - m->format) * m->width +
		    (size_t)(s - m->name);
	enum field field = field_at(f);
	bool matches;

	if (m->failed[at])
		return false;
	if (!*f)
		matches = !*s;
	else if (field == LITERAL)
		matches = *f == *s && match_from(m, f + 1, s + 1);
	else if (field == TOPIC)
		matches = match_topic(m, f, s);
	else
		matches = match_digits(m, field,
				       f + strlen(placeholders[field].name),
				       s);
	m->failed[at] = !matches;
	return matches;
}

/*
 * Parts of the date that the format leaves out may be anything: February then
 * has 29 days.
 */
static bool is_date(const int value[FIELDS])
{
	int year = value[YEAR] ? value[YEAR] : 2000;
	int month = value[MONTH] ? value[MONTH] : 1;
	int day = value[DAY] ? value[DAY] : 1;

	return year > 0 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= date_days_in(month, year);
}

const char *format_problem(const char *format, const char *name)
{
	struct match m = { .format = format, .name = name,
			   .width = strlen(name) + 1 };
	const char *problem = NULL;

	if (m.width > MAX_NAME)
		return "is far too long to be of the form";
	m.failed = xcalloc((strlen(format) + 1) * m.width, sizeof(bool));
	if (!match_from(&m, format, name))
		problem = "is not of the form";
	else if (!is_date(m.value))
		problem = "has no real date where it should be of the form";
	free(m.failed);
	return problem;
}
