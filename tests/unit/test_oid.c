/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/oid.h"

static const char hex[] = "0123456789abcdef0123456789abcdef01234567";

static void test_parse_and_format(void **state)
{
	char out[OID_HEX + 1];
	struct oid oid;

	(void)state;
	assert_true(oid_parse(&oid, hex, OID_HEX));
	assert_int_equal(oid.b[0], 0x01);
	assert_int_equal(oid.b[19], 0x67);
	oid_format(out, &oid);
	assert_string_equal(out, hex);
	oid_abbreviate(out, &oid);
	assert_string_equal(out, "0123456789ab");
	assert_true(oid_parse(&oid, "0123456789ABCDEF0123456789ABCDEF01234567"
			      " refs/heads/a", OID_HEX));
	oid_format(out, &oid);
	assert_string_equal(out, hex);
}

static void test_parse_refuses(void **state)
{
	static const char bad[] = "/:@G`g xX.-\n";
	char s[OID_HEX + 2];
	struct oid oid;

	(void)state;
	assert_false(oid_parse(&oid, hex, OID_HEX - 1));
	assert_false(oid_parse(&oid, "", 0));
	memset(s, '0', sizeof(s));
	assert_false(oid_parse(&oid, s, sizeof(s) - 1));
	for (size_t at = 0; at < OID_HEX; at++) {
		for (size_t i = 0; i < sizeof(bad); i++) {
			memcpy(s, hex, OID_HEX);
			s[at] = bad[i];
			assert_false(oid_parse(&oid, s, OID_HEX));
		}
	}
}

static void test_compare(void **state)
{
	struct oid zero = { { 0 } }, one = { { 0 } }, high = { { 0xff } };

	(void)state;
	one.b[19] = 1;
	assert_true(oid_is_zero(&zero));
	assert_false(oid_is_zero(&one));
	assert_true(oid_equal(&one, &one));
	assert_false(oid_equal(&one, &zero));
	assert_int_equal(oid_cmp(&one, &one), 0);
	assert_true(oid_cmp(&zero, &one) < 0);
	assert_true(oid_cmp(&high, &one) > 0);
}

/* Names that differ in three bytes only, wherever those stand. */
static struct oid numbered(uint32_t i, size_t at)
{
	struct oid oid = { { 0 } };

	oid.b[at] = (unsigned char)i;
	oid.b[(at + 1) % OID_SIZE] = (unsigned char)(i >> 8);
	oid.b[(at + 2) % OID_SIZE] = (unsigned char)(i >> 16);
	return oid;
}

static void test_map_empty(void **state)
{
	struct oidmap map = { 0 };
	struct oid oid = numbered(1, 0);

	(void)state;
	assert_int_equal(oidmap_get(&map, &oid), -1);
	oidmap_release(&map);
	assert_int_equal(oidmap_get(&map, &oid), -1);
}

static void fill(size_t at)
{
	enum { N = 20000 };
	struct oidmap map = { 0 };
	struct oid oid;

	for (uint32_t i = 0; i < N; i++) {
		oid = numbered(i, at);
		oidmap_put(&map, &oid, UINT32_MAX - i);
	}
	assert_int_equal(map.n, N);
	for (uint32_t i = 0; i < N; i++) {
		oid = numbered(i, at);
		assert_true(oidmap_get(&map, &oid) ==
			    (int64_t)(UINT32_MAX - i));
	}
	oid = numbered(N, at);
	assert_int_equal(oidmap_get(&map, &oid), -1);
	oidmap_release(&map);
}

static void test_map_holds_many(void **state)
{
	(void)state;
	for (size_t at = 0; at < OID_SIZE; at++)
		fill(at);
}

static void test_map_replaces(void **state)
{
	struct oidmap map = { 0 };
	struct oid zero = numbered(0, 0);

	(void)state;
	oidmap_put(&map, &zero, 7);
	oidmap_put(&map, &zero, 0);
	assert_int_equal(map.n, 1);
	assert_int_equal(oidmap_get(&map, &zero), 0);
	oidmap_release(&map);
}

/* Tables */

enum { NAMES = 3000 };

static int by_name(const void *a, const void *b)
{
	return oid_cmp(a, b);
}

/* Each of them is found, and what is next to it is not. */
static void check_table(struct oid *names, size_t n)
{
	unsigned char fanout[256 * 4] = { 0 };
	const struct oid_table table = { fanout, n ? names[0].b : fanout };

	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t byte = 0, i = 0; byte < 256; byte++) {
		while (i < n && names[i].b[0] <= byte)
			i++;
		fanout[4 * byte + 2] = (unsigned char)(i >> 8);
		fanout[4 * byte + 3] = (unsigned char)i;
	}
	for (size_t i = 0; i < n; i++) {
		struct oid other = names[i];

		assert_int_equal(oid_table_find(&table, &names[i]), i);
		other.b[19] ^= 0x80;
		assert_int_equal(oid_table_find(&table, &other), -1);
		other.b[1] ^= 0xff;
		assert_int_equal(oid_table_find(&table, &other), -1);
	}
}

static void test_table(void **state)
{
	struct oid *names = xcalloc(NAMES, sizeof(*names));
	uint32_t random = 1;

	(void)state;
	check_table(names, 0);
	/* Even ones; all with one beginning; all in two heaps; at the ends. */
	for (int kind = 0; kind < 4; kind++) {
		for (size_t i = 0; i < NAMES; i++) {
			for (size_t b = 0; b < OID_SIZE; b++) {
				random = random * 1664525u + 1013904223u;
				names[i].b[b] = (unsigned char)(random >> 24);
			}
			names[i].b[18] = (unsigned char)(i >> 7);
			names[i].b[19] = (unsigned char)(i & 0x7f);
			if (kind)
				memset(names[i].b, kind == 2 && i % 2 ?
				       0xff : 0, kind == 3 ? 17 : 5);
			if (kind == 3 && i % 3)
				memset(names[i].b, 0xff, 18);
		}
		check_table(names, kind == 3 ? 100 : NAMES);
	}
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_format),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_map_empty),
		cmocka_unit_test(test_map_holds_many),
		cmocka_unit_test(test_map_replaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
