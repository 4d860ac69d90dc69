/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/file_map.h"
#include "base/mem.h"

enum { SLOTS = 16384, MAX = 1600 };

struct item {
	size_t size;
	int dropped;
};

static size_t item_size(const void *item)
{
	return ((const struct item *)item)->size;
}

static void item_drop(void *item)
{
	((struct item *)item)->dropped++;
}

static struct cache new_cache(size_t max_bytes)
{
	struct cache cache;

	cache_init(&cache, max_bytes, max_bytes / 16, item_size, item_drop);
	return cache;
}

/* Cache */

static void test_empty(void **state)
{
	struct cache cache = new_cache(MAX);

	(void)state;
	assert_null(cache_at(&cache, 0));
	assert_null(cache_at(&cache, SIZE_MAX));
	cache_release(&cache);
	assert_null(cache_at(&cache, 0));
	cache_release(&cache);
}

static void test_keep(void **state)
{
	struct item a = { 1, 0 }, b = { 2, 0 }, c = { 3, 0 };
	struct cache cache = new_cache(MAX);

	(void)state;
	cache_keep(&cache, 7, &a);
	cache_keep(&cache, 8, &b);
	cache_keep(&cache, SIZE_MAX, &c);
	assert_ptr_equal(cache_at(&cache, 7), &a);
	assert_ptr_equal(cache_at(&cache, 8), &b);
	assert_ptr_equal(cache_at(&cache, SIZE_MAX), &c);
	assert_ptr_equal(cache_at(&cache, SLOTS - 1), &c);
	assert_null(cache_at(&cache, 6));
	assert_null(cache_at(&cache, 9));
	assert_int_equal(cache.bytes, 6);
	assert_false(a.dropped || b.dropped || c.dropped);
	cache_release(&cache);
	assert_true(a.dropped == 1 && b.dropped == 1 && c.dropped == 1);
	assert_null(cache_at(&cache, 7));
}

/* The last one has the slot. */
static void test_conflict(void **state)
{
	struct item a = { 10, 0 }, b = { 20, 0 }, c = { 30, 0 };
	struct cache cache = new_cache(MAX);

	(void)state;
	cache_keep(&cache, 3, &c);
	cache_keep(&cache, 5, &a);
	cache_keep(&cache, 5 + SLOTS, &b);
	assert_int_equal(a.dropped, 1);
	assert_ptr_equal(cache_at(&cache, 5), &b);
	assert_int_equal(cache.bytes, 50);
	cache_keep(&cache, 5 + 2 * (size_t)SLOTS, &a);
	assert_int_equal(b.dropped, 1);
	assert_ptr_equal(cache_at(&cache, 5), &a);
	assert_int_equal(cache.bytes, 40);
	assert_false(c.dropped);
	cache_release(&cache);
	assert_int_equal(a.dropped, 2);
}

/* What has a slot needs no more room than what it takes the place of. */
static void test_conflict_when_full(void **state)
{
	struct item items[16], next = { 100, 0 };
	struct cache cache = new_cache(MAX);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		items[i] = (struct item){ 100, 0 };
		cache_keep(&cache, i, &items[i]);
	}
	assert_int_equal(cache.bytes, MAX);
	cache_keep(&cache, 9, &next);
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		assert_int_equal(items[i].dropped, i == 9);
	assert_int_equal(cache.bytes, MAX);
	cache_release(&cache);
}

static void test_too_large(void **state)
{
	struct item most = { MAX / 16, 0 }, more = { MAX / 16 + 1, 0 };
	struct item huge = { SIZE_MAX, 0 };
	struct cache cache = new_cache(MAX);

	(void)state;
	cache_keep(&cache, 1, &more);
	assert_int_equal(more.dropped, 1);
	assert_null(cache_at(&cache, 1));
	cache_keep(&cache, 1, &most);
	assert_ptr_equal(cache_at(&cache, 1), &most);
	cache_keep(&cache, 1, &more);
	cache_keep(&cache, 1, &huge);
	assert_true(more.dropped == 2 && huge.dropped == 1);
	assert_ptr_equal(cache_at(&cache, 1), &most);
	assert_int_equal(cache.bytes, most.size);
	cache_release(&cache);
	assert_int_equal(most.dropped, 1);
}

