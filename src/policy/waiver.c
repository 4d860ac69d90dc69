/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/waiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

enum { SOON = 14 };	/* days */

static const char *last_day(const struct waiver *waiver)
{
	return waiver->expires.v[0].text;
}

bool waiver_has_ended(const struct waiver *waiver, time_t now)
{
	char today[DATE_LEN + 1];

	date_format(today, now, 0);
	return strcmp(last_day(waiver), today) < 0;
}

/* The same day of the next year; after February 28th the 29th is too late. */
static void a_year_ahead(char out[DATE_LEN + 1], time_t now)
{
	char today[DATE_LEN + 1];

	date_format(today, now, 0);
	snprintf(out, DATE_LEN + 1, "%04d%.6s", (atoi(today) + 1) % 10000,
		 today + 4);
}

static void check(const struct waiver *w, time_t now, struct diags *diags)
{
	char soon[DATE_LEN + 1], limit[DATE_LEN + 1];
	const char *day = last_day(w), *name = w->section.name;
	int line = w->expires.v[0].line;

	a_year_ahead(limit, now);
	date_format(soon, now, SOON);
	if (strcmp(day, limit) > 0)
		diags_add(diags, line, true, "[waiver \"%s\"] lasts until %s: "
			  "a waiver ends within a year, so write %s or an "
			  "earlier day", name, day, limit);
	else if (waiver_has_ended(w, now))
		diags_add(diags, line, false, "[waiver \"%s\"] ended on %s and "
			  "waives nothing any more: remove it, or agree on "
			  "another day", name, day);
	else if (strcmp(day, soon) <= 0)
		diags_add(diags, line, false, "[waiver \"%s\"] ends on %s: "
			  "what it waives is refused from the next day on",
			  name, day);
}

void waivers_check(const struct policy *policy, time_t now,
		   struct diags *diags)
{
	for (size_t i = 0; i < policy->n_waivers; i++)
		check(&policy->waivers[i], now, diags);
}
