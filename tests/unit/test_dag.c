/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/dag.h"

enum { FLAG = 1, STOP = 2, OTHER = 4, N_MAX = 48, FAR = N_MAX + 1 };

static struct oid numbered(uint32_t i)
{
	struct oid oid = { { 0 } };

	oid.b[0] = (unsigned char)(i + 1);
	oid.b[19] = (unsigned char)(i >> 8);
	return oid;
}

static uint32_t add(struct dag *dag, uint32_t i, size_t n_parents)
{
	struct oid oid = numbered(i);

	return dag_add(dag, &oid, n_parents);
}

static uint32_t draw(uint32_t *random, uint32_t below)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 16) % below;
}

/*
 * Commits whose indices say nothing of their order: node `at[i]` has parents
 * among `at[0]` to `at[i - 1]`, the same one twice and none here included.
 */
static size_t random_dag(struct dag *dag, uint32_t *random)
{
	uint32_t at[N_MAX], n = 1 + draw(random, N_MAX);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = draw(random, i + 1);

		at[i] = at[k];
		at[k] = i;
		assert_int_equal(add(dag, i, draw(random, 4)), i);
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *parents = dag_parents(dag, at[i]);
		uint32_t span = 1 + draw(random, i + 1);

		for (uint32_t p = 0; p < dag->nodes[at[i]].n_parents; p++)
			if (i && draw(random, 8))
				parents[p] = at[i - 1 - draw(random, span < i ?
							     span : i)];
	}
	return n;
}

static void test_add_and_find(void **state)
{
	struct dag dag = { 0 };
	struct oid oid = numbered(0);

	(void)state;
	assert_true(dag_find(&dag, &oid) == DAG_NONE);
	for (uint32_t i = 0; i < 200; i++) {
		assert_int_equal(add(&dag, i, i % 3), i);
		assert_int_equal(dag.nodes[i].n_parents, i % 3);
		for (uint32_t p = 0; p < i % 3; p++) {
			assert_true(dag_parents(&dag, i)[p] == DAG_NONE);
			dag_parents(&dag, i)[p] = i - 1;
		}
	}
	for (uint32_t i = 0; i < 200; i++) {
		oid = numbered(i);
		assert_int_equal(dag_find(&dag, &oid), i);
		assert_true(oid_equal(&dag.nodes[i].oid, &oid));
		assert_int_equal(dag.nodes[i].flags, 0);
		for (uint32_t p = 0; p < i % 3; p++)
			assert_int_equal(dag_parents(&dag, i)[p], i - 1);
	}
	oid = numbered(200);
	assert_true(dag_find(&dag, &oid) == DAG_NONE);
	dag_release(&dag);
	assert_int_equal(dag.n, 0);
	dag_release(&dag);
}

/* Marking */

/* 0 <- 1 <- 2 <- 3, and 1 <- 4. */
static void small(struct dag *dag)
{
	add(dag, 0, 0);
	for (uint32_t i = 1; i < 5; i++) {
		add(dag, i, 2);
		dag_parents(dag, i)[0] = i == 4 ? 1 : i - 1;
	}
}

static void test_mark(void **state)
{
	struct dag dag = { 0 };

	(void)state;
	small(&dag);
	dag.nodes[2].flags = OTHER;
	dag_mark(&dag, 3, FLAG, 0);
	assert_int_equal(dag.nodes[0].flags, FLAG);
	assert_int_equal(dag.nodes[1].flags, FLAG);
	assert_int_equal(dag.nodes[2].flags, FLAG | OTHER);
	assert_int_equal(dag.nodes[3].flags, FLAG);
	assert_int_equal(dag.nodes[4].flags, 0);
	dag_release(&dag);
}

static void test_mark_stops(void **state)
{
	struct dag dag = { 0 };

	(void)state;
	small(&dag);
	dag.nodes[1].flags = STOP;
	dag_mark(&dag, 3, FLAG, STOP | OTHER);
	assert_int_equal(dag.nodes[0].flags, 0);
	assert_int_equal(dag.nodes[1].flags, STOP);
	assert_int_equal(dag.nodes[2].flags, FLAG);
	dag_mark(&dag, 1, FLAG, STOP);	/* at once */
	assert_int_equal(dag.nodes[1].flags, STOP);
	assert_int_equal(dag.nodes[0].flags, 0);
	dag_release(&dag);
}

