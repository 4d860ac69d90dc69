/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_LIMITS_H
#define CLI_LIMITS_H

#include "git/repo.h"

/* How long a hook may judge before its repository says otherwise: seconds. */
enum { DEFAULT_TIME_LIMIT = 120 };

/*
 * Sets the limits of a supervised hook (base/supervisor.h) to what
 * treaty.timeLimit (seconds) and treaty.memoryLimit (bytes, with k, m or g)
 * say, or to 120 seconds and 1 GiB; 0 means no limit. The work that the
 * repository allows (repo_limit_work()) is in proportion to the seconds. -1 if
 * one of them is no number.
 */
int limits_apply(struct repo *repo, struct error *err);

/*
 * Puts a hook of a server into its sandbox (base/sandbox.h), unless
 * treaty.sandbox is false: from now on it can write only scratch files, and
 * below treaty/ in the repository, and run only git, gpgv and ssh-keygen. Hooks
 * of a client belong to the user whom they judge, and may run ssh. -1 if the
 * setting is neither true nor false.
 */
int limits_confine(struct repo *repo, struct error *err);

/* Whether treaty.sandbox is not false; the same error. */
int limits_want_sandbox(struct repo *repo, bool *wanted, struct error *err);

#endif
