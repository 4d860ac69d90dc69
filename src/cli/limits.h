/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_LIMITS_H
#define CLI_LIMITS_H

#include "cli/place.h"

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
 * Puts a hook into its sandbox (base/sandbox.h), unless treaty.sandbox is
 * false: from now on it can read only the repository with its alternates, the
 * keys of the policy and what belongs to the system, write only scratch files
 * and below treaty/ in the repository, and run only git, gpgv and ssh-keygen.
 * It can also read and run what treaty.sandboxPath names. git's config is read
 * for the last time. -1 if a setting cannot be used, or if the config cannot be
 * read.
 */
int limits_confine(struct place *place, struct error *err);

/* Whether treaty.sandbox is not false; the same error. */
int limits_want_sandbox(struct repo *repo, bool *wanted, struct error *err);

#endif
