/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/errand.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int answer(void *ctx, struct buf *out, struct error *err)
{
	(void)err;
	for (int i = 0; i < 100000; i++)
		buf_addstr(out, ctx);
	return 0;
}

static int say_nothing(void *ctx, struct buf *out, struct error *err)
{
	(void)ctx;
	(void)out;
	(void)err;
	return 0;
}

static int refuse(void *ctx, struct buf *out, struct error *err)
{
	buf_addstr(out, "half of it");
	return error_set(err, "no %s", (const char *)ctx);
}

static int die(void *ctx, struct buf *out, struct error *err)
{
	(void)ctx;
	(void)out;
	(void)err;
	return raise(SIGKILL);
}

static void test_answer(void **state)
{
	char abc[] = "abc";
	struct buf out = BUF_INIT;
	struct errand errand = { 0 };
	struct error err;

	(void)state;
	buf_addstr(&out, "x");
	assert_int_equal(errand_start(&errand, "try it", answer, abc, &err), 0);
	assert_int_equal(errand_run(&errand, &out, &err), 0);
	assert_int_equal(out.len, 300001);
	assert_memory_equal(out.ptr, "xabcabc", 7);
	errand_release(&errand);
	buf_reset(&out);
	assert_int_equal(errand_start(&errand, "try it", say_nothing, NULL,
				      &err), 0);
	assert_int_equal(errand_run(&errand, &out, &err), 0);
	assert_int_equal(out.len, 0);
	errand_release(&errand);
	buf_release(&out);
}

static void test_failure(void **state)
{
	char luck[] = "luck";
	struct buf out = BUF_INIT;
	struct errand errand = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(errand_start(&errand, "try it", refuse, luck, &err), 0);
	assert_int_equal(errand_run(&errand, &out, &err), -1);
	assert_string_equal(err.msg, "no luck");
	assert_string_equal(buf_str(&out), "");
	errand_release(&errand);
	assert_int_equal(errand_start(&errand, "try it", die, NULL, &err), 0);
	assert_int_equal(errand_run(&errand, &out, &err), -1);
	assert_string_equal(err.msg, "the process that was to try it died");
	errand_release(&errand);
	buf_release(&out);
}

static int tell(void *ctx, struct buf *out, struct error *err)
{
	const int *fd = ctx;

	(void)out;
	(void)err;
	return write(*fd, "x", 1) == 1 ? 0 : -1;
}

/* It ends when nobody will ask any more, and has done nothing. */
static void test_not_asked(void **state)
{
	struct errand errand = { 0 };
	struct error err;
	int ends[2];
	char byte;

	(void)state;
	errand_release(&errand);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(errand_start(&errand, "try it", tell, &ends[1], &err),
			 0);
	errand_release(&errand);
	assert_int_equal(errand.pid, 0);
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