/* Adds what follows from what is marked until nothing does. */
static void naive_mark(const struct dag *dag, uint32_t start, bool *marked)
{
	bool again = true;

	marked[start] |= !(dag->nodes[start].flags & STOP);
	while (again) {
		again = false;
		for (uint32_t i = 0; i < dag->n; i++) {
			uint32_t *parents = dag_parents(dag, i);

			for (uint32_t p = 0; marked[i] &&
			     p < dag->nodes[i].n_parents; p++) {
				uint32_t to = parents[p];

				if (to == DAG_NONE || marked[to] ||
				    (dag->nodes[to].flags & STOP))
					continue;
				marked[to] = true;
				again = true;
			}
		}
	}
}

static void test_mark_random(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		bool marked[N_MAX] = { false };
		struct dag dag = { 0 };
		uint32_t n = (uint32_t)random_dag(&dag, &random);

		for (uint32_t i = 0; i < n; i++)
			if (!draw(&random, 6))
				dag.nodes[i].flags = STOP;
		for (int starts = 0; starts < 3; starts++) {
			uint32_t start = draw(&random, n);

			naive_mark(&dag, start, marked);
			dag_mark(&dag, start, FLAG, STOP);
			for (uint32_t i = 0; i < n; i++)
				assert_int_equal(marked[i], dag.nodes[i].flags
						 & FLAG ? 1 : 0);
		}
		dag_release(&dag);
	}
}

/* Ancestry */

static void test_leads(void **state)
{
	struct dag dag = { 0 };

	(void)state;
	small(&dag);
	for (uint32_t from = 0; from < 5; from++)
		for (uint32_t to = 0; to < 5; to++)
			assert_int_equal(dag_leads(&dag, from, to),
					 from == to || (to < from &&
					 (from < 4 || to < 2)));
	dag_release(&dag);
}

/* What leads where is what a mark reaches; flags are left alone. */
static void test_leads_random(void **state)
{
	uint32_t random = 4;

	(void)state;
	for (int round = 0; round < 200; round++) {
		bool marked[N_MAX] = { false };
		struct dag dag = { 0 };
		uint32_t n = (uint32_t)random_dag(&dag, &random);
		uint32_t from = draw(&random, n);

		naive_mark(&dag, from, marked);
		for (uint32_t to = 0; to < n; to++)
			assert_int_equal(dag_leads(&dag, from, to),
					 marked[to]);
		for (uint32_t i = 0; i < n; i++)
			assert_int_equal(dag.nodes[i].flags, 0);
		dag_release(&dag);
	}
}

/* More ways down than can be counted: each commit is looked at once. */
static void test_many_ways(void **state)
{
	enum { RUNGS = 200 };
	struct dag dag = { 0 };

	(void)state;
	for (uint32_t i = 0; i < RUNGS; i++) {
		add(&dag, i, 2);
		for (uint32_t p = 0; i && p < 2; p++)
			dag_parents(&dag, i)[p] = i - 1;
	}
	assert_true(dag_leads(&dag, RUNGS - 1, 0));
	assert_false(dag_leads(&dag, RUNGS - 2, RUNGS - 1));
	dag_mark(&dag, RUNGS - 1, FLAG, 0);
	assert_int_equal(dag.nodes[0].flags, FLAG);
	dag_release(&dag);
}

/* Order */

static void test_topological_empty(void **state)
{
	struct dag dag = { 0 };
	uint32_t *order = dag_topological(&dag);

	(void)state;
	free(order);
}

static void assert_heights(const struct dag *dag)
{
	uint32_t *heights = dag_heights(dag);

	for (uint32_t i = 0; i < dag->n; i++) {
		uint32_t expected = 0;

		for (uint32_t p = 0; p < dag->nodes[i].n_parents; p++) {
			uint32_t to = dag_parents(dag, i)[p];

			if (to != DAG_NONE && expected <= heights[to])
				expected = heights[to] + 1;
		}
		assert_int_equal(heights[i], expected);
	}
	free(heights);
}

static void test_topological(void **state)
{
	uint32_t random = 2;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct dag dag = { 0 };
		size_t n = random_dag(&dag, &random), place[N_MAX];
		uint32_t *order = dag_topological(&dag);

		memset(place, 0xff, sizeof(place));
		for (size_t i = 0; i < n; i++) {
			assert_true(order[i] < n);
			assert_true(place[order[i]] == SIZE_MAX);
			place[order[i]] = i;
		}
		assert_heights(&dag);
		for (uint32_t i = 0; i < n; i++)
			for (uint32_t p = 0; p < dag.nodes[i].n_parents;
			     p++) {
				uint32_t to = dag_parents(&dag, i)[p];

				assert_true(to == DAG_NONE ||
					    place[to] < place[i]);
			}
		free(order);
		dag_release(&dag);
	}
}

