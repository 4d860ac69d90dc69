/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_COMMAND_H
#define GIT_COMMAND_H

#include "base/process.h"
#include "base/scratch.h"
#include "git/repo.h"

/*
 * Runs git on the repository's objects (including a push's quarantine), without
 * work tree, settings, attributes, replace refs and grafts. git writes to the
 * scratch directory. `args` end with NULL; `process` says where input and
 * output are, and how long git may take. Its processor time counts as work of
 * the push (repo_work()). Any exit status but 0 is an error that shows what git
 * wrote to standard error.
 */
int git_run(struct repo *repo, struct scratch *scratch,
	    const char *const *args, struct process *process,
	    struct error *err);

#endif
