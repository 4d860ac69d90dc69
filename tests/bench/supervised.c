/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "base/supervisor.h"

/*
 * supervised [--not]: does nothing, in a supervised process or in its own: what
 * the supervisor costs a hook.
 */
static int work(void *ctx)
{
	(void)ctx;
	return 0;
}

static int broken(void *ctx, const char *why)
{
	(void)ctx;
	(void)why;
	return 2;
}

int main(int argc, char **argv)
{
	const struct supervised nothing = {
		.work = work, .time_limit = 10, .broken = broken,
	};

	return argc > 1 && !strcmp(argv[1], "--not") ? work(NULL) :
						       supervise(&nothing);
}
