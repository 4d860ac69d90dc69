/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PREVIOUS_HOOK_H
#define CLI_PREVIOUS_HOOK_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Runs the hook that was here before ours, if it still is and may be executed,
 * with the same input, arguments and environment. `*status` is its exit
 * status, 0 where there is none. -1 where it cannot be run.
 */
int previous_hook_run(const char *path, int argc, char **argv,
	      const struct buf *input, int *status, struct error *err);

#endif
