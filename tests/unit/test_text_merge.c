/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "git/text_merge.h"

/* tests/oracle/texts asks git about many more. */
enum { STEPS = 100000 };

static struct text text(const char *p)
{
	return (struct text){ p, strlen(p) };
}

static void check(const char *base, const char *ours, const char *theirs,
		  const char *wanted, size_t n_wanted)
{
	struct text_merge merge = {
		.base = text(base), .ours = text(ours), .theirs = text(theirs),
		.our_name = "o", .their_name = "t", .steps = STEPS,
	};
	struct buf merged = BUF_INIT;
	size_t n = 0;

	assert_int_equal(text_merge(&merge, &merged, &n), 0);
	assert_string_equal(buf_str(&merged), wanted);
	assert_int_equal(n, n_wanted);
	buf_release(&merged);
}

static void test_clean(void **state)
{
	static const struct {
		const char *base, *ours, *theirs, *wanted;
	} cases[] = {
		{ "", "", "", "" },
		{ "a\nb\nc\n", "x\nb\nc\n", "a\nb\ny\n", "x\nb\ny\n" },
		{ "a\nb\nc\n", "a\nb\nc\n", "a\nc\n", "a\nc\n" },
		{ "a\nb\nc\n", "a\nx\nc\n", "a\nx\nc\n", "a\nx\nc\n" },
		{ "a\nb\nc", "x\na\nb\nc", "a\nb", "x\na\nb" },
		{ "a\nb\nc\n", "b\nc\n", "a\nb\n", "b\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(cases[i].base, cases[i].ours, cases[i].theirs,
		      cases[i].wanted, 0);
}

static void test_conflicts(void **state)
{
	(void)state;
	check("a\n", "x\n", "y\n",
	      "<<<<<<< o\nx\n=======\ny\n>>>>>>> t\n", 1);
	check("a\nb\n", "x\nb\n", "a\ny\n",
	      "<<<<<<< o\nx\nb\n=======\na\ny\n>>>>>>> t\n", 1);
	/* What both added alike is no part of it. */
	check("", "1\nx\n2\n", "1\ny\n2\n",
	      "1\n<<<<<<< o\nx\n=======\ny\n>>>>>>> t\n2\n", 1);
	/* Conflicts that are near each other are one. */
	check("a\nb\nc\nd\ne\n", "x\nb\nc\nd\ny\n", "v\nb\nc\nd\nw\n",
	      "<<<<<<< o\nx\nb\nc\nd\ny\n=======\nv\nb\nc\nd\nw\n"
	      ">>>>>>> t\n", 1);
	check("a\nb\nc\nd\n0\ne\n", "x\nb\nc\nd\n0\ny\n",
	      "v\nb\nc\nd\n0\nw\n",
	      "<<<<<<< o\nx\n=======\nv\n>>>>>>> t\nb\nc\nd\n0\n"
	      "<<<<<<< o\ny\n=======\nw\n>>>>>>> t\n", 2);
	check("a\n", "x\n", "", "<<<<<<< o\nx\n=======\n>>>>>>> t\n", 1);
}

static void test_line_ends(void **state)
{
	(void)state;
	check("a", "x", "y", "<<<<<<< o\nx\n=======\ny\n>>>>>>> t\n", 1);
	check("1\r\na\r\n", "1\r\nx\r\n", "1\r\ny",
	      "1\r\n<<<<<<< o\r\nx\r\n=======\r\ny\r\n>>>>>>> t\r\n", 1);
	check("1\r\na\r\n", "1\r\nx\r\n", "1\ny\n",
	      "<<<<<<< o\n1\r\nx\r\n=======\n1\ny\n>>>>>>> t\n", 1);
}

static bool may_be_clean(const char *base, const char *ours,
			 const char *theirs, const char *result)
{
	struct text_merge merge = {
		.base = text(base), .ours = text(ours), .theirs = text(theirs),
		.result = text(result),
		.our_name = "o", .their_name = "t", .steps = STEPS,
	};
	struct buf merged = BUF_INIT;
	size_t n;

	assert_int_equal(text_merge(&merge, &merged, &n), 0);
	buf_release(&merged);
	return merge.may_be_clean;
}

static void test_other_ways(void **state)
{
	(void)state;
	/* What is new is a copy of a line that was there. */
	assert_true(may_be_clean("a\nb\nc\n", "a\nb\nb\nc\n", "x\nb\nc\n",
				 "x\nb\nb\nc\n"));
	/* No version has "y"; the result lacks "x". */
	assert_false(may_be_clean("a\nb\nc\n", "a\nb\nb\nc\n",
				  "x\nb\nc\n", "x\ny\nb\nb\nc\n"));
	assert_false(may_be_clean("a\nb\nc\n", "a\nb\nb\nc\n",
				  "x\nb\nc\n", "a\nb\nb\nc\n"));
	/* Lines that are nowhere else can be lined up in one way only. */
	assert_false(may_be_clean("a\nb\nc\n", "x\nb\nc\n", "a\ny\nc\n",
				  "x\ny\nc\n"));
}

static void check_open(struct text_merge merge)
{
	struct buf merged = BUF_INIT;
	size_t n;

	merge.our_name = merge.their_name = "n";
	assert_int_equal(text_merge(&merge, &merged, &n), -1);
	buf_release(&merged);
}

static void test_left_to_git(void **state)
{
	struct buf common = BUF_INIT;

	(void)state;
	check_open((struct text_merge){
		.base = text("a\n"), .ours = text("b\n"),
		.theirs = { "c\0\n", 3 }, .steps = STEPS });
	check_open((struct text_merge){
		.base = text("a\nb\nc\n"), .ours = text("b\nd\n"),
		.theirs = text("b\ne\n"), .steps = 3 });
	/* No line is rare. */
	for (int i = 0; i < 66; i++)
		buf_addstr(&common, "a\n");
	check_open((struct text_merge){
		.base = text(buf_str(&common)), .ours = text("a\nb\n"),
		.theirs = text("c\na\n"), .steps = STEPS });
	/* Two groups of lines meet: git compares them again since 2.54. */
	check_open((struct text_merge){
		.base = text("0\n2\n"), .ours = text("2\n"),
		.theirs = text("2\n0\n1\n2\n"), .steps = STEPS });
	buf_release(&common);
}

/*
 * Lines of two words after `x`; all have the same hash if the second word
 * undoes it.
 */
static void add_lines(struct buf *b, int n, size_t x, bool collide)
{
	char line[4096 + 2 * sizeof(uint64_t)], *end = line + x;
	uint64_t words[2];

	memset(line, 'x', x);
	for (uint64_t i = 1; n; i++) {
		words[0] = i * HASH_START;
		memcpy(end, words, sizeof(*words));
		words[1] = hash_add(HASH_START, line, x + sizeof(*words)) ^
			   (collide ? 0 : i);
		memcpy(end, words, sizeof(words));
		if (memchr(end, '\0', sizeof(words)) ||
		    memchr(end, '\n', sizeof(words)) != end + 15)
			continue;
		buf_add(b, line, x + sizeof(words));
		n--;
	}
}

static int merge_lines(int n_lines, size_t x, bool collide)
{
	struct buf lines = BUF_INIT, merged = BUF_INIT;
	struct text_merge merge = { .steps = STEPS };
	size_t n;
	int rc;

	add_lines(&lines, n_lines, x, collide);
	merge.base = merge.ours = (struct text){ lines.ptr, lines.len };
	merge.theirs = (struct text){ lines.ptr, lines.len - 16 - x };
	rc = text_merge(&merge, &merged, &n);
	if (!rc)
		assert_int_equal(merged.len, lines.len - 16 - x);
	buf_release(&lines);
	buf_release(&merged);
	return rc;
}

static void test_equal_hashes(void **state)
{
	(void)state;
	assert_int_equal(merge_lines(2000, 0, false), 0);
	assert_int_equal(merge_lines(2000, 0, true), -1);
	/* Fewer, but each takes longer to compare. */
	assert_int_equal(merge_lines(100, 0, true), 0);
	assert_int_equal(merge_lines(100, 4096, false), 0);
	assert_int_equal(merge_lines(100, 4096, true), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_other_ways),
		cmocka_unit_test(test_left_to_git),
		cmocka_unit_test(test_equal_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
