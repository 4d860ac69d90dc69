/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/brought_by.h"
#include "facts/nodes.h"
#include "facts/pulls.h"

/*
 * The finders that need no repository, on a history made by hand:
 *
 *	4---5---6---7	main (6 merges 3)
 *	   /   /
 *	0-1   2-3	0 and 1 came with 5; 2 and 3 with 6
 */
enum { N = 8 };

static struct oid numbered(unsigned char i)
{
	return (struct oid){ { (unsigned char)(i + 1) } };
}

static void add(struct dag *dag, unsigned char i, uint32_t first,
		uint32_t second)
{
	size_t n = (first != DAG_NONE) + (second != DAG_NONE);
	struct oid oid = numbered(i);

	dag_add(dag, &oid, n);
	if (n > 0)
		dag_parents(dag, i)[0] = first;
	if (n > 1)
		dag_parents(dag, i)[1] = second;
}

struct history_by_hand {
	struct dag dag;
	struct start start[2];
	struct starts starts;
};

static void setup(struct history_by_hand *h)
{
	static const uint32_t parents[N][2] = {
		{ DAG_NONE, DAG_NONE }, { 0, DAG_NONE },
		{ DAG_NONE, DAG_NONE }, { 2, DAG_NONE },
		{ DAG_NONE, DAG_NONE }, { 4, 1 }, { 5, 3 }, { 6, DAG_NONE },
	};

	*h = (struct history_by_hand){ 0 };
	for (unsigned char i = 0; i < N; i++)
		add(&h->dag, i, parents[i][0], parents[i][1]);
	h->start[0] = (struct start){ "refs/heads/main", numbered(7), true };
	h->start[1] = (struct start){ "refs/heads/topic", numbered(3), true };
	h->starts = (struct starts){ .v = h->start, .n = 2 };
	dag_mark(&h->dag, 7, NODE_STARTED, 0);
	dag_mark(&h->dag, 7, NODE_MERGED, 0);
	dag_mark(&h->dag, 7, NODE_IN_N, 0);
}

/* Who brought the commit: the start and the merge, or DAG_NONE. */
static void assert_brought(const struct brought_by *b, uint32_t node,
			   uint32_t start, uint32_t via)
{
	assert_int_equal(b->start[node], start);
	assert_int_equal(b->via[node], via);
}

static void test_brought_by_merges(void **state)
{
	struct history_by_hand h;
	struct brought_by b;

	(void)state;
	setup(&h);
	brought_by_find(&h.dag, &h.starts, &b);
	for (uint32_t i = 4; i < N; i++)
		assert_brought(&b, i, 0, DAG_NONE);
	assert_brought(&b, 0, 0, 5);
	assert_brought(&b, 1, 0, 5);
	assert_brought(&b, 2, 0, 6);
	assert_brought(&b, 3, 0, 6);
	brought_by_release(&b);
	dag_release(&h.dag);
}

/* The first start that has a commit is told; what is not of N has none. */
static void test_brought_by_the_first(void **state)
{
	struct history_by_hand h;
	struct brought_by b;

	(void)state;
	setup(&h);
	h.dag.nodes[0].flags &= ~(uint32_t)NODE_IN_N;
	h.dag.nodes[1].flags &= ~(uint32_t)NODE_IN_N;
	h.starts.v[0] = h.start[1];
	h.starts.n = 1;
	brought_by_find(&h.dag, &h.starts, &b);
	assert_brought(&b, 0, DAG_NONE, DAG_NONE);
	assert_brought(&b, 3, 0, DAG_NONE);
	assert_brought(&b, 7, DAG_NONE, DAG_NONE);
	brought_by_release(&b);
	dag_release(&h.dag);
}

/* Tags */

struct tags_by_hand {
	struct value consumer;
	struct shared_tag for_kvm, for_all;
	struct tree imx, kvm;
	struct voucher voucher[2];
	struct vouchers vouchers;
};

