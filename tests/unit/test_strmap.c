/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
