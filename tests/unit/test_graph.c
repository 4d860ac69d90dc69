/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/graph.h"

enum { FLAG = 1, STOP = 2, OTHER = 4, N_MAX = 48, FAR = N_MAX + 1 };

static struct oid numbered(uint32_t i)
{
	struct oid oid = { { 0 } };

	oid.b[0] = (unsigned char)(i + 1);
	oid.b[19] = (unsigned char)(i >> 8);
	return oid;
}

static uint32_t add(struct graph *graph, uint32_t i, size_t n_parents)
{
	struct oid oid = numbered(i);

	return graph_add(graph, &oid, n_parents);
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
static size_t random_dag(struct graph *graph, uint32_t *random)
{
	uint32_t at[N_MAX], n = 1 + draw(random, N_MAX);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = draw(random, i + 1);

		at[i] = at[k];
		at[k] = i;
		assert_int_equal(add(graph, i, draw(random, 4)), i);
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *parents = graph_parents(graph, at[i]);
		uint32_t span = 1 + draw(random, i + 1);

		for (uint32_t p = 0; p < graph->nodes[at[i]].n_parents; p++)
			if (i && draw(random, 8))
				parents[p] = at[i - 1 - draw(random, span < i ?
							     span : i)];
	}
	return n;
}

static void test_add_and_find(void **state)
{
	struct graph graph = { 0 };
	struct oid oid = numbered(0);

	(void)state;
	assert_true(graph_find(&graph, &oid) == GRAPH_NONE);
	for (uint32_t i = 0; i < 200; i++) {
		assert_int_equal(add(&graph, i, i % 3), i);
		assert_int_equal(graph.nodes[i].n_parents, i % 3);
		for (uint32_t p = 0; p < i % 3; p++) {
			assert_true(graph_parents(&graph, i)[p] == GRAPH_NONE);
			graph_parents(&graph, i)[p] = i - 1;
		}
	}
	for (uint32_t i = 0; i < 200; i++) {
		oid = numbered(i);
		assert_int_equal(graph_find(&graph, &oid), i);
		assert_true(oid_equal(&graph.nodes[i].oid, &oid));
		assert_int_equal(graph.nodes[i].flags, 0);
		for (uint32_t p = 0; p < i % 3; p++)
			assert_int_equal(graph_parents(&graph, i)[p], i - 1);
	}
	oid = numbered(200);
	assert_true(graph_find(&graph, &oid) == GRAPH_NONE);
	graph_release(&graph);
	assert_int_equal(graph.n, 0);
	graph_release(&graph);
}

/* Marking */

/* 0 <- 1 <- 2 <- 3, and 1 <- 4. */
static void small(struct graph *graph)
{
	add(graph, 0, 0);
	for (uint32_t i = 1; i < 5; i++) {
		add(graph, i, 2);
		graph_parents(graph, i)[0] = i == 4 ? 1 : i - 1;
	}
}

static void test_mark(void **state)
{
	struct graph graph = { 0 };

	(void)state;
	small(&graph);
	graph.nodes[2].flags = OTHER;
	graph_mark(&graph, 3, FLAG, 0);
	assert_int_equal(graph.nodes[0].flags, FLAG);
	assert_int_equal(graph.nodes[1].flags, FLAG);
	assert_int_equal(graph.nodes[2].flags, FLAG | OTHER);
	assert_int_equal(graph.nodes[3].flags, FLAG);
	assert_int_equal(graph.nodes[4].flags, 0);
	graph_release(&graph);
}

static void test_mark_stops(void **state)
{
	struct graph graph = { 0 };

	(void)state;
	small(&graph);
	graph.nodes[1].flags = STOP;
	graph_mark(&graph, 3, FLAG, STOP | OTHER);
	assert_int_equal(graph.nodes[0].flags, 0);
	assert_int_equal(graph.nodes[1].flags, STOP);
	assert_int_equal(graph.nodes[2].flags, FLAG);
	graph_mark(&graph, 1, FLAG, STOP);	/* at once */
	assert_int_equal(graph.nodes[1].flags, STOP);
	assert_int_equal(graph.nodes[0].flags, 0);
	graph_release(&graph);
}

