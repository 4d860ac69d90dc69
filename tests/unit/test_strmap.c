/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/strmap.h"

static void test_map(void **state)
{
	struct strmap map = { 0 };

	(void)state;
	assert_int_equal(strmap_get(&map, ""), -1);
	strmap_put(&map, "a", 1);
	strmap_put(&map, "", 2);
	strmap_put(&map, "a", 3);
	assert_int_equal(map.n, 2);
	assert_int_equal(strmap_get(&map, "a"), 3);
	assert_int_equal(strmap_get(&map, ""), 2);
	assert_int_equal(strmap_get(&map, "aa"), -1);
	strmap_release(&map);
	strmap_release(&map);
}

static void test_many(void **state)
{
	enum { N = 5000 };
	struct strmap map = { 0 };
	char *keys[N];

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		keys[i] = xasprintf("key %u", i);
		strmap_put(&map, keys[i], i);
	}
	for (uint32_t i = 0; i < N; i++) {
		char *same = xasprintf("key %u", i);

		assert_int_equal(strmap_get(&map, same), i);
		free(same);
	}
	assert_int_equal(strmap_get(&map, "key 5000"), -1);
	strmap_release(&map);
	for (uint32_t i = 0; i < N; i++)
		free(keys[i]);
}

/*
 * Keys of pairs of words, each as it is or with a few bits the other way round.
 * Where both words of a pair have these, the second undoes in hash_add() what
 * the first did, whatever the start.
 */
enum { BITS = 14, N_KEYS = 1 << BITS, KEY_LEN = BITS * 16 };

static clock_t take(bool collide)
{
	char *keys = xcalloc(N_KEYS, KEY_LEN + 1), *p = keys;
	struct strmap map = { 0 };
	clock_t start;

	for (uint32_t i = 0; i < N_KEYS; i++, p += KEY_LEN + 1) {
		memset(p, 'a', KEY_LEN);
		for (int k = 0; k < BITS; k++) {
			if (!(i >> k & 1))
				continue;
			p[k * 16 + 7] ^= (char)0x80;
			if (collide)
				p[k * 16 + 11] ^= (char)0x80;
			if (collide)
				p[k * 16 + 15] ^= (char)0x80;
		}
	}
	start = clock();
	for (uint32_t i = 0; i < N_KEYS; i++)
		strmap_put(&map, keys + (size_t)i * (KEY_LEN + 1), i);
	start = clock() - start;
	assert_int_equal(map.n, N_KEYS);
	strmap_release(&map);
	free(keys);
	return start;
}

static void test_made_to_collide(void **state)
{
	clock_t other = take(false) + CLOCKS_PER_SEC / 100;

	(void)state;
	assert_true(take(true) < 10 * other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_made_to_collide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
