/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/buf.h"
#include "cli/hook_input.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ZERO "0000000000000000000000000000000000000000"

typedef int parse_fn(struct push *push, const char *text, size_t len,
		     struct error *err);

static void assert_oid(const struct oid *oid, const char *hex)
{
	char out[OID_HEX + 1];

	oid_format(out, oid);
	assert_string_equal(out, hex);
}

/* Parses a copy with nothing behind it: the text need not end in a NUL. */
static int parse(parse_fn *fn, struct push *push, const char *text,
		 size_t len, struct error *err)
{
	char *copy = xmalloc(len);
	int rc;

	memcpy(copy, text, len);
	*err = (struct error){ 0 };
	rc = fn(push, copy, len, err);
	free(copy);
	return rc;
}

static void accepts(parse_fn *fn, struct push *push, const char *text)
{
	struct error err;

	*push = (struct push){ 0 };
	if (parse(fn, push, text, strlen(text), &err))
		fail_msg("'%s': %s", text, err.msg);
}

static void refuses(parse_fn *fn, const char *text, size_t len,
		    const char *wanted)
{
	struct push push = { 0 };
	struct error err;

	if (parse(fn, &push, text, len, &err) != -1)
		fail_msg("accepted: '%s'", text);
	if (!strstr(err.msg, wanted))
		fail_msg("no '%s' in '%s'", wanted, err.msg);
	push_release(&push);
}

/* pre-receive */

static void test_receive(void **state)
{
	struct push push;

	(void)state;
	accepts(push_parse_receive, &push,
		A " " B " refs/heads/main\n"
		ZERO " " B " refs/tags/v1\n"
		B " " ZERO " refs/x\n");
	assert_int_equal(push.n, 3);
	assert_string_equal(push.updates[0].name, "refs/heads/main");
	assert_oid(&push.updates[0].old, A);
	assert_oid(&push.updates[0].new, B);
	assert_string_equal(push.updates[1].name, "refs/tags/v1");
	assert_true(oid_is_zero(&push.updates[1].old));
	assert_string_equal(push.updates[2].name, "refs/x");
	assert_true(oid_is_zero(&push.updates[2].new));
	for (size_t i = 0; i < push.n; i++)
		assert_null(push.local[i]);
	push_release(&push);
	assert_int_equal(push.n, 0);
	assert_null(push.updates);
	push_release(&push);
}

static void test_empty(void **state)
{
	struct push push;

	(void)state;
	accepts(push_parse_receive, &push, "");
	assert_int_equal(push.n, 0);
	push_release(&push);
	accepts(push_parse_push, &push, "");
	assert_int_equal(push.n, 0);
	push_release(&push);
}

static void test_no_newline_at_end(void **state)
{
	struct push push;

	(void)state;
	accepts(push_parse_receive, &push, A " " B " refs/heads/a\n"
		A " " B " refs/heads/b");
	assert_int_equal(push.n, 2);
	assert_string_equal(push.updates[1].name, "refs/heads/b");
	push_release(&push);
	accepts(push_parse_push, &push, "HEAD " A " refs/heads/b " B);
	assert_int_equal(push.n, 1);
	assert_oid(&push.updates[0].old, B);
	push_release(&push);
}

static void test_receive_refuses(void **state)
{
	static const char *const lines[] = {
		"", " ", "  ", "refs/heads/a", A, A " " B, A " " B " ",
		A " refs/heads/a", " " A " " B " refs/heads/a",
		A "  " B " refs/heads/a", A " " B "  refs/heads/a",
		A " " B " refs/heads/a ", A " " B " refs/heads/a b",
		A " " B " heads/a", A " " B " refs/", A " " B " refs",
		A " " B " HEAD", A " " B " /refs/heads/a",
		A "a " B " refs/heads/a", "a " B " refs/heads/a",
		A " b refs/heads/a", A " " B "b refs/heads/a",
		A "\t" B "\trefs/heads/a", A " " B "\trefs/heads/a",
		"x " A " " B " refs/heads/a",
		"gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa " B " refs/heads/a",
		A " 0x00000000000000000000000000000000000000 refs/heads/a",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *text = xasprintf("%s\n", lines[i]);
		char *more = xasprintf("%s%s\n%s", A " " B " refs/heads/ok\n",
				       lines[i], A " " B " refs/heads/ok\n");

		refuses(push_parse_receive, text, strlen(text),
			"line 1 of the hook's input");
		refuses(push_parse_receive, more, strlen(more),
			"line 2 of the hook's input");
		if (lines[i][0])
			refuses(push_parse_receive, lines[i],
				strlen(lines[i]), "<old> <new> <ref>");
		free(text);
		free(more);
	}
}

