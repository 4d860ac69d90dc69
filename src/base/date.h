/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <time.h>

/*
 * Days as YYYY-MM-DD, in UTC. Compare them by strcmp(): the earlier is less.
 */
enum { DATE_LEN = 10 };

/* How many days a month (from 1) has in a year. */
int date_days_in(int month, int year);

/* Whether it is a day of the calendar, written so and no other way. */
bool date_is_real(const char *date);

/* The day that is `days` after the one of that second. */
void date_format(char out[DATE_LEN + 1], time_t second, int days);

#endif
