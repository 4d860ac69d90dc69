/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/glob.h"
#include "base/mem.h"

static bool matches(const char *pattern, const char *s, enum glob_kind kind)
{
	struct glob glob;
	bool matched;

	glob_init(&glob, pattern, kind);
	matched = glob_match(&glob, s);
	glob_release(&glob);
	return matched;
}

/* The words of glob.h, by trying everything. Exponential. */

static bool naive(const char *start, const char *p, const char *s);

static bool naive_stars(const char *start, const char *p, const char *s)
{
	size_t run = strspn(p, "*");
	bool at_name = p == start || p[-1] == '/';
	bool dirs = run > 1 && at_name && p[run] == '/' && p[run + 1];

	if (dirs && naive(start, p + run + 1, s))
		return true;
	for (;; s++) {
		if (!dirs && naive(start, p + run, s))
			return true;
		if (dirs && *s == '/' && naive(start, p + run + 1, s + 1))
			return true;
		if (!*s || (run == 1 && *s == '/'))
			return false;
	}
}

static bool naive(const char *start, const char *p, const char *s)
{
	if (!*p)
		return !*s;
	if (*p == '*')
		return naive_stars(start, p, s);
	if (*p == '/' && !p[1] && p != start)
		return !*s || *s == '/';
	if (*p == '?' ? !*s || *s == '/' : *p != *s)
		return false;
	return naive(start, p + 1, s + 1);
}

static bool naive_text(const char *p, const char *s)
{
	if (!*p)
		return !*s;
	if (*p == '*')
		return naive_text(p + 1, s) || (*s && naive_text(p, s + 1));
	return *s && (*p == '?' || *p == *s) && naive_text(p + 1, s + 1);
}

/* A generator of its own: the same strings on every machine. */
static uint32_t random_state;

static uint32_t next_random(uint32_t below)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % below;
}

