/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/regex.h"

static int match(const char *pattern, const char *s)
{
	struct error err;
	struct regex *regex = regex_new(pattern, &err);
	int found;

	assert_non_null(regex);
	found = regex_match(regex, s, &err);
	regex_free(regex);
	return found;
}

static void test_match(void **state)
{
	(void)state;
	assert_int_equal(match("[^a-z]tegra", "drivers/clk/tegra/clk.c"), 1);
	assert_int_equal(match("[^a-z]tegra", "net/integra.c"), 0);
	assert_int_equal(match("^drivers/", "sound/drivers/x.c"), 0);
	assert_int_equal(match("sun[x456789]i", "arch/arm/mach-sun8i/a.c"), 1);
	/* Blanks count, unlike in an N: of MAINTAINERS. */
	assert_int_equal(match("a b", "ab"), 0);
	assert_int_equal(match("(?x) a b # ab", "ab"), 1);
	/* Bytes, of whatever encoding. */
	assert_int_equal(match("\xe9.$", "caf\xe9\xe8"), 1);
}

static void test_bad(void **state)
{
	static const char *const bad[] = { "a(", "[a", "*a", "a\\", "\\C",
					   "(*UTF)a" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_null(regex_new(bad[i], &err));
		assert_non_null(strstr(err.msg, "is not a regular expression: "));
	}
}

/* What backtracks without end is no "no match". */
static void test_limits(void **state)
{
	static const char *const slow[] = { "^(a+)+$", "^(?:a|a)*$",
					    "^(a|aa)+[bc]", "(a*)*[bc]$" };
	char s[4096];
	struct error err;

	(void)state;
	memset(s, 'a', sizeof(s));
	s[sizeof(s) - 2] = '/';
	s[sizeof(s) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(slow); i++) {
		struct regex *regex = regex_new(slow[i], &err);

		assert_int_equal(regex_match(regex, s, &err), -1);
		assert_non_null(strstr(err.msg, "could not decide whether"));
		/* The accepted twin. */
		assert_int_equal(regex_match(regex, "x/y", &err), 0);
		regex_free(regex);
	}
}

static void check_literal(const char *pattern, const char *wanted, bool whole)
{
	struct error err;
	struct regex *regex = regex_new(pattern, &err);
	const char *word;
	bool is;

	assert_non_null(regex);
	word = regex_word(regex, &is);
	assert_int_equal(is, whole);
	if (wanted)
		assert_string_equal(word, wanted);
	else
		assert_null(word);
	regex_free(regex);
}

static void test_literal(void **state)
{
	(void)state;
	check_literal("allwinner", "allwinner", true);
	check_literal("/pmac", "/pmac", true);
	check_literal("a\\.b\\/c", "a.b/c", true);
	check_literal("asm/elf.h", "asm/elf", false);
	check_literal("sun[x456789]i", "sun", false);
	check_literal("[^a-z]tegra", "tegra", false);
	check_literal("bcm[9]?47622", "47622", false);
	check_literal("bcm283*", "bcm28", false);
	check_literal("colou?r", "colo", false);
	check_literal("ab+c", "a", false);
	check_literal("^kernel/$", "kernel/", false);
	check_literal("[]x]abc[^]y]", "abc", false);
	/* Nothing is told of these. */
	check_literal("", NULL, false);
	check_literal("abc|def", NULL, false);
	check_literal("abc(def)?", NULL, false);
	check_literal("abc{0}", NULL, false);
	check_literal("(?i)abc", NULL, false);
	check_literal("abc\\d", NULL, false);
	check_literal("\\x41bc", NULL, false);
	check_literal("abc[[:alpha:]]", NULL, false);
	check_literal("a?", NULL, false);
}

/* Any expression of simple parts: what is found holds the literal. */
static void test_literal_is_sound(void **state)
{
	static const char *const parts[] = {
		"a", "b", "/", ".", "\\.", "[ab]", "[^a]", "a?", "b*", "c+",
		"^", "$", "ab", "(a|b)", "\\d", "a{2}", "|", "[.]",
	};
	unsigned int seed = 4;

	(void)state;
	srand(seed);
	for (int round = 0; round < 20000; round++) {
		struct buf pattern = BUF_INIT;
		struct regex *regex;
		struct error err;
		const char *word;
		char s[9];
		bool whole;

		for (int n = rand() % 5; n >= 0; n--)
			buf_addstr(&pattern,
				   parts[(size_t)rand() % ARRAY_SIZE(parts)]);
		for (size_t i = 0; i < sizeof(s) - 1; i++)
			s[i] = "ab/.c1"[rand() % 6];
		s[rand() % (int)sizeof(s)] = '\0';
		s[sizeof(s) - 1] = '\0';
		regex = regex_new(buf_str(&pattern), &err);
		word = regex ? regex_word(regex, &whole) : NULL;
		if (word && regex_match(regex, s, &err) == 1)
			assert_non_null(strstr(s, word));
		else if (word && whole)
			assert_null(strstr(s, word));
		regex_free(regex);
		buf_release(&pattern);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_literal_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
