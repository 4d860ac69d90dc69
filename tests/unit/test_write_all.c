/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/write_all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* A disk that is full takes a part first, which is no error of its own. */
static void test_full_disk(void **state)
{
	struct rlimit old, limit;
	FILE *file = tmpfile();
	bool done;
	int why;

	(void)state;
	assert_non_null(file);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = (struct rlimit){ 4, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	errno = 0;
	done = write_all(fileno(file), "abcdef", 6);
	why = errno;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_false(done);
	assert_int_equal(why, EFBIG);
	assert_int_equal(lseek(fileno(file), 0, SEEK_END), 4);
	assert_true(write_all(fileno(file), "", 0));
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