static void random_string(char *out, size_t max, const char *alphabet)
{
	size_t n = next_random((uint32_t)max + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[next_random((uint32_t)strlen(alphabet))];
	out[n] = '\0';
}

static void test_like_oracle(void **state)
{
	size_t hits = 0;

	(void)state;
	random_state = 1;
	for (int i = 0; i < 400000; i++) {
		char pattern[10], path[12];
		bool wanted;

		random_string(pattern, sizeof(pattern) - 1, "ab/**?");
		random_string(path, sizeof(path) - 1, "aab/");
		wanted = naive(pattern, pattern, path);
		hits += wanted;
		if (matches(pattern, path, GLOB_PATH) != wanted)
			fail_msg("'%s' and '%s': expected %d", pattern, path,
				 wanted);
	}
	assert_true(hits > 4000);
}

static bool may_match_below(const char *pattern, const char *dir)
{
	struct glob glob;
	bool may;

	glob_init(&glob, pattern, GLOB_PATH);
	may = glob_may_match_below(&glob, dir);
	glob_release(&glob);
	return may;
}

/* What may match is a guess; that nothing does is not. */
static void test_below_like_oracle(void **state)
{
	size_t hits = 0;

	(void)state;
	random_state = 3;
	for (int i = 0; i < 400000; i++) {
		char pattern[10], dir[6], path[12];

		random_string(pattern, sizeof(pattern) - 1, "ab//**?");
		random_string(dir, sizeof(dir) - 1, "aab/");
		random_string(path, 4, "ab/");
		if (!*path)
			continue;
		memmove(path + strlen(dir) + 1, path, strlen(path) + 1);
		memcpy(path, dir, strlen(dir));
		path[strlen(dir)] = '/';
		if (!naive(pattern, pattern, *dir ? path : path + 1))
			continue;
		hits++;
		if (!may_match_below(pattern, dir))
			fail_msg("'%s' matches '%s'", pattern, path);
	}
	assert_true(hits > 4000);
}

static void test_below_examples(void **state)
{
	(void)state;
	assert_true(may_match_below("Next/SHA1s", "Next"));
	assert_true(may_match_below("Next/SHA1s", ""));
	assert_true(may_match_below("Next/", "Next"));
	assert_true(may_match_below("Next/", "Next/deep"));
	assert_true(may_match_below("a/*/c", "a/b"));
	assert_true(may_match_below("**/c", "a/b"));
	assert_false(may_match_below("Next/SHA1s", "Nex"));
	assert_false(may_match_below("Next/SHA1s", "Next/SHA1s"));
	assert_false(may_match_below("Next/SHA1s", "drivers"));
	assert_false(may_match_below("Next/", "Next2"));
	assert_false(may_match_below("Next", "Next"));
	assert_false(may_match_below("a/b*", "b"));
}

static void test_text_like_oracle(void **state)
{
	size_t hits = 0;

	(void)state;
	random_state = 2;
	for (int i = 0; i < 200000; i++) {
		char pattern[8], text[10];
		bool wanted;

		random_string(pattern, sizeof(pattern) - 1, "ab/*?");
		random_string(text, sizeof(text) - 1, "ab/");
		wanted = naive_text(pattern, text);
		hits += wanted;
		if (matches(pattern, text, GLOB_TEXT) != wanted)
			fail_msg("'%s' and '%s': expected %d", pattern, text,
				 wanted);
	}
	assert_true(hits > 4000);
}

/* The C library knows neither `**` nor a trailing `/`; the rest is the same. */
static void test_like_fnmatch(void **state)
{
	(void)state;
	random_state = 3;
	for (int i = 0; i < 200000; i++) {
		char pattern[8], path[10];
		size_t n;
		bool wanted;

		random_string(pattern, sizeof(pattern) - 1, "ab/*?.[");
		random_string(path, sizeof(path) - 1, "ab/.[");
		n = strlen(pattern);
		if (strstr(pattern, "**") || strchr(pattern, '[') ||
		    (n && pattern[n - 1] == '/'))
			continue;
		wanted = !fnmatch(pattern, path, FNM_PATHNAME | FNM_NOESCAPE);
		if (matches(pattern, path, GLOB_PATH) != wanted)
			fail_msg("'%s' and '%s': expected %d", pattern, path,
				 wanted);
	}
}

static void test_path_examples(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool wanted;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "Makefile", "Makefile", true },
		{ "Makefile", "kernel/Makefile", false },
		{ "Makefile", "Makefile2", false },
		{ "kernel", "kernel/fork.c", false },
		{ "arch/x86/", "arch/x86/Kconfig", true },
		{ "arch/x86/", "arch/x86/kvm/mmu/mmu.c", true },
		{ "arch/x86/", "arch/x86", true },
		{ "arch/x86/", "arch/x86_64/a", false },
		{ "arch/x86/", "xarch/x86/a", false },
		{ "arch/*/kvm/", "arch/arm64/kvm/arm.c", true },
		{ "arch/*/kvm/", "arch/a/b/kvm/arm.c", false },
		{ "*", "README", true },
		{ "*", "a/b", false },
		{ "*/", "README", true },
		{ "*/", "a/b/c", true },
		{ "**", "a/b/c", true },
		{ "*.c", "a.c", true },
		{ "*.c", "d/a.c", false },
		{ "*.c", ".c", true },
		{ "**/*.c", "a.c", true },
		{ "**/*.c", "d/e/a.c", true },
		{ "**/Kconfig", "Kconfig", true },
		{ "**/Kconfig", "fooKconfig", false },
		{ "a/**/b", "a/b", true },
		{ "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "ab", false },
		{ "a/**", "a/b/c", true },
		{ "a/**", "a", false },
		{ "drivers/**.h", "drivers/a/b.h", true },
		{ "drivers/?/", "drivers/a/x", true },
		{ "drivers/?", "drivers//", false },
		{ "a[bc]", "ab", false },
		{ "a[bc]", "a[bc]", true },
		{ "a{b,c}", "a{b,c}", true },
		{ "a\\*", "a\\b", true },
		{ "\xc3\xa4/?", "\xc3\xa4/\xff", true },
		{ ".*", "x", false },
		{ "/", "a", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (matches(cases[i].pattern, cases[i].path, GLOB_PATH) !=
		    cases[i].wanted)
			fail_msg("'%s' and '%s': expected %d",
				 cases[i].pattern, cases[i].path,
				 cases[i].wanted);
}

static void test_text_examples(void **state)
{
	const char *subject = "Add linux-next specific files for *";

	(void)state;
	assert_true(matches(subject, "Add linux-next specific files for "
			    "20210329", GLOB_TEXT));
	assert_true(matches(subject, "Add linux-next specific files for a/b",
			    GLOB_TEXT));
	assert_false(matches(subject, "Revert \"Add linux-next specific files "
			     "for 20210329\"", GLOB_TEXT));
	assert_true(matches("a?c", "a/c", GLOB_TEXT));
	assert_false(matches("a/", "a/b", GLOB_TEXT));
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_is_linear(void **state)
{
	char pattern[2 * 60 + 2], path[4001];
	double start = seconds();

	(void)state;
	for (size_t i = 0; i < 60; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	memcpy(pattern + 120, "b", 2);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (int i = 0; i < 20; i++) {
		assert_false(matches(pattern, path, GLOB_PATH));
		assert_false(matches(pattern, path, GLOB_TEXT));
	}
	assert_true(seconds() - start < 10);
	path[sizeof(path) - 2] = 'b';
	assert_true(matches(pattern, path, GLOB_PATH));
}

/* More positions than the sets on the stack hold. */
static void test_long_pattern(void **state)
{
	char pattern[3001], path[3001];

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		memcpy(pattern + 3 * i, "*x/", 3);
		memcpy(path + 3 * i, "ax/", 3);
	}
	pattern[2999] = path[2999] = '\0';
	assert_true(matches(pattern, path, GLOB_PATH));
	path[1500] = '/';
	assert_false(matches(pattern, path, GLOB_PATH));
}

static void test_zeroed_is_released(void **state)
{
	struct glob glob = { 0 };

	(void)state;
	glob_release(&glob);
}

/* Witnesses */

enum { MAX_GLOBS = 3 };

struct question {
	const char *all[MAX_GLOBS + 1], *none[MAX_GLOBS + 1];
};

static int ask(const struct question *q, struct buf *witness)
{
	struct glob globs[2 * MAX_GLOBS];
	const struct glob *all[MAX_GLOBS] = { NULL };
	const struct glob *none[MAX_GLOBS] = { NULL };
	size_t n = 0, n_all = 0, n_none = 0;
	int found;

	for (; q->all[n_all]; n_all++) {
		glob_init(&globs[n], q->all[n_all], GLOB_PATH);
		all[n_all] = &globs[n++];
	}
	for (; q->none[n_none]; n_none++) {
		glob_init(&globs[n], q->none[n_none], GLOB_PATH);
		none[n_none] = &globs[n++];
	}
	found = glob_witness(all, n_all, none, n_none, witness);
	while (n)
		glob_release(&globs[--n]);
	return found;
}

static bool answers(const struct question *q, const char *path)
{
	for (size_t i = 0; q->all[i]; i++)
		if (!matches(q->all[i], path, GLOB_PATH))
			return false;
	for (size_t i = 0; q->none[i]; i++)
		if (matches(q->none[i], path, GLOB_PATH))
			return false;
	return true;
}

static bool is_path(const char *s)
{
	size_t n = strlen(s);

	return n && s[0] != '/' && s[n - 1] != '/' && !strstr(s, "//");
}

/* The shortest answer of up to five characters, by trying all; else false. */
static bool try_all(const struct question *q, char *path)
{
	static const char alphabet[] = "ab/x";

	for (size_t len = 1; len <= 5; len++) {
		for (size_t i = 0; i < (size_t)1 << 2 * len; i++) {
			for (size_t k = 0; k < len; k++)
				path[k] = alphabet[i >> 2 * k & 3];
			path[len] = '\0';
			if (is_path(path) && answers(q, path))
				return true;
		}
	}
	return false;
}

static void check_question(const struct question *q)
{
	struct buf witness = BUF_INIT;
	char path[8];
	int found = ask(q, &witness);
	bool wanted = try_all(q, path);

	if (found < 0 || (wanted && !found))
		fail_msg("'%s' and '%s' without '%s': %d, but '%s' is one",
			 q->all[0], q->all[1], q->none[0], found, path);
	if (found && (!answers(q, witness.ptr) || !is_path(witness.ptr)))
		fail_msg("'%s' and '%s' without '%s': '%s' is none", q->all[0],
			 q->all[1], q->none[0], witness.ptr);
	if (wanted && strlen(path) != witness.len)
		fail_msg("'%s' and '%s' without '%s': '%s' is longer than '%s'",
			 q->all[0], q->all[1], q->none[0], witness.ptr, path);
	buf_release(&witness);
}

static void test_witness_like_oracle(void **state)
{
	(void)state;
	random_state = 4;
	for (int i = 0; i < 1500; i++) {
		char a[6], b[6], c[5];

		random_string(a, sizeof(a) - 1, "ab/**?");
		random_string(b, sizeof(b) - 1, "ab/**?");
		random_string(c, sizeof(c) - 1, "ab/**?");
		check_question(&(struct question){ { a, b }, { c } });
	}
}

static void test_witness_examples(void **state)
{
	static const struct {
		struct question q;
		const char *wanted;	/* NULL: none */
	} cases[] = {
		{ { { "*" }, { NULL } }, "x" },
		{ { { "**" }, { "*" } }, "x/x" },
		{ { { "*/" }, { NULL } }, "x" },
		{ { { "arch/x86/" }, { "arch/" } }, NULL },
		{ { { "arch/x86/" }, { "arch/x86/**" } }, "arch/x86" },
		{ { { "arch/x86/", "arch/*/kvm/" }, { NULL } },
		  "arch/x86/kvm" },
		{ { { "arch/x86/", "arch/*/kvm/" }, { "arch/x86/kvm/" } },
		  NULL },
		{ { { "a/*.c", "a/f*" }, { "a/f.c" } }, "a/fx.c" },
		{ { { "x*", "*y" }, { "xy" } }, "xzy" },
		{ { { "x", "y" }, { NULL } }, NULL },
		{ { { "x/", "xy/" }, { NULL } }, NULL },
		{ { { "a//b" }, { NULL } }, NULL },
		{ { { "a/" }, { "a", "a/?" } }, "a/aa" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf witness = BUF_INIT;
		int found = ask(&cases[i].q, &witness);

		assert_int_equal(found, cases[i].wanted != NULL);
		if (cases[i].wanted)
			assert_int_equal(witness.len, strlen(cases[i].wanted));
		if (found)
			assert_true(answers(&cases[i].q, witness.ptr));
		buf_release(&witness);
	}
}

static void test_witness_appends(void **state)
{
	struct buf witness = BUF_INIT;

	(void)state;
	buf_addstr(&witness, "see ");
	assert_int_equal(ask(&(struct question){ { "a?" }, { "ax" } },
			     &witness), 1);
	assert_int_equal(witness.len, 6);
	assert_memory_equal(witness.ptr, "see a", 5);
	buf_release(&witness);
}

/* Which of the last 20 characters are `a` makes a million sets. */
static void test_witness_gives_up(void **state)
{
	struct buf witness = BUF_INIT;
	struct question q = {
		{ "**a????????????????????", "**b????????????????????" },
		{ NULL },
	};

	(void)state;
	assert_int_equal(ask(&q, &witness), -1);
	assert_int_equal(witness.len, 0);
	buf_release(&witness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_oracle),
		cmocka_unit_test(test_below_like_oracle),
		cmocka_unit_test(test_below_examples),
		cmocka_unit_test(test_text_like_oracle),
		cmocka_unit_test(test_like_fnmatch),
		cmocka_unit_test(test_path_examples),
		cmocka_unit_test(test_text_examples),
		cmocka_unit_test(test_is_linear),
		cmocka_unit_test(test_long_pattern),
		cmocka_unit_test(test_zeroed_is_released),
		cmocka_unit_test(test_witness_like_oracle),
		cmocka_unit_test(test_witness_examples),
		cmocka_unit_test(test_witness_appends),
		cmocka_unit_test(test_witness_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
