/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int date_days_in(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
				    31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool date_is_real(const char *date)
{
	static const char form[] = "0000-00-00";
	int year, month, day;

	for (size_t i = 0; form[i]; i++)
		if (form[i] == '-' ? date[i] != '-' :
		    !isdigit((unsigned char)date[i]))
			return false;
	if (date[DATE_LEN])
		return false;
	year = atoi(date);
	month = atoi(date + 5);
	day = atoi(date + 8);
	return year > 0 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= date_days_in(month, year);
}

void date_format(char out[DATE_LEN + 1], time_t second, int days)
{
	time_t then = second + (time_t)days * 24 * 60 * 60;
	struct tm tm;

	if (!gmtime_r(&then, &tm) ||
	    strftime(out, DATE_LEN + 1, "%Y-%m-%d", &tm) != DATE_LEN)
		abort();
}