static void test_descendants(void **state)
{
	uint32_t random = 3;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct dag dag = { 0 };
		size_t n = random_dag(&dag, &random);
		bool first[N_MAX] = { 0 }, seen[N_MAX];

		for (int i = 0; i < 3; i++)
			first[draw(&random, (uint32_t)n)] = true;
		memcpy(seen, first, sizeof(seen));
		dag_see_descendants(&dag, seen);
		for (uint32_t i = 0; i < n; i++) {
			bool expected = false;

			for (uint32_t k = 0; k < n; k++)
				expected |= first[k] && dag_leads(&dag, i, k);
			assert_int_equal(seen[i], expected);
		}
		dag_release(&dag);
	}
}

/* As deep as history is: nothing here may recurse. */
static void test_long_chain(void **state)
{
	enum { LONG = 300000 };
	struct dag dag = { 0 };
	uint32_t *order, *from;

	(void)state;
	for (uint32_t i = 0; i < LONG; i++) {
		struct oid oid = { { 0 } };

		memcpy(oid.b, &i, sizeof(i));
		dag_add(&dag, &oid, 1);
		if (i)
			dag_parents(&dag, i)[0] = i - 1;
	}
	dag_mark(&dag, LONG - 1, FLAG, 0);
	assert_int_equal(dag.nodes[0].flags, FLAG);
	assert_true(dag_leads(&dag, LONG - 1, 0));
	assert_false(dag_leads(&dag, 0, LONG - 1));
	order = dag_topological(&dag);
	from = dag_paths(&dag, LONG - 1, FLAG);
	for (uint32_t i = 0; i < LONG; i++) {
		assert_int_equal(order[i], i);
		assert_int_equal(from[i], i + 1 < LONG ? i + 1 : i);
	}
	free(order);
	free(from);
	dag_release(&dag);
}

/* Paths */

static void naive_distances(const struct dag *dag, uint32_t start,
			    uint32_t *far)
{
	for (uint32_t i = 0; i < dag->n; i++)
		far[i] = i == start ? 0 : FAR;
	for (uint32_t d = 0; d < dag->n; d++)
		for (uint32_t i = 0; i < dag->n; i++)
			for (uint32_t p = 0; far[i] == d &&
			     p < dag->nodes[i].n_parents; p++) {
				uint32_t to = dag_parents(dag, i)[p];

				if (to != DAG_NONE && far[to] == FAR &&
				    (dag->nodes[to].flags & FLAG))
					far[to] = d + 1;
			}
}

static bool is_parent(const struct dag *dag, uint32_t child, uint32_t node)
{
	for (uint32_t p = 0; p < dag->nodes[child].n_parents; p++)
		if (dag_parents(dag, child)[p] == node)
			return true;
	return false;
}

static void test_paths(void **state)
{
	uint32_t random = 3;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct dag dag = { 0 };
		uint32_t n = (uint32_t)random_dag(&dag, &random);
		uint32_t far[N_MAX], *from, start = draw(&random, n);

		for (uint32_t i = 0; i < n; i++)
			dag.nodes[i].flags = draw(&random, 8) ? FLAG : OTHER;
		from = dag_paths(&dag, start, FLAG);
		naive_distances(&dag, start, far);
		assert_int_equal(from[start], start);
		for (uint32_t i = 0; i < n; i++) {
			if (i == start)
				continue;
			assert_int_equal(from[i] == DAG_NONE, far[i] == FAR);
			if (from[i] == DAG_NONE)
				continue;
			assert_true(is_parent(&dag, from[i], i));
			assert_int_equal(far[from[i]] + 1, far[i]);
		}
		free(from);
		dag_release(&dag);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_and_find),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_mark_stops),
		cmocka_unit_test(test_mark_random),
		cmocka_unit_test(test_leads),
		cmocka_unit_test(test_leads_random),
		cmocka_unit_test(test_many_ways),
		cmocka_unit_test(test_topological_empty),
		cmocka_unit_test(test_topological),
		cmocka_unit_test(test_descendants),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