/* pre-push */

static void test_push(void **state)
{
	struct push push;

	(void)state;
	accepts(push_parse_push, &push,
		"refs/heads/topic " A " refs/heads/main " B "\n"
		"(delete) " ZERO " refs/heads/old " B "\n"
		"HEAD~2 " A " refs/heads/new " ZERO "\n");
	assert_int_equal(push.n, 3);
	assert_string_equal(push.local[0], "refs/heads/topic");
	assert_string_equal(push.updates[0].name, "refs/heads/main");
	assert_oid(&push.updates[0].new, A);
	assert_oid(&push.updates[0].old, B);
	assert_string_equal(push.local[1], "(delete)");
	assert_true(oid_is_zero(&push.updates[1].new));
	assert_string_equal(push.local[2], "HEAD~2");
	assert_true(oid_is_zero(&push.updates[2].old));
	push_release(&push);
}

/* `git push origin 'HEAD^{/fix the bug}:refs/heads/a'` */
static void test_push_local_with_spaces(void **state)
{
	static const char *const locals[] = {
		"HEAD^{/fix the bug}", ":/a  b", " x", "x ", "  ",
		"HEAD^{/" A " refs/heads/x " B "}", "\xff\x1b[m",
	};
	struct push push;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(locals); i++) {
		char *text = xasprintf("%s %s refs/heads/a %s\n", locals[i], A,
				       B);

		accepts(push_parse_push, &push, text);
		assert_int_equal(push.n, 1);
		assert_string_equal(push.local[0], locals[i]);
		assert_string_equal(push.updates[0].name, "refs/heads/a");
		assert_oid(&push.updates[0].new, A);
		assert_oid(&push.updates[0].old, B);
		push_release(&push);
		free(text);
	}
}

static void test_push_refuses(void **state)
{
	static const char *const lines[] = {
		"", " ", "   ", "HEAD", "HEAD " A, "HEAD " A " refs/heads/a",
		"HEAD " A " refs/heads/a ", A " refs/heads/a " B,
		" " A " refs/heads/a " B, "HEAD " A " refs/heads/a  " B,
		"HEAD " A " refs/heads/a " B " ",
		"HEAD " A "  refs/heads/a " B, "HEAD  refs/heads/a " B,
		"HEAD " A " main " B, "HEAD " A " refs/ " B,
		"HEAD " A " refs/heads/a b " B,
		"HEAD a refs/heads/a " B, "HEAD " A " refs/heads/a b",
		"HEAD " A "0 refs/heads/a " B, "HEAD " A " refs/heads/a " B "0",
		"HEAD\t" A "\trefs/heads/a\t" B,
		A " " B " refs/heads/a",		/* pre-receive's */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *text = xasprintf("%s\n", lines[i]);
		char *more = xasprintf("HEAD %s refs/heads/ok %s\n%s\n", A, B,
				       lines[i]);

		refuses(push_parse_push, text, strlen(text),
			"line 1 of the hook's input");
		refuses(push_parse_push, more, strlen(more),
			"line 2 of the hook's input");
		free(text);
		free(more);
	}
}

/* Both */

