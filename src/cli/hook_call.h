/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_HOOK_CALL_H
#define CLI_HOOK_CALL_H

#include "base/buf.h"
#include "base/error.h"
#include "cli/place.h"

/* What all hooks do first, and say when they fail. */

/* Says why the push is refused undecided; gives the exit status. */
int hook_undecided(const char *why);

/* The same, with what to do if the sandbox may be the reason. */
int hook_failed(const struct place *place, const struct error *err);

/* Reads standard input to its end. */
int hook_read_input(struct buf *input, struct error *err);

/*
 * Runs the hook that was here before, with these arguments and this input: its
 * refusal is ours. Gives an exit status; says what is wrong.
 */
int hook_run_kept(const struct command *command, const struct options *options,
		  int argc, char **argv, const struct buf *input);

#endif
