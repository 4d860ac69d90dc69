/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/globset.h"
#include "base/mem.h"

enum { MAX_GLOBS = 12000 };

/* A set, its globs, and what they were made from. */
struct fixture {
	struct globset *set;
	struct glob globs[MAX_GLOBS];
	char *texts[MAX_GLOBS];
	size_t n;
	struct globset_ids ids, some;
};

static struct fixture *new_fixture(void)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->set = globset_new();
	return f;
}

static void free_fixture(struct fixture *f)
{
	for (size_t i = 0; i < f->n; i++) {
		glob_release(&f->globs[i]);
		free(f->texts[i]);
	}
	globset_free(f->set);
	free(f->ids.v);
	free(f->some.v);
	free(f);
}

static void add(struct fixture *f, const char *text)
{
	f->texts[f->n] = xstrdup(text);
	glob_init(&f->globs[f->n], f->texts[f->n], GLOB_PATH);
	assert_int_equal(globset_add(f->set, &f->globs[f->n]), f->n);
	f->n++;
}

static bool has(const struct globset_ids *ids, size_t id)
{
	size_t n = 0;

	for (size_t i = 0; i < ids->n; i++)
		n += ids->v[i] == id;
	assert_true(n <= 1);
	return n;
}

/* Each glob by itself is the oracle. */
static void check(struct fixture *f, const char *path)
{
	globset_match(f->set, path, &f->ids);
	for (size_t i = 0; i < f->n; i++)
		if (has(&f->ids, i) != glob_match(&f->globs[i], path))
			fail_msg("'%s' and '%s': %d alone", f->texts[i], path,
				 glob_match(&f->globs[i], path));
}

static void random_text(struct buf *out, const char *const *parts, size_t n)
{
	buf_reset(out);
	for (int i = 1 + rand() % 7; i > 0; i--)
		buf_addstr(out, parts[(size_t)rand() % n]);
}

static const char *const pattern_parts[] = {
	"a", "b", "ab", "a/", "b/", "/", "*", "*/", "**", "**/", "/**", "?",
	"*a", "b*", "***", "/*/", "\xff",
};
static const char *const path_parts[] = {
	"a", "b", "ab", "a/", "b/", "/", "c", "c/", "ba", "\xff", "/a/",
};

static void test_against_single_globs(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	srand(4);
	for (int round = 0; round < 300; round++) {
		struct fixture *f = new_fixture();

		for (int n = 1 + rand() % 60; n > 0; n--) {
			random_text(&text, pattern_parts,
				    ARRAY_SIZE(pattern_parts));
			add(f, buf_str(&text));
		}
		if (round % 3 == 0)
			globset_limit(f->set, 1);
		for (int n = 0; n < 200; n++) {
			random_text(&text, path_parts, ARRAY_SIZE(path_parts));
			check(f, buf_str(&text));
		}
		check(f, "");
		free_fixture(f);
	}
	buf_release(&text);
}

/* What is said of a directory holds for each path below it. */
static void test_below_against_paths(void **state)
{
	struct buf text = BUF_INIT, dir = BUF_INIT;

	(void)state;
	srand(5);
	for (int round = 0; round < 2000; round++) {
		struct fixture *f = new_fixture();

		for (int n = 1 + rand() % 8; n > 0; n--) {
			random_text(&text, pattern_parts,
				    ARRAY_SIZE(pattern_parts));
			add(f, buf_str(&text));
		}
		buf_reset(&dir);
		for (int n = rand() % 3; n > 0; n--)
			buf_addf(&dir, "%s%s", dir.len ? "/" : "",
				 rand() % 2 ? "a" : "ab");
		globset_below(f->set, buf_str(&dir), &f->ids, &f->some);
		for (int n = 0; n < 40; n++) {
			buf_reset(&text);
			buf_addf(&text, "%s%s", buf_str(&dir),
				 dir.len ? "/" : "");
			for (int k = 1 + rand() % 3; k > 0; k--)
				buf_addf(&text, "%s%s", rand() % 2 ? "b" : "a",
					 k > 1 ? "/" : "");
			for (size_t i = 0; i < f->n; i++) {
				bool is = glob_match(&f->globs[i], text.ptr);

				assert_false(has(&f->ids, i) && !is);
				assert_false(!has(&f->ids, i) &&
					     !has(&f->some, i) && is);
			}
		}
		free_fixture(f);
	}
	buf_release(&text);
	buf_release(&dir);
}