/* tip's tag at 3 is for kvm alone; the one at 1 is for all. */
static void setup_tags(struct tags_by_hand *t)
{
	static char kvm[] = "kvm";

	*t = (struct tags_by_hand){ .consumer.text = kvm };
	t->for_kvm.consumer = (struct values){ .v = &t->consumer, .n = 1 };
	t->imx.section.name = xstrdup("imx");
	t->kvm.section.name = xstrdup("kvm");
	t->voucher[0] = (struct voucher){
		.name = "refs/tags/noinstr", .commit = numbered(3),
		.shared = &t->for_kvm, .is_valid = true,
	};
	t->voucher[1] = (struct voucher){
		.name = "refs/tags/for-all", .commit = numbered(1),
		.shared = &t->for_all, .is_valid = true,
	};
	t->vouchers = (struct vouchers){ .v = t->voucher, .n = 2 };
}

static struct pulls pulls_of(struct history_by_hand *h, struct tags_by_hand *t,
			     const struct tree *tree)
{
	const struct pulls_in in = {
		.tree = tree, .vouchers = &t->vouchers,
		.starts = &h->starts, .dag = &h->dag,
	};
	struct pulls pulls = { 0 };

	pulls_find(&in, &pulls);
	return pulls;
}

static void release(struct history_by_hand *h, struct tags_by_hand *t,
		    struct pulls *pulls)
{
	free(pulls->v);
	free(t->imx.section.name);
	free(t->kvm.section.name);
	dag_release(&h->dag);
}

static void test_pull_by_no_consumer(void **state)
{
	struct history_by_hand h;
	struct tags_by_hand t;
	struct pulls pulls;
	struct oid merge = numbered(6);

	(void)state;
	setup(&h);
	setup_tags(&t);
	pulls = pulls_of(&h, &t, &t.imx);
	assert_int_equal(pulls.n, 1);
	assert_string_equal(pulls.v[0].tag, "noinstr");
	assert_string_equal(pulls.v[0].ref, "refs/heads/main");
	assert_true(oid_equal(&pulls.v[0].merge, &merge));
	release(&h, &t, &pulls);
}

static void test_pull_by_the_consumer(void **state)
{
	struct history_by_hand h;
	struct tags_by_hand t;
	struct pulls pulls;

	(void)state;
	setup(&h);
	setup_tags(&t);
	pulls = pulls_of(&h, &t, &t.kvm);
	assert_int_equal(pulls.n, 0);
	release(&h, &t, &pulls);
}

/* What a tag that all may pull contains came with that one. */
static void test_pull_within_a_welcome_tag(void **state)
{
	struct history_by_hand h;
	struct tags_by_hand t;
	struct pulls pulls;

	(void)state;
	setup(&h);
	setup_tags(&t);
	t.voucher[1].commit = numbered(6);
	pulls = pulls_of(&h, &t, &t.imx);
	assert_int_equal(pulls.n, 0);
	release(&h, &t, &pulls);
	/* But not if that tag does not count. */
	setup(&h);
	setup_tags(&t);
	t.voucher[1].commit = numbered(6);
	t.voucher[1].is_valid = false;
	pulls = pulls_of(&h, &t, &t.imx);
	assert_int_equal(pulls.n, 1);
	release(&h, &t, &pulls);
}

static void test_not_merged_is_no_pull(void **state)
{
	struct history_by_hand h;
	struct tags_by_hand t;
	struct pulls pulls;

	(void)state;
	setup(&h);
	setup_tags(&t);
	for (uint32_t i = 0; i < N; i++)
		h.dag.nodes[i].flags &= ~(uint32_t)NODE_MERGED;
	pulls = pulls_of(&h, &t, &t.imx);
	assert_int_equal(pulls.n, 0);
	release(&h, &t, &pulls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_brought_by_merges),
		cmocka_unit_test(test_brought_by_the_first),
		cmocka_unit_test(test_pull_by_no_consumer),
		cmocka_unit_test(test_pull_by_the_consumer),
		cmocka_unit_test(test_pull_within_a_welcome_tag),
		cmocka_unit_test(test_not_merged_is_no_pull),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
