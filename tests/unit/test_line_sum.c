/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "git/line_sum.h"

static uint64_t sum(const char *text)
{
	return line_sum(text, strlen(text));
}

static void test_blanks(void **state)
{
	(void)state;
	assert_true(sum("") == 0);
	assert_true(sum("a b\tc\n") == sum("abc\r\n"));
	assert_true(sum(" \v\fabc") == sum("abc\n"));
	assert_true(sum("abc\n") != sum("abd\n"));
	assert_true(sum("abc\n") != sum("acb\n"));
	/* A line of blanks is a line. */
	assert_true(sum("\n") != 0);
	assert_true(sum("\n") == sum(" \t\n"));
	assert_true(sum("abc\n\n") != sum("abc\n"));
}

static void test_lines(void **state)
{
	(void)state;
	assert_true(sum("a\nb\n") == sum("b\na\n"));
	assert_true(sum("a\nb\n") == sum("a\n") + sum("b\n"));
	assert_true(sum("a\na\n") == 2 * sum("a\n"));
	assert_true(sum("a\nb\n") != sum("ab\n"));
	assert_true(sum("a\nb\n") != sum("a+b\n"));
}

static void test_nul(void **state)
{
	(void)state;
	assert_true(line_sum("ab\0cd\ne", 7) == sum("ab\ne"));
	assert_true(line_sum("ab\0\n", 4) == sum("ab"));
	assert_true(line_sum("a\nb", 1) == sum("a"));
}

/* A few kinds of lines, so that many are the same. */
static size_t make_text(char *text, size_t most)
{
	static const char *const lines[] = { "a\n", "b\n", "\n", "  a\n",
					     "long enough to fill a step, "
					     "which is compared at once, and "
					     "a little more of the same\n" };
	size_t n = (size_t)rand() % 12, len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *line = lines[(size_t)rand() % 5];

		if (len + strlen(line) >= most)
			break;
		memcpy(text + len, line, strlen(line));
		len += strlen(line);
	}
	return len && rand() % 3 == 0 ? len - 1 : len;
}

static void test_between(void **state)
{
	enum { MOST = 2000, TIMES = 20000 };
	char *old = malloc(MOST), *new = malloc(MOST);

	(void)state;
	srand(1);
	for (int i = 0; i < TIMES; i++) {
		size_t old_len = make_text(old, MOST);
		size_t new_len = make_text(new, MOST);

		assert_true(line_sum_between(old, old_len, new, new_len) ==
			    line_sum(new, new_len) - line_sum(old, old_len));
	}
	free(old);
	free(new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
