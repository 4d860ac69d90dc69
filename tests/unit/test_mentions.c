/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "facts/mentions.h"

#define NAME "0123456789abcdef0123456789abcdef01234567"
#define OTHER "fedcba9876543210fedcba9876543210fedcba98"

static struct oid oid(const char *hex)
{
	struct oid oid;

	assert_true(oid_parse(&oid, hex, OID_HEX));
	return oid;
}

static void add(struct reverts *reverts, const char *message, uint32_t node)
{
	const struct oid by = oid(OTHER);

	reverts_add(reverts, message, strlen(message), &by, node);
}

struct seen {
	uint32_t nodes[8];
	size_t n;
	uint32_t wanted;
};

static int see(void *ctx, const struct revert *revert, bool *found)
{
	struct seen *seen = ctx;

	assert_true(seen->n < 8);
	seen->nodes[seen->n++] = revert->node;
	*found = revert->node == seen->wanted;
	return 0;
}

static size_t count(const struct reverts *reverts, const char *hex)
{
	struct seen seen = { .wanted = 99 };
	struct oid commit = oid(hex);
	bool found = true;

	assert_int_equal(reverts_of(reverts, &commit, see, &seen, &found), 0);
	assert_false(found);
	return seen.n;
}

static void test_reverts(void **state)
{
	struct reverts reverts = { 0 };

	(void)state;
	assert_int_equal(count(&reverts, NAME), 0);
	add(&reverts, "This reverts commit " NAME ".\n", 1);
	add(&reverts, "This reverts commit 0123456789 (\"a\", 2020)\n", 2);
	add(&reverts, "This reverts commit 0123456789AB.\n", 3);
	add(&reverts, "This reverts commit 012345.\n", 4);
	add(&reverts, "This reverts commit 0123456789ac.\n", 5);
	add(&reverts, "This reverts " NAME ".\n", 6);
	add(&reverts, "This reverts commit", 7);
	add(&reverts, "This reverts commit ", 8);
	reverts_sort(&reverts);
	assert_int_equal(count(&reverts, NAME), 3);
	assert_int_equal(count(&reverts, OTHER), 0);
	free(reverts.v);
}

static void test_reverts_of_several(void **state)
{
	struct reverts reverts = { 0 };
	struct oid commit = oid(NAME);
	struct seen seen = { .wanted = 2 };
	bool found;

	(void)state;
	add(&reverts, "This reverts commit " NAME ", and\nThis reverts commit "
	    OTHER ".", 2);
	add(&reverts, "This reverts commit " NAME, 1);
	reverts_sort(&reverts);
	assert_int_equal(count(&reverts, OTHER), 1);
	assert_int_equal(count(&reverts, NAME), 2);
	assert_int_equal(reverts_of(&reverts, &commit, see, &seen, &found), 0);
	assert_true(found);
	free(reverts.v);
}

static void test_too_many_reverts(void **state)
{
	struct reverts reverts = { 0 };
	char message[200 * 30] = "";

	(void)state;
	for (int i = 0; i < 200; i++)
		strcat(message, "This reverts commit 0123456\n");
	add(&reverts, message, 1);
	assert_int_equal(reverts.n, 100);
	free(reverts.v);
}

static bool cites_name(const char *message)
{
	struct oid commit = oid(NAME);

	return cites(message, strlen(message), &commit);
}

static void test_cites(void **state)
{
	(void)state;
	assert_true(cites_name("(cherry picked from commit " NAME ")"));
	assert_true(cites_name("commit " NAME " upstream."));
	assert_true(cites_name("[ Upstream commit 0123456789ab ]"));
	assert_true(cites_name("(cherry picked from commit " OTHER ")\n"
			       "(cherry picked from commit " NAME ")"));
	assert_false(cites_name("(cherry picked from commit " OTHER ")"));
	assert_false(cites_name("(cherry picked from commit 012345)"));
	assert_false(cites_name("commit " NAME));
	assert_false(cites_name("Not the fix of commit " NAME ", really."));
	assert_false(cites_name("This reverts commit " NAME "."));
	assert_false(cites_name(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reverts),
		cmocka_unit_test(test_reverts_of_several),
		cmocka_unit_test(test_too_many_reverts),
		cmocka_unit_test(test_cites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