/* Adds what follows from what is marked until nothing does. */
static void naive_mark(const struct graph *graph, uint32_t start, bool *marked)
{
	bool again = true;

	marked[start] |= !(graph->nodes[start].flags & STOP);
	while (again) {
		again = false;
		for (uint32_t i = 0; i < graph->n; i++) {
			uint32_t *parents = graph_parents(graph, i);

			for (uint32_t p = 0; marked[i] &&
			     p < graph->nodes[i].n_parents; p++) {
				uint32_t to = parents[p];

				if (to == GRAPH_NONE || marked[to] ||
				    (graph->nodes[to].flags & STOP))
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
		struct graph graph = { 0 };
		uint32_t n = (uint32_t)random_dag(&graph, &random);

		for (uint32_t i = 0; i < n; i++)
			if (!draw(&random, 6))
				graph.nodes[i].flags = STOP;
		for (int starts = 0; starts < 3; starts++) {
			uint32_t start = draw(&random, n);

			naive_mark(&graph, start, marked);
			graph_mark(&graph, start, FLAG, STOP);
			for (uint32_t i = 0; i < n; i++)
				assert_int_equal(marked[i], graph.nodes[i].flags
						 & FLAG ? 1 : 0);
		}
		graph_release(&graph);
	}
}

/* Ancestry */

static void test_leads(void **state)
{
	struct graph graph = { 0 };

	(void)state;
	small(&graph);
	for (uint32_t from = 0; from < 5; from++)
		for (uint32_t to = 0; to < 5; to++)
			assert_int_equal(graph_leads(&graph, from, to),
					 from == to || (to < from &&
					 (from < 4 || to < 2)));
	graph_release(&graph);
}

/* What leads where is what a mark reaches; flags are left alone. */
static void test_leads_random(void **state)
{
	uint32_t random = 4;

	(void)state;
	for (int round = 0; round < 200; round++) {
		bool marked[N_MAX] = { false };
		struct graph graph = { 0 };
		uint32_t n = (uint32_t)random_dag(&graph, &random);
		uint32_t from = draw(&random, n);

		naive_mark(&graph, from, marked);
		for (uint32_t to = 0; to < n; to++)
			assert_int_equal(graph_leads(&graph, from, to),
					 marked[to]);
		for (uint32_t i = 0; i < n; i++)
			assert_int_equal(graph.nodes[i].flags, 0);
		graph_release(&graph);
	}
}

/* More ways down than can be counted: each commit is looked at once. */
static void test_many_ways(void **state)
{
	enum { RUNGS = 200 };
	struct graph graph = { 0 };

	(void)state;
	for (uint32_t i = 0; i < RUNGS; i++) {
		add(&graph, i, 2);
		for (uint32_t p = 0; i && p < 2; p++)
			graph_parents(&graph, i)[p] = i - 1;
	}
	assert_true(graph_leads(&graph, RUNGS - 1, 0));
	assert_false(graph_leads(&graph, RUNGS - 2, RUNGS - 1));
	graph_mark(&graph, RUNGS - 1, FLAG, 0);
	assert_int_equal(graph.nodes[0].flags, FLAG);
	graph_release(&graph);
}

/* Order */

static void test_topological_empty(void **state)
{
	struct graph graph = { 0 };
	uint32_t *order = graph_topological(&graph);

	(void)state;
	free(order);
}

static void assert_places(const struct graph *graph, const size_t *expected)
{
	uint32_t *places = graph_places(graph);

	for (size_t i = 0; i < graph->n; i++)
		assert_int_equal(places[i], expected[i]);
	free(places);
}

static void test_topological(void **state)
{
	uint32_t random = 2;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct graph graph = { 0 };
		size_t n = random_dag(&graph, &random), place[N_MAX];
		uint32_t *order = graph_topological(&graph);

		memset(place, 0xff, sizeof(place));
		for (size_t i = 0; i < n; i++) {
			assert_true(order[i] < n);
			assert_true(place[order[i]] == SIZE_MAX);
			place[order[i]] = i;
		}
		assert_places(&graph, place);
		for (uint32_t i = 0; i < n; i++)
			for (uint32_t p = 0; p < graph.nodes[i].n_parents;
			     p++) {
				uint32_t to = graph_parents(&graph, i)[p];

				assert_true(to == GRAPH_NONE ||
					    place[to] < place[i]);
			}
		free(order);
		graph_release(&graph);
	}
}

/* As deep as history is: nothing here may recurse. */
static void test_long_chain(void **state)
{
	enum { LONG = 300000 };
	struct graph graph = { 0 };
	uint32_t *order, *from;

	(void)state;
	for (uint32_t i = 0; i < LONG; i++) {
		struct oid oid = { { 0 } };

		memcpy(oid.b, &i, sizeof(i));
		graph_add(&graph, &oid, 1);
		if (i)
			graph_parents(&graph, i)[0] = i - 1;
	}
	graph_mark(&graph, LONG - 1, FLAG, 0);
	assert_int_equal(graph.nodes[0].flags, FLAG);
	assert_true(graph_leads(&graph, LONG - 1, 0));
	assert_false(graph_leads(&graph, 0, LONG - 1));
	order = graph_topological(&graph);
	from = graph_paths(&graph, LONG - 1, FLAG);
	for (uint32_t i = 0; i < LONG; i++) {
		assert_int_equal(order[i], i);
		assert_int_equal(from[i], i + 1 < LONG ? i + 1 : i);
	}
	free(order);
	free(from);
	graph_release(&graph);
}

/* Paths */

static void naive_distances(const struct graph *graph, uint32_t start,
			    uint32_t *far)
{
	for (uint32_t i = 0; i < graph->n; i++)
		far[i] = i == start ? 0 : FAR;
	for (uint32_t d = 0; d < graph->n; d++)
		for (uint32_t i = 0; i < graph->n; i++)
			for (uint32_t p = 0; far[i] == d &&
			     p < graph->nodes[i].n_parents; p++) {
				uint32_t to = graph_parents(graph, i)[p];

				if (to != GRAPH_NONE && far[to] == FAR &&
				    (graph->nodes[to].flags & FLAG))
					far[to] = d + 1;
			}
}

static bool is_parent(const struct graph *graph, uint32_t child, uint32_t node)
{
	for (uint32_t p = 0; p < graph->nodes[child].n_parents; p++)
		if (graph_parents(graph, child)[p] == node)
			return true;
	return false;
}

static void test_paths(void **state)
{
	uint32_t random = 3;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct graph graph = { 0 };
		uint32_t n = (uint32_t)random_dag(&graph, &random);
		uint32_t far[N_MAX], *from, start = draw(&random, n);

		for (uint32_t i = 0; i < n; i++)
			graph.nodes[i].flags = draw(&random, 8) ? FLAG : OTHER;
		from = graph_paths(&graph, start, FLAG);
		naive_distances(&graph, start, far);
		assert_int_equal(from[start], start);
		for (uint32_t i = 0; i < n; i++) {
			if (i == start)
				continue;
			assert_int_equal(from[i] == GRAPH_NONE, far[i] == FAR);
			if (from[i] == GRAPH_NONE)
				continue;
			assert_true(is_parent(&graph, from[i], i));
			assert_int_equal(far[from[i]] + 1, far[i]);
		}
		free(from);
		graph_release(&graph);
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
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
