/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"

static void test_place(void **state)
{
	static const struct { const char *url, *place; } cases[] = {
		{ "https://Example.COM/a/B.git", "example.com/a/B" },
		{ "https://example.com/a/B/", "example.com/a/B" },
		{ "https://me:pw@example.com:443/a/B", "example.com/a/B" },
		{ "https://example.com:8443/a", "example.com:8443/a" },
		{ "http://example.com:443/a", "example.com:443/a" },
		{ "ssh://git@example.com:22/a/B.git/", "example.com/a/B" },
		{ "git@example.com:a/B.git", "example.com/a/B" },
		{ "git@example.com:/a//B", "example.com/a/B" },
		{ "example.com:a/B", "example.com/a/B" },
		{ "git://example.com:9418/a/B", "example.com/a/B" },
		{ "git://example.com/a/B/.git", "example.com/a/B" },
		{ "file:///srv/git/a.git", "/srv/git/a" },
		{ "/srv/git/a.git/", "/srv/git/a" },
		{ "/srv//git/a/.git", "/srv/git/a" },
		{ "./a:b", "./a:b" },
		{ "../a.git", "../a" },
		{ "rcu:", "rcu" },
		{ "", "" },
		{ "/", "" },
		{ "https://example.com", "example.com" },
		{ "ssh://git@[::1]:22/a", "[::1]/a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *place = url_place(cases[i].url);

		assert_string_equal(place, cases[i].place);
		free(place);
	}
}

static void test_shown(void **state)
{
	static const struct { const char *url, *shown; } cases[] = {
		{ "https://me:pw@example.com/a", "https://example.com/a" },
		{ "https://token@example.com/a", "https://example.com/a" },
		{ "https://a@b:c@example.com/a", "https://example.com/a" },
		{ "https://example.com/a@b", "https://example.com/a@b" },
		{ "https://example.com", "https://example.com" },
		{ "ssh://git@example.com/a", "ssh://git@example.com/a" },
		{ "git@example.com:a", "git@example.com:a" },
		{ "/srv/a@b", "/srv/a@b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *shown = url_shown(cases[i].url);

		assert_string_equal(shown, cases[i].shown);
		free(shown);
	}
}

static void test_local(void **state)
{
	(void)state;
	assert_true(url_is_local("/a"));
	assert_true(url_is_local("a"));
	assert_true(url_is_local("./a:b"));
	assert_true(url_is_local("file:///a"));
	assert_false(url_is_local("a:b"));
	assert_false(url_is_local("me@a:/b"));
	assert_false(url_is_local("https://a/b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
