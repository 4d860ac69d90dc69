/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "facts/originals.h"

static struct oid oid(uint32_t i)
{
	return (struct oid){ { [19] = (unsigned char)(i + 1) } };
}

/* 0 and 1 are tips, on top of 2, which is on top of 3. */
static int setup(void **state)
{
	static struct dag dag;
	static const uint32_t parent[] = { 2, 2, 3, DAG_NONE };

	for (uint32_t i = 0; i < 4; i++) {
		struct oid name = oid(i);

		dag_add(&dag, &name, parent[i] != DAG_NONE);
	}
	for (uint32_t i = 0; i < 3; i++)
		dag_parents(&dag, i)[0] = parent[i];
	*state = &dag;
	return 0;
}

static int teardown(void **state)
{
	dag_release(*state);
	*(struct dag *)*state = (struct dag){ 0 };
	return 0;
}

static void check(const struct dag *dag, const struct original_ref *refs,
		  size_t n, const uint32_t *expected)
{
	uint32_t *label = originals_label(refs, n, dag);

	for (size_t i = 0; i < dag->n; i++)
		assert_int_equal(label[i], expected[i]);
	free(label);
}

static void test_none(void **state)
{
	const uint32_t none[] = { DAG_NONE, DAG_NONE, DAG_NONE, DAG_NONE };
	const struct original_ref away = { .commit = oid(9) };

	check(*state, NULL, 0, none);
	check(*state, &away, 1, none);
}

static void test_innermost(void **state)
{
	const struct original_ref refs[] = {
		{ .kind = ORIGINAL_FROZEN, .commit = oid(0) },
		{ .kind = ORIGINAL_FROZEN, .commit = oid(3) },
		{ .kind = ORIGINAL_FROZEN, .commit = oid(2) },
	};

	check(*state, refs, 3, (uint32_t[]){ 0, DAG_NONE, 2, 1 });
}

static void test_frozen_before_drafts_before_trees(void **state)
{
	const struct original_ref refs[] = {
		{ .kind = ORIGINAL_TREE, .commit = oid(3) },
		{ .kind = ORIGINAL_DRAFT, .commit = oid(2) },
		{ .kind = ORIGINAL_FROZEN, .commit = oid(3) },
		{ .kind = ORIGINAL_TREE, .commit = oid(1) },
	};

	check(*state, refs, 4, (uint32_t[]){ DAG_NONE, 3, 1, 2 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_innermost, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_frozen_before_drafts_before_trees, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
