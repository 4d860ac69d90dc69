/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/arena.h"

static void test_empty_is_released(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	arena_release(&arena);
}

/* Each piece is aligned, and none is where another one is. */
static void test_pieces(void **state)
{
	enum { N = 3000 };
	struct arena arena = { 0 };
	unsigned char *v[N];
	char *s[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		v[i] = arena_alloc(&arena, 1 + i * 37 % 211);
		assert_int_equal((uintptr_t)v[i] % _Alignof(max_align_t), 0);
		memset(v[i], (int)(i % 251), 1 + i * 37 % 211);
		s[i] = arena_strdup(&arena, i % 2 ? "odd" : "");
	}
	for (size_t i = 0; i < N; i++) {
		for (size_t k = 0; k < 1 + i * 37 % 211; k++)
			assert_int_equal(v[i][k], i % 251);
		assert_string_equal(s[i], i % 2 ? "odd" : "");
	}
	arena_release(&arena);
}

static void test_larger_than_a_block(void **state)
{
	struct arena arena = { 0 };
	char *a, *b;

	(void)state;
	a = arena_alloc(&arena, 1 << 20);
	b = arena_strdup(&arena, "after");
	memset(a, 'x', 1 << 20);
	assert_string_equal(b, "after");
	arena_release(&arena);
}

/* Two arrays grow in turn, then each alone. */
static void test_arrays(void **state)
{
	enum { N = 20000 };
	struct arena arena = { 0 };
	size_t n[2] = { 0 }, cap[2] = { 0 };
	uint64_t *v[2] = { NULL, NULL };

	(void)state;
	for (size_t i = 0; i < 2 * N; i++) {
		size_t at = i < N ? i % 2 : i / (N + N / 2);

		if (n[at] == cap[at])
			v[at] = arena_grow(&arena, v[at], &cap[at],
					   sizeof(*v[at]));
		assert_true(n[at] < cap[at]);
		v[at][n[at]] = n[at] * 2 + at;
		n[at]++;
	}
	for (size_t at = 0; at < 2; at++)
		for (size_t i = 0; i < n[at]; i++)
			assert_int_equal(v[at][i], i * 2 + at);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_is_released),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_larger_than_a_block),
		cmocka_unit_test(test_arrays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