/* Room is made one by one, and all around. */
static void test_bounds(void **state)
{
	enum { N = 200 };
	struct item items[N];
	struct cache cache = new_cache(MAX);
	size_t kept = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		items[i] = (struct item){ 100, 0 };
		cache_keep(&cache, i * 1000, &items[i]);
		assert_true(cache.bytes <= MAX);
		assert_int_equal(cache.bytes, i < 16 ? (i + 1) * 100 : MAX);
		assert_ptr_equal(cache_at(&cache, i * 1000), &items[i]);
	}
	for (size_t i = 0; i < N; i++) {
		bool is = cache_at(&cache, i * 1000) == &items[i];

		kept += is;
		assert_int_equal(items[i].dropped, !is);
	}
	assert_int_equal(kept, 16);
	cache_release(&cache);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(items[i].dropped, 1);
}

/* The sizes of all that is there, whatever was asked. */
static void test_random(void **state)
{
	enum { N = 5000 };
	struct item *items = xcalloc(N, sizeof(*items));
	struct cache cache = new_cache(MAX);
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		size_t sum = 0;

		random = random * 1664525u + 1013904223u;
		items[i].size = (random >> 16) % 110;
		cache_keep(&cache, random >> 24, &items[i]);
		for (size_t k = 0; k < 256; k++) {
			const struct item *item = cache_at(&cache, k);

			assert_true(!item || !item->dropped);
			sum += item ? item->size : 0;
		}
		assert_int_equal(sum, cache.bytes);
		assert_true(sum <= MAX);
	}
	cache_release(&cache);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(items[i].dropped, 1);
	free(items);
}

/* Mapped files */

static char path[] = "/tmp/test_cache.XXXXXX";

/* `n` pieces and a byte, each piece with its number at both ends. */
static void fill(size_t n)
{
	char *bytes = xcalloc(n * FILE_MAP_PIECE + 1, 1);
	FILE *file = fopen(path, "w");

	for (size_t i = 0; i < n; i++) {
		bytes[i * FILE_MAP_PIECE] = (char)i;
		bytes[(i + 1) * FILE_MAP_PIECE - 1] = (char)i;
	}
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, n * FILE_MAP_PIECE + 1, 1, file), 1);
	assert_int_equal(fclose(file), 0);
	free(bytes);
}

static void test_map_touch(void **state)
{
	enum { N = 21 };
	struct file_map map = { 0 };

	(void)state;
	fill(N);
	file_map_forget(&map);
	assert_true(file_map_open(&map, path));
	assert_int_equal(map.len, N * FILE_MAP_PIECE + 1);
	file_map_forget(&map);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < N; i++) {
			size_t at = i * FILE_MAP_PIECE;

			assert_true(file_map_touch(&map, at + round));
			assert_false(file_map_touch(&map, at));
			assert_false(file_map_touch(&map, at + 1));
			assert_false(file_map_touch(
				&map, at + FILE_MAP_PIECE - 1));
			assert_int_equal(map.p[at], i);
			assert_int_equal(map.p[at + FILE_MAP_PIECE - 1], i);
		}
		assert_true(file_map_touch(&map, map.len - 1));
		assert_false(file_map_touch(&map, 0));
		file_map_forget(&map);
		assert_int_equal(map.p[5 * FILE_MAP_PIECE], 5);
	}
	file_map_close(&map);
	assert_true(!map.p && !map.len && !map.touched);
	file_map_close(&map);
}

/* The last byte's bit, where it is the only one of its byte of bits. */
static void test_map_sizes(void **state)
{
	(void)state;
	for (size_t n = 0; n < 18; n++) {
		struct file_map map;

		fill(n);
		assert_true(file_map_open(&map, path));
		assert_true(file_map_touch(&map, map.len - 1));
		assert_false(file_map_touch(&map, map.len - 1));
		file_map_forget(&map);
		assert_true(file_map_touch(&map, map.len - 1));
		file_map_close(&map);
	}
}

static void test_map_nothing(void **state)
{
	struct file_map map = { .len = 1 };

	(void)state;
	assert_false(file_map_open(&map, "/tmp"));
	assert_true(!map.p && !map.len);
	map.len = 1;
	assert_false(file_map_open(&map, "/tmp/no/such/file"));
	assert_true(!map.p && !map.len);
	assert_int_equal(truncate(path, 0), 0);
	map.len = 1;
	assert_false(file_map_open(&map, path));
	assert_true(!map.p && !map.len);
	file_map_close(&map);
}

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_conflict_when_full),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_map_touch),
		cmocka_unit_test(test_map_sizes),
		cmocka_unit_test(test_map_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