static void test_below(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	add(f, "arch/x86/");
	add(f, "arch/x86/kvm/*.c");
	add(f, "arch/*/kvm/");
	add(f, "drivers/");
	globset_below(f->set, "arch/x86", &f->ids, &f->some);
	assert_int_equal(f->ids.n, 1);
	assert_true(has(&f->ids, 0));
	assert_int_equal(f->some.n, 2);
	globset_below(f->set, "arch/x86/mm", &f->ids, &f->some);
	assert_int_equal(f->ids.n, 1);
	assert_int_equal(f->some.n, 0);
	globset_below(f->set, "arch/x86/kvm/vmx", &f->ids, &f->some);
	assert_int_equal(f->ids.n, 2);
	assert_int_equal(f->some.n, 0);
	globset_below(f->set, "", &f->ids, &f->some);
	assert_int_equal(f->ids.n, 0);
	assert_int_equal(f->some.n, 4);
	free_fixture(f);
}

/* Each path here has states of its own, more than the first table holds. */
static void test_many_states(void **state)
{
	struct fixture *f = new_fixture();
	char text[32];

	(void)state;
	for (int i = 0; i < 800; i++) {
		snprintf(text, sizeof(text), "d%03d/*.c", i);
		add(f, text);
	}
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 800; i++) {
			snprintf(text, sizeof(text), "d%03d/a.c", i);
			check(f, text);
		}
	free_fixture(f);
}

/* Of this process alone: others may keep the machine busy. */
static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The best of three runs over 4,000 paths of a set with n globs. */
static double time_of(int n)
{
	struct fixture *f = new_fixture();
	double best = 1e9;
	char text[80];

	for (int i = 0; i < n; i++) {
		const char *const forms[] = { "drivers/d%d/", "fs/*/f%d.c",
					      "inc/x%d.h", "net/*%d*.c" };

		snprintf(text, sizeof(text), forms[i % 4], i);
		add(f, text);
	}
	for (int run = 0; run < 4; run++) {
		double start = seconds();

		for (int i = 0; i < 4000; i++) {
			const char *const forms[] = {
				"drivers/d%d/main.c", "fs/ext4/f%d.c",
				"inc/x%d.h", "net/core/x%d.c",
			};

			snprintf(text, sizeof(text), forms[i % 4], i % 900);
			globset_match(f->set, text, &f->ids);
		}
		if (run && seconds() - start < best)
			best = seconds() - start;
	}
	free_fixture(f);
	return best;
}

/* Ten times the globs take about the same time, far from ten times. */
static void test_time_does_not_grow(void **state)
{
	double few = time_of(1000), many = time_of(10000);

	(void)state;
	if (many > 4 * few + 0.02)
		fail_msg("1,000 globs: %f s, 10,000: %f s", few, many);
}

static void test_hostile(void **state)
{
	struct fixture *f = new_fixture();
	struct buf path = BUF_INIT;
	double start = seconds();

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct buf text = BUF_INIT;

		for (int k = 0; k < 20; k++)
			buf_addstr(&text, k % 3 ? "*a" : "**/a*");
		buf_addf(&text, "%d", i);
		add(f, buf_str(&text));
		buf_release(&text);
	}
	for (int i = 0; i < 1000; i++)
		buf_addstr(&path, i % 5 ? "aa" : "a/");
	for (int i = 0; i < 5; i++) {
		check(f, buf_str(&path));
		buf_addstr(&path, "a");
	}
	/* Many names that were never seen before. */
	globset_limit(f->set, 1 << 20);
	for (int i = 0; i < 5000; i++) {
		buf_reset(&path);
		buf_addf(&path, "b%d/c%d/d", i, i);
		globset_match(f->set, buf_str(&path), &f->ids);
	}
	assert_true(seconds() - start < 20);
	buf_release(&path);
	free_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_single_globs),
		cmocka_unit_test(test_below_against_paths),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_many_states),
		cmocka_unit_test(test_time_does_not_grow),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
