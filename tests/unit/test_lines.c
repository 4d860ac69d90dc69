/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report/lines.h"

/* Writes the text in pieces of `step` bytes. */
static void check(const char *text, size_t width, size_t step,
		  const char *wanted)
{
	struct lines lines = { .put = lines_fold, .width = width };
	char *got = NULL;
	size_t len = 0;
	FILE *folding;

	lines.out = open_memstream(&got, &len);
	assert_non_null(lines.out);
	folding = lines_open(&lines);
	for (size_t i = 0; i < strlen(text); i += step) {
		size_t left = strlen(text) - i;

		fwrite(text + i, 1, left < step ? left : step, folding);
		fflush(folding);
	}
	assert_int_equal(fclose(folding), 0);
	assert_int_equal(fclose(lines.out), 0);
	assert_string_equal(got, wanted);
	free(got);
}

static void check_all(const char *text, size_t width, const char *wanted)
{
	for (size_t step = 1; step < 40; step += 7)
		check(text, width, step, wanted);
}

static void test_short(void **state)
{
	(void)state;
	check_all("", 20, "");
	check_all("\n", 20, "\n");
	check_all("a\n\nb\n", 20, "a\n\nb\n");
	check_all("no end", 20, "no end\n");
	check_all("12345678901234567890\n", 20, "12345678901234567890\n");
	check_all("1234567890 234567890\n", 20, "1234567890 234567890\n");
}

static void test_fold(void **state)
{
	(void)state;
	check_all("1234567890 234567890x\n", 20,
		  "1234567890\n  234567890x\n");
	check_all("  why: one two three four five\n", 20,
		  "  why: one two three\n       four five\n");
	check_all("    an indented line goes on\n", 20,
		  "    an indented line\n      goes on\n");
}

static void test_long_words(void **state)
{
	(void)state;
	check_all("a-word-that-is-too-long-for-the-line next\n", 20,
		  "a-word-that-is-too-long-for-the-line\n  next\n");
	check_all("   a-word-that-is-too-long-for-the-line\n", 20,
		  "   a-word-that-is-too-long-for-the-line\n");
	check_all("fix: https://a.example/very/long/address ok\n", 20,
		  "fix:\n     https://a.example/very/long/address\n     ok\n");
}

static void test_width(void **state)
{
	(void)state;
	/* Characters count, not bytes; colors do not. */
	check_all("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9\n",
		  8, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 "
		  "\xc3\xa9\xc3\xa9\n");
	check_all("\033[31merror\033[m: \033[1mab\033[m\n", 9,
		  "\033[31merror\033[m: \033[1mab\033[m\n");
	check_all("\033[31merror\033[m: \033[1mabc\033[m\n", 9,
		  "\033[31merror\033[m:\n  \033[1mabc\033[m\n");
	check_all("bytes \xff\xff\xff\xff\n", 10, "bytes \xff\xff\xff\xff\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
