/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/conflict.h"

#define CONFLICT(a, b)							\
	"<<<<<<< ours\n" a "=======\n" b ">>>>>>> theirs\n"

static const char one[] = "a\nb\n" CONFLICT("x\n", "y\n") "c\nd\n";
static const char two[] = "a\n" CONFLICT("x\n", "y\n") "b\n"
			  CONFLICT("v\n", "w\n") "c\n";
static const char ends[] = CONFLICT("x\n", "y\n");

static void check(const char *merged, const char *result, bool wanted)
{
	if (conflict_fits(merged, strlen(merged), result, strlen(result)) !=
	    wanted)
		fail_msg("'%s' %s '%s'", result,
			 wanted ? "does not fit" : "fits", merged);
}

static void test_resolved(void **state)
{
	static const struct {
		const char *merged, *result;
	} cases[] = {
		{ one, "a\nb\nx\nc\nd\n" },
		{ one, "a\nb\ny\nc\nd\n" },
		{ one, "a\nb\nx\ny\nc\nd\n" },
		{ one, "a\nb\nz\nc\nd\n" },
		{ one, "a\nb\nc\nd\n" },
		{ one, "a\nb\nc\nd\nc\nd\n" },
		{ two, "a\nx\nb\nw\nc\n" },
		{ two, "a\nb\nc\n" },
		{ two, "a\n1\n2\nb\nb\n3\nc\n" },
		{ ends, "x\n" },
		{ ends, "" },
		{ "a\n" CONFLICT("x\n", ""), "a\n" },
		{ "a\n" CONFLICT("x\n", ""), "a\nx" },
		{ CONFLICT("", "y\n") "c", "y\nc" },
		{ "a\n<<<<<<< ours\nx\n||||||| base\nw\n=======\ny\n"
		  ">>>>>>> theirs\nc\n", "a\nx\nc\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(cases[i].merged, cases[i].result, true);
}

static void test_more_than_resolved(void **state)
{
	static const struct {
		const char *merged, *result;
	} cases[] = {
		{ one, "" },
		{ one, "x\n" },
		{ one, "a\nB\nx\nc\nd\n" },	/* before it */
		{ one, "a\nb\nx\nc\nD\n" },	/* after it */
		{ one, "a\nb\nx\nc\nd\ne\n" },
		{ one, "0\na\nb\nx\nc\nd\n" },
		{ one, "a\nb\nx\nd\n" },
		{ one, "a\nb\nx\nc\nd" },	/* no newline at the end */
		{ one, "a\nb\nxc\nd\n" },	/* not at a line's start */
		{ "a\n" CONFLICT("x\n", "y\n") "a\n", "a\n" },
		{ two, "a\nx\nB\nw\nc\n" },	/* between them */
		{ two, "a\nx\nw\nc\n" },
		{ two, "b\na\nx\nw\nc\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(cases[i].merged, cases[i].result, false);
}

/* No conflict is marked, so nothing can have been put in its place. */
static void test_no_conflict(void **state)
{
	static const char *const merged[] = {
		"",
		"a\nb\n",
		"a\n<<<<<<<\nb\n>>>>>>>\n",		/* no space */
		"a\n<<<<<< x\nb\n>>>>>> y\n",		/* six */
		"a\n <<<<<<< x\nb\n >>>>>>> y\n",	/* not in front */
		"a\n<<<<<<< x\nb\n",			/* no end */
		"a\n>>>>>>> y\nb\n",			/* no start */
		"a\n>>>>>>> y\nb\n<<<<<<< x\n",
		"a\n<<<<<<<",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(merged); i++) {
		check(merged[i], merged[i], false);
		check(merged[i], "a\n", false);
		check(merged[i], "", false);
	}
}

/* What looks like a mark after the last conflict must stand as it is. */
static void test_mark_without_end(void **state)
{
	static const char merged[] = "a\n" CONFLICT("x\n", "y\n")
				     "b\n<<<<<<< text\nc\n";

	(void)state;
	check(merged, "a\nx\nb\n<<<<<<< text\nc\n", true);
	check(merged, "a\nx\nb\n", false);
	check(merged, "a\nx\nb\n<<<<<<< text\n", false);
	check(merged, "a\nx\nb\n<<<<<<< other\nc\n", false);
}

static void test_any_bytes(void **state)
{
	static const char merged[] = "a\0\n" CONFLICT("x\n", "y\n") "\0b\n";
	static const char same[] = "a\0\nz\n\0b\n";
	static const char other[] = "a\0\nz\n\0c\n";

	(void)state;
	assert_true(conflict_fits(merged, sizeof(merged) - 1, same,
				  sizeof(same) - 1));
	assert_false(conflict_fits(merged, sizeof(merged) - 1, other,
				   sizeof(other) - 1));
}

/* Text that nearly repeats itself takes no longer than any other. */
static void test_repetitive_text(void **state)
{
	enum { LINES = 200000 };
	struct buf merged = BUF_INIT, result = BUF_INIT;

	(void)state;
	buf_addstr(&merged, CONFLICT("x\n", "y\n"));
	for (int i = 0; i < LINES; i++)
		buf_addstr(&merged, "same\n");
	buf_addstr(&merged, "other\n" CONFLICT("x\n", "y\n"));
	for (int i = 0; i < 2 * LINES; i++)
		buf_addstr(&result, "same\n");
	assert_false(conflict_fits(merged.ptr, merged.len, result.ptr,
				   result.len));
	buf_addstr(&result, "other\n");
	assert_true(conflict_fits(merged.ptr, merged.len, result.ptr,
				  result.len));
	buf_release(&merged);
	buf_release(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolved),
		cmocka_unit_test(test_more_than_resolved),
		cmocka_unit_test(test_no_conflict),
		cmocka_unit_test(test_mark_without_end),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_repetitive_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
