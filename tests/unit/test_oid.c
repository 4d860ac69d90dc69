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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_format),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_map_empty),
		cmocka_unit_test(test_map_holds_many),
		cmocka_unit_test(test_map_replaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
