/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/progress.h"

static void on_step(void *ctx)
{
	++*(int *)ctx;
}

static void test_steps(void **state)
{
	struct progress *p = progress_new();
	int n = 0;

	(void)state;
	assert_non_null(p);
	assert_null(p->step);
	p->begun = on_step;
	p->ctx = &n;
	progress_step(p, "Looking", 12);
	progress_done(p, 5);
	progress_done(p, 2);
	progress_commit(p);
	progress_signature(p);
	progress_wait(p, "log");
	assert_string_equal(p->step, "Looking");
	assert_int_equal(p->total, 12);
	assert_int_equal(p->done, 7);
	assert_int_equal(p->commits, 1);
	assert_int_equal(p->signatures, 1);
	assert_string_equal(p->command, "log");
	progress_wait(p, NULL);
	progress_step(p, "Judging", 0);
	assert_int_equal(p->total + p->done + p->commits + p->signatures, 0);
	assert_null(p->command);
	assert_int_equal(n, 2);
	progress_free(p);
}

static void test_workers(void **state)
{
	struct progress *p = progress_new();
	pid_t pid;

	(void)state;
	progress_step(p, "Judging", 3);
	pid = fork();
	if (!pid) {
		progress_done(p, 2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	progress_done(p, 1);
	assert_int_equal(p->done, 3);
	progress_free(p);
}

static void test_nobody_looks(void **state)
{
	(void)state;
	progress_step(NULL, "Judging", 3);
	progress_done(NULL, 1);
	progress_commit(NULL);
	progress_signature(NULL);
	progress_wait(NULL, "log");
	progress_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_workers),
		cmocka_unit_test(test_nobody_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
