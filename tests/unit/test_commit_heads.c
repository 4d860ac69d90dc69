/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "git/commit_heads.h"

static const char text[] =
	"tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
	"parent bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
	"parent cccccccccccccccccccccccccccccccccccccccc\n"
	"committer C <c> 1700000000 +0000\n\nSubject\n";
static const char root[] =
	"tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
	"committer C <c> 5 +0000\n\nSubject\n";

static void add(struct commit_heads *heads, unsigned char name,
		const char *raw)
{
	struct oid oid = { { name } };
	struct commit commit;
	struct error err;

	assert_int_equal(commit_parse(&commit, raw, strlen(raw), &err), 0);
	commit_heads_add(heads, &oid, &commit);
}

static void test_heads(void **state)
{
	struct commit_heads heads = { 0 };
	struct oid one = { { 1 } }, two = { { 2 } }, three = { { 3 } };
	const struct commit_head *head;

	(void)state;
	assert_null(commit_heads_find(&heads, &one));
	add(&heads, 1, root);
	add(&heads, 2, text);
	head = commit_heads_find(&heads, &one);
	assert_non_null(head);
	assert_true(head->time == 5);
	assert_int_equal(head->n_parents, 0);
	head = commit_heads_find(&heads, &two);
	assert_non_null(head);
	assert_true(head->time == 1700000000);
	assert_int_equal(head->n_parents, 2);
	assert_int_equal(heads.parents[head->first].b[0], 0xbb);
	assert_int_equal(heads.parents[head->first + 1].b[0], 0xcc);
	assert_null(commit_heads_find(&heads, &three));
	commit_heads_release(&heads);
}

static void test_put(void **state)
{
	const struct oid one = { { 1 } }, two = { { 2 } };
	const struct oid parents[] = { { { 7 } }, { { 8 } } };
	struct commit_heads heads = { 0 };
	const struct commit_head *head;

	(void)state;
	add(&heads, 1, root);
	commit_heads_put(&heads, &one, 6, parents, 1);
	commit_heads_put(&heads, &two, -7, parents, 2);
	assert_int_equal(heads.n, 2);
	head = commit_heads_find(&heads, &one);
	assert_true(head->time == 5);
	assert_int_equal(head->n_parents, 0);
	head = commit_heads_find(&heads, &two);
	assert_true(head->time == -7);
	assert_int_equal(head->n_parents, 2);
	assert_memory_equal(&heads.parents[head->first], parents,
			    sizeof(parents));
	commit_heads_release(&heads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
