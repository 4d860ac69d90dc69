/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/process.h"

/* A shell that runs the script. */
#define SHELL(script) \
	.argv = (const char *const []){ "/bin/sh", "-c", script, NULL }

static void test_output_and_errors(void **state)
{
	struct buf output = BUF_INIT, errors = BUF_INIT;
	const struct process process = {
		SHELL("cat; echo oh >&2; exit 3"), .input = "in",
		.input_len = 2, .output = &output, .errors = &errors,
	};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(process_run(&process, &status, &err), 0);
	assert_int_equal(status, 3);
	assert_string_equal(buf_str(&output), "in");
	assert_string_equal(buf_str(&errors), "oh\n");
	buf_release(&output);
	buf_release(&errors);
}

/* More than a pipe holds, on both streams. */
static void test_much_of_both(void **state)
{
	struct buf output = BUF_INIT, errors = BUF_INIT;
	const struct process process = {
		SHELL("head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"),
		.output = &output, .errors = &errors,
	};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(process_run(&process, &status, &err), 0);
	assert_int_equal(output.len, 300000);
	assert_int_equal(errors.len, 4096);
	buf_release(&output);
	buf_release(&errors);
}

static void check_fails(const char *script, const char *wanted)
{
	const struct process process = { SHELL(script) };
	struct error err;

	assert_int_equal(process_check(&process, "it", &err), -1);
	assert_string_equal(err.msg, wanted);
}

static void test_failures(void **state)
{
	const struct process good = { SHELL("echo warning >&2") };
	const struct process none = {
		.argv = (const char *const []){ "/nonexistent", NULL } };
	struct error err;

	(void)state;
	assert_int_equal(process_check(&good, "it", &err), 0);
	check_fails("exit 1", "it failed (exit status 1)");
	check_fails("echo >&2; exit 1", "it failed (exit status 1)");
	check_fails("printf '\\n a \\nb\\n' >&2; exit 2",
		    "it failed (exit status 2): a  b");
	check_fails("kill -9 $$", "it failed (exit status 137)");
	assert_int_equal(process_check(&none, "it", &err), -1);
	assert_non_null(strstr(err.msg, "cannot run /nonexistent: No such"));
}

static void test_long_errors(void **state)
{
	const struct process process = {
		SHELL("printf %0600d 7 >&2; exit 1") };
	struct error err;

	(void)state;
	assert_int_equal(process_check(&process, "it", &err), -1);
	assert_int_equal(strlen(err.msg),
			 strlen("it failed (exit status 1): ") + 400 + 3);
	assert_non_null(strstr(err.msg, "000..."));
}

static enum error_kind kind_of(const char *script)
{
	const struct process process = { SHELL(script) };
	struct error err;

	assert_int_equal(process_check(&process, "it", &err), -1);
	return err.kind;
}

/* Whether rights may be why a program or a file failed. */
static void test_kinds(void **state)
{
	const struct process none = {
		.argv = (const char *const []){ "/nonexistent", NULL },
	};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(kind_of("exit 1"), ERROR_OTHER);
	assert_int_equal(kind_of("exit 126"), ERROR_ACCESS);
	assert_int_equal(kind_of("exit 127"), ERROR_ACCESS);
	assert_int_equal(kind_of("echo a: Permission denied >&2; exit 1"),
			 ERROR_ACCESS);
	assert_int_equal(process_run(&none, &status, &err), -1);
	assert_int_equal(err.kind, ERROR_ACCESS);
	errno = EACCES;
	error_errno(&err, "%s", "file");
	assert_string_equal(err.msg, "file: Permission denied");
	assert_int_equal(err.kind, ERROR_ACCESS);
	error_wrap(&err, "here");
	assert_string_equal(err.msg, "here: file: Permission denied");
	assert_int_equal(err.kind, ERROR_ACCESS);
	errno = ENOENT;
	error_errno(&err, "%s", "file");
	assert_string_equal(err.msg, "file: No such file or directory");
	assert_int_equal(err.kind, ERROR_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_errors),
		cmocka_unit_test(test_much_of_both),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_long_errors),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
