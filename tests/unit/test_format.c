/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "policy/format.h"

static const char dated[] = "noinstr-<topic>-<YYYY>-<MM>-<DD>";

static void check(const char *format, const char *name, const char *wanted)
{
	const char *problem = format_problem(format, name);

	if (!wanted != !problem || (wanted && !strstr(problem, wanted)))
		fail_msg("%s as %s: %s", name, format,
			 problem ? problem : "fits");
}

static void test_fits(void **state)
{
	(void)state;
	check(dated, "noinstr-lds-2020-05-15", NULL);
	check(dated, "noinstr-core-for-kvm-2020-05-15", NULL);
	check(dated, "noinstr-2019-12-31-2020-02-29", NULL);
	check(dated, "noinstr-x-2000-02-29", NULL);
	check("v<YYYY>.<MM>", "v2020.02", NULL);
	check("<topic>", "x", NULL);
	check("<topic>-<topic>", "a-b-c", NULL);
	check("fixed", "fixed", NULL);
	check("<DD>", "31", NULL);
	check("<MM>-<DD>", "02-29", NULL);
	check("<x>", "<x>", NULL);
}

static void test_form(void **state)
{
	static const char *const names[] = {
		"", "noinstr", "noinstr-kcsan-2020-05015", "noinstr-2020-05-15",
		"noinstr--2020-05-15x", "noinstr-lds-2020-05-15-v2",
		"noinstr-lds-20-05-15", "noinstr-lds-2020-5-15",
		"Noinstr-lds-2020-05-15", "noinstr-lds-2020-05-1",
		"xnoinstr-lds-2020-05-15",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		check(dated, names[i], "not of the form");
	check("<topic>", "", "not of the form");
	check("<topic>-<topic>", "-b", "not of the form");
}

static void test_date(void **state)
{
	static const char *const names[] = {
		"noinstr-lds-2020-02-30", "noinstr-lds-2019-02-29",
		"noinstr-lds-1900-02-29", "noinstr-lds-2020-13-01",
		"noinstr-lds-2020-00-01", "noinstr-lds-2020-04-31",
		"noinstr-lds-2020-04-00", "noinstr-lds-0000-04-01",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		check(dated, names[i], "no real date");
	check("<MM>", "13", "no real date");
}

/* A name and a format that would take for ever if tried in every way. */
static void test_many(void **state)
{
	char format[7 * 28 + 1] = "", name[5001];

	(void)state;
	for (int i = 0; i < 27; i++)
		strcat(format, "<topic>");
	strcat(format, "b");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	check(format, name, "not of the form");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
