/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static void test_utf8_char(void **state)
{
	static const struct {
		const char *s;
		size_t wanted;
	} cases[] = {
		{ "a", 1 },
		{ "\x7f", 1 },
		{ "\xc3\xa4", 2 },
		{ "\xe2\x82\xac", 3 },
		{ "\xf0\x9f\x98\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\x80", 0 },			/* continuation alone */
		{ "\xc3", 0 },			/* cut */
		{ "\xe2\x82", 0 },
		{ "\xf0\x9f\x98", 0 },
		{ "\xc3(", 0 },
		{ "\xe2\x28\xa1", 0 },
		{ "\xc0\xaf", 0 },		/* overlong */
		{ "\xc1\xbf", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xed\xa0\x80", 0 },		/* surrogate */
		{ "\xf4\x90\x80\x80", 0 },	/* beyond U+10FFFF */
		{ "\xf5\x80\x80\x80", 0 },
		{ "\xff", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(utf8_char(cases[i].s, strlen(cases[i].s)),
				 cases[i].wanted);
	assert_int_equal(utf8_char("", 0), 0);
	assert_int_equal(utf8_char("\0", 1), 1);
	assert_int_equal(utf8_char("\xc3\xa4", 1), 0);
}

static void check_escape(const char *s, size_t len, const char *wanted)
{
	struct buf out = BUF_INIT;

	text_escape(&out, s, len);
	assert_string_equal(buf_str(&out), wanted);
	buf_release(&out);
}

static void test_escape(void **state)
{
	static const struct {
		const char *s, *wanted;
	} cases[] = {
		{ "", "" },
		{ "plain /+~", "plain /+~" },
		{ "J\xc3\xb6rg", "J\xc3\xb6rg" },
		{ "a\nb\tc", "a\\nb\\tc" },
		{ "a\\nb", "a\\\\nb" },
		{ "\x1b[31m", "\\x1b[31m" },
		{ "\r", "\\x0d" },
		{ "\x7f", "\\x7f" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xc3", "\\xc3" },
		{ "\xc2\x9b", "\\xc2\\x9b" },		/* C1 CSI */
		{ "\xc2\xad", "\\xc2\\xad" },		/* soft hyphen */
		{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" },	/* zero width */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },	/* line separator */
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },	/* override */
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },	/* isolate */
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },	/* BOM */
		{ "\xd8\x9c", "\\xd8\\x9c" },		/* arabic mark */
		{ "\xf3\xa0\x80\xa1", "\\xf3\\xa0\\x80\\xa1" },	/* tag */
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_escape(cases[i].s, strlen(cases[i].s), cases[i].wanted);
	check_escape("a\0b", 3, "a\\x00b");
}

static void test_escaped_string(void **state)
{
	char *s = text_escaped("");

	(void)state;
	assert_string_equal(s, "");
	free(s);
	s = text_escaped("\x07!");
	assert_string_equal(s, "\\x07!");
	free(s);
}

static void test_to_utf8(void **state)
{
	static const char in[] = "\xc3\xb6\x1b\\\xff\xe2\x80\xae\xc3";
	struct buf out = BUF_INIT;

	(void)state;
	text_to_utf8(&out, in, sizeof(in) - 1);
	assert_string_equal(buf_str(&out),
			    "\xc3\xb6\x1b\\\\xff\xe2\x80\xae\\xc3");
	buf_release(&out);
}

/* Whatever the bytes, what comes out is UTF-8 and drives no terminal. */
static void test_any_bytes(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf out = BUF_INIT;
		char in[16];

		for (size_t i = 0; i < sizeof(in); i++) {
			random = random * 1664525u + 1013904223u;
			in[i] = (char)(random >> 24);
		}
		text_escape(&out, in, sizeof(in));
		for (size_t i = 0; i < out.len;) {
			size_t n = utf8_char(out.ptr + i, out.len - i);

			assert_true(n);
			assert_true((unsigned char)out.ptr[i] >= 0x20);
			assert_int_not_equal(out.ptr[i], 0x7f);
			i += n;
		}
		buf_release(&out);
	}
}

static void test_affixes(void **state)
{
	(void)state;
	assert_true(text_starts_with("refs/tags/v1", "refs/tags/"));
	assert_false(text_starts_with("refs/tag", "refs/tags/"));
	assert_true(text_starts_with("", ""));
	assert_true(text_ends_with("a/b/", "/"));
	assert_false(text_ends_with("a", "ba"));
	assert_true(text_ends_with("a", ""));
}

static void test_dots(void **state)
{
	static const char *const dots[] = {
		".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b",
		"a/.b/..", "/.", "...a/.",
	};
	static const char *const none[] = {
		"", "/", "a", ".a", "..a", "...", "a.", "a..", "a./b", "a../b",
		"a/.b/c", "a/..b", "a/...", "a/.../b", ".a/..b/.c",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dots); i++)
		assert_true(text_has_dots(dots[i]));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_false(text_has_dots(none[i]));
}

static const char *word(const void *ctx, size_t i)
{
	const char *const *words = ctx;

	return words[i];
}

static void test_nearest(void **state)
{
	static const char *const words[] = { "path", "exclude", "maintainer",
					     "tree", NULL };
	static const char *const none[] = { NULL };
	char long_word[300];

	(void)state;
	memset(long_word, 'x', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	assert_string_equal(text_nearest("tree", word, words), "tree");
	assert_string_equal(text_nearest("pathh", word, words), "path");
	assert_string_equal(text_nearest("pth", word, words), "path");
	assert_string_equal(text_nearest("exlcude", word, words), "exclude");
	assert_string_equal(text_nearest("mantaner", word, words),
			    "maintainer");
	assert_null(text_nearest("signer", word, words));
	assert_null(text_nearest("", word, words));
	assert_null(text_nearest("tree", word, none));
	assert_null(text_nearest(long_word, word, words));
}

static void test_nearest_prefers_the_first(void **state)
{
	static const char *const words[] = { "cat", "car", NULL };

	(void)state;
	assert_string_equal(text_nearest("cab", word, words), "cat");
	assert_string_equal(text_nearest("car", word, words), "car");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_char),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escaped_string),
		cmocka_unit_test(test_to_utf8),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_affixes),
		cmocka_unit_test(test_dots),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_nearest_prefers_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
