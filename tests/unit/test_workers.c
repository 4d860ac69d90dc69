/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/workers.h"

enum { NEVER = 1000000 };

struct plan {
	size_t slow, fail, die, refuse;	/* pieces that do so */
	size_t fail_from;		/* this one, and all after it */
	size_t big;			/* bytes of each result */
	size_t taken;
	bool is_parent;
};

static int work(void *ctx, size_t piece, size_t end, struct buf *result,
		struct error *err)
{
	struct plan *plan = ctx;

	if (end <= piece)
		return error_set(err, "the run ends before piece %zu", piece);
	plan->is_parent = false;
	if (piece == plan->slow)
		usleep(50000);
	if (piece == plan->die)
		raise(SIGKILL);
	if (piece == plan->fail || piece >= plan->fail_from)
		return error_access(err, "piece %zu cannot be done", piece);
	buf_addf(result, "%zu:", piece);
	for (size_t i = 0; i < plan->big; i++)
		buf_addch(result, (char)('a' + (piece + i) % 26));
	return 0;
}

static int take(void *ctx, size_t piece, const char *result, size_t len,
		struct error *err)
{
	struct plan *plan = ctx;
	struct buf expected = BUF_INIT;
	struct error ignored;

	if (piece == plan->refuse)
		return error_set(err, "not wanted");
	assert_true(plan->is_parent);
	assert_int_equal(piece, plan->taken++);
	assert_int_equal(work(plan, piece, piece + 1, &expected,
			      &ignored), 0);
	plan->is_parent = true;
	assert_int_equal(len, expected.len);
	assert_memory_equal(result, expected.ptr, len);
	buf_release(&expected);
	return 0;
}

static struct plan a_plan(void)
{
	return (struct plan){ NEVER, NEVER, NEVER, NEVER, NEVER, 0, 0, true };
}

static int run(struct plan *plan, size_t n, size_t n_workers,
	       struct error *err)
{
	const struct workers_job job = { n, work, take, plan };
	int rc = workers_run(&job, n_workers, err);

	/* Nobody is left. */
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
	return rc;
}

static void test_order(void **state)
{
	struct error err;

	(void)state;
	for (size_t n_workers = 1; n_workers <= 4; n_workers++)
		for (size_t n = 0; n < 20; n++) {
			struct plan plan = a_plan();

			plan.slow = n == 5 ? 0 : NEVER;
			assert_int_equal(run(&plan, n, n_workers, &err), 0);
			assert_int_equal(plan.taken, n);
		}
}

/* More than a pipe holds, and kept while the first piece takes its time. */
static void test_big(void **state)
{
	struct plan plan = a_plan();
	struct error err;

	(void)state;
	plan.big = 300000;
	plan.slow = 0;
	assert_int_equal(run(&plan, 12, 3, &err), 0);
	assert_int_equal(plan.taken, 12);
}

/* Who has nothing left to do helps the one who has: that is quicker. */
static void test_help(void **state)
{
	struct plan plan = a_plan();
	struct error err;

	(void)state;
	plan.slow = 0;
	for (int i = 0; i < 20; i++) {
		plan.taken = 0;
		assert_int_equal(run(&plan, 400, 4, &err), 0);
		assert_int_equal(plan.taken, 400);
	}
}

/* The first in order is told, though others failed before it did. */
static void test_failures(void **state)
{
	(void)state;
	for (size_t fail = 0; fail < 8; fail++) {
		struct plan plan = a_plan();
		struct error err;
		char wanted[64];

		plan.fail_from = fail;
		plan.slow = fail;
		assert_int_equal(run(&plan, 8, 4, &err), -1);
		assert_int_equal(plan.taken, fail);
		snprintf(wanted, sizeof(wanted), "piece %zu cannot be done",
			 fail);
		assert_string_equal(err.msg, wanted);
	}
}

static void test_failure(void **state)
{
	struct plan plan = a_plan();
	struct error err;

	(void)state;
	plan.fail = 7;
	plan.big = 100000;
	assert_int_equal(run(&plan, 30, 2, &err), -1);
	assert_int_equal(plan.taken, 7);
	assert_string_equal(err.msg, "piece 7 cannot be done");
	assert_int_equal(err.kind, ERROR_ACCESS);
}

static void test_death(void **state)
{
	struct error err;

	(void)state;
	for (size_t die = 0; die < 6; die++) {
		struct plan plan = a_plan();

		plan.die = die;
		assert_int_equal(run(&plan, 6, 2, &err), -1);
		assert_in_range(plan.taken, 0, die);
		assert_string_equal(err.msg, "a worker process died");
	}
}

static void test_refused(void **state)
{
	struct plan plan = a_plan();
	struct error err;

	(void)state;
	plan.refuse = 3;
	plan.big = 100000;
	assert_int_equal(run(&plan, 30, 2, &err), -1);
	assert_string_equal(err.msg, "not wanted");
}

static int tell_useful(void *ctx, size_t piece, size_t end,
		       struct buf *result, struct error *err)
{
	(void)ctx;
	(void)piece;
	(void)end;
	(void)err;
	buf_addf(result, "%zu", workers_useful());
	return 0;
}

static int take_one(void *ctx, size_t piece, const char *result, size_t len,
		    struct error *err)
{
	(void)ctx;
	(void)piece;
	(void)len;
	(void)err;
	assert_string_equal(result, "1");
	return 0;
}

static void test_useful(void **state)
{
	const struct workers_job job = { 3, tell_useful, take_one, NULL };
	struct error err;

	(void)state;
	assert_in_range(workers_useful(), 1, 8);
	assert_int_equal(workers_run(&job, 2, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_big),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_death),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_useful),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
