/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/scratch.h"

enum { BROKEN = 128 };

static char said[200];

static int broken(void *ctx, const char *why)
{
	(void)ctx;
	snprintf(said, sizeof(said), "%s", why);
	return BROKEN;
}

static int run(int (*work)(void *ctx), void *ctx, unsigned int limit)
{
	const struct supervised s = { work, NULL, ctx, limit, broken };

	said[0] = '\0';
	return supervise(&s);
}

/* A pipe that everything started here inherits: its end is theirs. */
static int leash[2];

static int open_leash(void **state)
{
	(void)state;
	return pipe(leash);
}

/* Whether nobody but us holds the pipe's end any more. */
static bool all_gone(void)
{
	char c;

	close(leash[1]);
	return read(leash[0], &c, 1) == 0;
}

static int answer(void *ctx)
{
	return *(int *)ctx;
}

static void gives_the_answer(void **state)
{
	(void)state;
	for (int status = 0; status <= 129; status += status ? 127 : 1) {
		assert_int_equal(run(answer, &status, 0), status);
		assert_string_equal(said, "");
	}
}

static int die(void *ctx)
{
	raise(*(int *)ctx);
	return 0;
}

static void says_which_signal(void **state)
{
	int signals[] = { SIGKILL, SIGTERM, SIGPIPE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		char *words = xasprintf("by signal %d ", signals[i]);

		assert_int_equal(run(die, &signals[i], 0), BROKEN);
		assert_non_null(strstr(said, words));
		free(words);
	}
}

static int hang(void *ctx)
{
	(void)ctx;
	for (;;)
		pause();
	return 0;
}

static void ends_what_hangs(void **state)
{
	(void)state;
	assert_int_equal(run(hang, NULL, 1), BROKEN);
	assert_non_null(strstr(said, "longer than 1 seconds"));
	assert_true(all_gone());
}

static int set_limit_and_hang(void *ctx)
{
	struct error err;

	return supervisor_limit(1, 0, &err) ? 1 : hang(ctx);
}

static void takes_the_works_own_limit(void **state)
{
	(void)state;
	assert_int_equal(run(set_limit_and_hang, NULL, 1000), BROKEN);
	assert_non_null(strstr(said, "longer than 1 seconds"));
}

/* Leaves a grandchild that is deaf and in a group of its own. */
static int leave_running(void *ctx)
{
	if (!fork()) {
		setpgid(0, 0);
		signal(SIGTERM, SIG_IGN);
		if (!fork())
			hang(NULL);
		hang(NULL);
	}
	return *(int *)ctx;
}

static void leaves_nothing_running(void **state)
{
	int status = 1;

	(void)state;
	assert_int_equal(run(leave_running, &status, 0), 1);
	assert_string_equal(said, "");
	assert_true(all_gone());
}

static int scratch_and_die(void *ctx)
{
	struct scratch scratch = { 0 };
	struct error err;

	if (scratch_write(&scratch, "file", "x", 1, &err))
		return 1;
	if (!fork()) {
		struct scratch more = { 0 };

		_exit(scratch_open(&more, &err) ? 1 : 0);
	}
	wait(NULL);
	return die(ctx);
}

static void leaves_no_scratch(void **state)
{
	char dir[] = "/tmp/test_supervisor.XXXXXX";
	int sig = SIGKILL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("TMPDIR", dir, 1);
	assert_int_equal(run(scratch_and_die, &sig, 0), BROKEN);
	assert_int_equal(rmdir(dir), 0);
	unsetenv("TMPDIR");
}

static int signal_parent_and_hang(void *ctx)
{
	kill(getppid(), *(int *)ctx);
	return hang(NULL);
}

static void ends_when_told(void **state)
{
	int signals[] = { SIGTERM, SIGHUP, SIGINT };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		assert_int_equal(run(signal_parent_and_hang, &signals[i], 0),
				 BROKEN);
		assert_non_null(strstr(said, "the hook was ended by signal"));
	}
	assert_true(all_gone());
}

static int take_memory(void *ctx)
{
	size_t size = 64 << 20;
	struct error err;

	(void)ctx;
	close(STDERR_FILENO);
	if (supervisor_limit(0, size / 2, &err))
		return 1;
	memset(xmalloc(size), 1, size);
	return 0;
}

static void limits_memory(void **state)
{
	(void)state;
#if defined(TREATY_SANITIZE)
	skip();
#endif
	assert_int_equal(run(take_memory, NULL, 0), 128);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_answer),
		cmocka_unit_test(says_which_signal),
		cmocka_unit_test_setup(ends_what_hangs, open_leash),
		cmocka_unit_test(takes_the_works_own_limit),
		cmocka_unit_test_setup(leaves_nothing_running, open_leash),
		cmocka_unit_test(leaves_no_scratch),
		cmocka_unit_test_setup(ends_when_told, open_leash),
		cmocka_unit_test(limits_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
