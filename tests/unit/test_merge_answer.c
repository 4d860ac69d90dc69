/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/merge_answer.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "0123456789abcdef0123456789abcdef01234567"

#define CLEAN "1\0" A "\0\0"
#define CONFLICT "0\0" B "\0" "mm/n\0" "virt/a b\nc\0\0"

/* Parses a copy of exactly that size: a sanitizer sees who reads on. */
static int parse(const char *output, size_t len, struct merge_answer *answers,
		 size_t n)
{
	char *copy = xmalloc(len + !len);
	int rc;

	memcpy(copy, output, len);
	rc = merge_answers_parse(copy, len, answers, n);
	for (size_t i = 0; !rc && i < n; i++)
		answers[i].conflicts = output + (answers[i].conflicts - copy);
	free(copy);
	return rc;
}

static void check(const struct merge_answer *answer, const char *tree,
		  const char *conflicts, size_t len)
{
	char hex[OID_HEX + 1];

	oid_format(hex, &answer->tree);
	assert_string_equal(hex, tree);
	assert_int_equal(answer->conflicts_len, len);
	assert_memory_equal(answer->conflicts, conflicts, len);
}

static void test_answers(void **state)
{
	static const char output[] = CONFLICT CLEAN CONFLICT;
	struct merge_answer answers[3];

	(void)state;
	assert_int_equal(parse("", 0, answers, 0), 0);
	assert_int_equal(parse(output, sizeof(output) - 1, answers, 3), 0);
	check(&answers[0], B, "mm/n\0virt/a b\nc", 16);
	check(&answers[1], A, "", 0);
	check(&answers[2], B, "mm/n\0virt/a b\nc", 16);
}

/* What conflicts may lie in names of which the answer does not speak. */
static void test_conflict_without_paths(void **state)
{
	static const char output[] = "0\0" A "\0\0";
	struct merge_answer answer;

	(void)state;
	assert_int_equal(parse(output, sizeof(output) - 1, &answer, 1), 0);
	check(&answer, A, "", 0);
}

/* A path can look like anything, an answer included. */
static void test_paths_that_deceive(void **state)
{
	static const char output[] = "0\0" B "\0" "1\0" A "\0" "0\0\0" CLEAN;
	struct merge_answer answers[2];

	(void)state;
	assert_int_equal(parse(output, sizeof(output) - 1, answers, 2), 0);
	check(&answers[0], B, "1\0" A "\0" "0", 45);
	check(&answers[1], A, "", 0);
}

static void test_truncated(void **state)
{
	static const char output[] = CLEAN CONFLICT;
	struct merge_answer answers[2];

	(void)state;
	for (size_t len = 0; len < sizeof(output) - 1; len++)
		assert_int_equal(parse(output, len, answers, 2), -1);
	assert_int_equal(parse(output, sizeof(output) - 1, answers, 2), 0);
}

static void test_nonsense(void **state)
{
#define CASE(s) { s, sizeof(s) - 1 }
	static const struct {
		const char *output;
		size_t len;
	} cases[] = {
		CASE(CLEAN CLEAN),		/* more than was asked for */
		CASE(CLEAN "x"),
		CASE(CLEAN "\0"),
		CASE("\0" CLEAN),
		CASE("\0" A "\0\0"),
		CASE("2\0" A "\0\0"),
		CASE("-1\0" A "\0\0"),
		CASE("11\0" A "\0\0"),
		CASE("1 \0" A "\0\0"),
		CASE("1\n" A "\n\0"),
		CASE("1\0\0\0"),
		CASE("1\0" A "a\0\0"),
		CASE("1\0" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0\0"),
		CASE("1\0" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag\0\0"),
		CASE("1\0" A "\0mm/n\0\0"),	/* clean, but for a conflict */
		CASE(A "\0"),			/* without --stdin */
		CASE("usage: git merge-tree\n"),
	};
	struct merge_answer answer;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (parse(cases[i].output, cases[i].len, &answer, 1) != -1)
			fail_msg("case %zu is an answer", i);
	assert_int_equal(parse(CLEAN, sizeof(CLEAN) - 1, &answer, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_conflict_without_paths),
		cmocka_unit_test(test_paths_that_deceive),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