static void test_nul(void **state)
{
	static const char receive[] = A " " B " refs/heads/a\0b\n";
	static const char push[] = "HE\0D " A " refs/heads/a " B "\n";
	static const char hidden[] = A " " B " refs/heads/a\n"
		"\0" A " " B " refs/heads/b\n";
	static const char last[] = A " " B " refs/heads/a\n\0";

	(void)state;
	refuses(push_parse_receive, receive, sizeof(receive) - 1, "NUL");
	refuses(push_parse_push, push, sizeof(push) - 1, "NUL");
	refuses(push_parse_receive, hidden, sizeof(hidden) - 1, "line 2");
	refuses(push_parse_receive, last, sizeof(last) - 1, "line 2");
}

static void test_long_lines(void **state)
{
	enum { HUGE_LINE = 10 << 20 };
	static const char start[] = A " " B " refs/heads/";
	char *text = xmalloc(HUGE_LINE);
	struct push push = { 0 };
	struct error err;

	(void)state;
	memset(text, 'x', HUGE_LINE);
	memcpy(text, start, sizeof(start) - 1);
	refuses(push_parse_receive, text, HUGE_LINE, "10485760 bytes");
	refuses(push_parse_receive, text, 8193, "8193 bytes");
	assert_int_equal(parse(push_parse_receive, &push, text, 8192, &err),
			 0);
	assert_int_equal(strlen(push.updates[0].name),
			 8192 - 2 * (OID_HEX + 1));
	push_release(&push);
	refuses(push_parse_push, text, HUGE_LINE, "10485760 bytes");
	memset(text, ' ', HUGE_LINE);
	refuses(push_parse_push, text, HUGE_LINE, "10485760 bytes");
	memset(text, '\n', HUGE_LINE);
	refuses(push_parse_push, text, HUGE_LINE, "line 1 ");
	free(text);
}

/* What is refused is shown, but not all of it. */
static void test_message_is_short(void **state)
{
	char line[8000];
	struct push push = { 0 };
	struct error err;

	(void)state;
	memset(line, 'y', sizeof(line));
	assert_int_equal(parse(push_parse_receive, &push, line, sizeof(line),
			       &err), -1);
	assert_non_null(strstr(err.msg, "'yyyy"));
	assert_true(strlen(err.msg) < 300);
	push_release(&push);
}

static void test_many_lines(void **state)
{
	enum { MANY = 5000 };
	struct buf text = BUF_INIT;
	struct push push;

	(void)state;
	for (int i = 0; i < MANY; i++)
		buf_addf(&text, "l %d %s refs/heads/%d %s\n", i, A, i, B);
	accepts(push_parse_push, &push, text.ptr);
	assert_int_equal(push.n, MANY);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(atoi(push.updates[i].name +
				      strlen("refs/heads/")), i);
		assert_int_equal(atoi(push.local[i] + 2), i);
	}
	push_release(&push);
	buf_release(&text);
}

/* update */

static void test_update(void **state)
{
	struct push push = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(push_parse_update(&push, "refs/heads/a", A, B, &err),
			 0);
	assert_int_equal(push.n, 1);
	assert_string_equal(push.updates[0].name, "refs/heads/a");
	assert_oid(&push.updates[0].old, A);
	assert_oid(&push.updates[0].new, B);
	assert_null(push.local[0]);
	push_release(&push);
}

static void test_update_refuses(void **state)
{
	static const struct {
		const char *ref, *old, *new;
	} cases[] = {
		{ "", A, B }, { "heads/a", A, B }, { "refs/", A, B },
		{ "refs/heads/a", "", B }, { "refs/heads/a", A, "" },
		{ "refs/heads/a", A "a", B }, { "refs/heads/a", A, B "\n" },
		{ "refs/heads/a", " " A, B }, { "refs/heads/a", "HEAD", B },
		{ A, B, "refs/heads/a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct push push = { 0 };
		struct error err = { 0 };

		assert_int_equal(push_parse_update(&push, cases[i].ref,
						   cases[i].old, cases[i].new,
						   &err), -1);
		assert_non_null(strstr(err.msg, "'<ref> <old> <new>'"));
		assert_int_equal(push.n, 0);
		push_release(&push);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receive),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_no_newline_at_end),
		cmocka_unit_test(test_receive_refuses),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_push_local_with_spaces),
		cmocka_unit_test(test_push_refuses),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_message_is_short),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_update_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
