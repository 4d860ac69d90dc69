/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report/chapter.h"
#include "report/markup.h"

static void check(void (*put)(const char *, FILE *), const char *text,
		  const char *wanted)
{
	char *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);

	assert_non_null(out);
	put(text, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(got, wanted);
	free(got);
}

static void check_cut(const char *text, size_t max, const char *wanted)
{
	char *cut = text_cut(text, max);

	assert_string_equal(cut, wanted);
	free(cut);
}

static void test_cut(void **state)
{
	(void)state;
	check_cut("", 0, "");
	check_cut("abc", 3, "abc");
	check_cut("abcd", 3, "abc...");
	check_cut("a\xc3\xa9z", 2, "a\xc3\xa9...");
	check_cut("a\xc3\xc3\xa9", 2, "a\xc3...");
}

static void test_xml(void **state)
{
	(void)state;
	check(put_xml, "", "");
	check(put_xml, "plain text", "plain text");
	check(put_xml, "<script>alert('\"&\"')</script>",
	      "&lt;script&gt;alert(&#39;&quot;&amp;&quot;&#39;)&lt;/script&gt;");
	check(put_xml, "]]> \\", "]]&gt; \\\\");
	check(put_xml, "\x01\x7f\n\t\xc2\x9b", "\\x01\\x7f\\n\\t\\xc2\\x9b");
	check(put_xml, "\xff\xc3\xa9\xe2\x80\xae",
	      "\\xff\xc3\xa9\\xe2\\x80\\xae");
	check(put_xml, "\xef\xbf\xbd \xef\xbf\xbe \xef\xbf\xbf",
	      "\xef\xbf\xbd \\xef\\xbf\\xbe \\xef\\xbf\\xbf");
}

static void test_markdown(void **state)
{
	(void)state;
	check(put_markdown, "a|b `c` <d> [e](f)",
	      "a\\|b \\`c\\` \\<d\\> \\[e\\](f)");
	check(put_markdown, "@all #1 http://x.example $x$",
	      "\\@&#8203;all \\#&#8203;1 http\\://x\\.example \\$x\\$");
	check(put_markdown, "a\nb", "a\\\\nb");
}

static void test_dot(void **state)
{
	(void)state;
	check(put_dot, "a \"b\" \\N", "a \\\"b\\\" \\\\\\\\N");
	check(put_dot, "&#x202e;&lt;", "&amp;#x202e;&amp;lt;");
}

static void check_uri(const char *path, const char *wanted)
{
	struct buf uri = BUF_INIT;

	add_uri(path, &uri);
	assert_string_equal(buf_str(&uri), wanted);
	buf_release(&uri);
}

static void test_uri(void **state)
{
	(void)state;
	check_uri("kernel/sched-1_2.~c", "kernel/sched-1_2.~c");
	check_uri("a b%20#?:\xff", "a%20b%2520%23%3F%3A%FF");
	check_uri("/etc/policy.ini", "file:///etc/policy.ini");
}

static void test_chapters(void **state)
{
	struct buf plain = BUF_INIT, color = BUF_INIT, markdown = BUF_INIT;

	(void)state;
	chapter_render("sign-off", CHAPTER_PLAIN, &plain);
	chapter_render("sign-off", CHAPTER_COLOR, &color);
	chapter_render("sign-off", CHAPTER_MARKDOWN, &markdown);
	assert_int_equal(strncmp(plain.ptr, "sign-off (off)\n\n", 16), 0);
	assert_non_null(strstr(plain.ptr, "\n    $ git push origin master\n"));
	assert_non_null(strstr(plain.ptr, "(git-interpret-trailers(1))"));
	assert_null(strchr(plain.ptr, '*'));
	assert_non_null(strstr(color.ptr, "\033[1mgit-interpret-trailers"
			       "\033[22m(1)"));
	assert_non_null(strstr(markdown.ptr, "\n```\n$ git push origin"));
	assert_non_null(strstr(markdown.ptr, "**git-interpret-trailers**(1)"));
	buf_reset(&plain);
	chapter_render("sign", CHAPTER_PLAIN, &plain);
	chapter_render("no-such-rule", CHAPTER_PLAIN, &plain);
	assert_int_equal(plain.len, 0);
	buf_release(&plain);
	buf_release(&color);
	buf_release(&markdown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_dot),
		cmocka_unit_test(test_uri),
		cmocka_unit_test(test_chapters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
