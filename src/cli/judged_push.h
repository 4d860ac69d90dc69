/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_JUDGED_PUSH_H
#define CLI_JUDGED_PUSH_H

#include <sys/types.h>

#include "base/error.h"
#include "base/oid.h"
#include "git/repo.h"

/*
 * What a push that was let in rests on and another push may change before git
 * writes its refs: drafts of other trees that its branches merge. pre-receive
 * and update remember them, reference-transaction asks for them. Both are
 * started by the git process that takes the push, and its id, `pid`, names the
 * record, a file below treaty/ in the repository. A second file remembers the
 * policy for update, which git runs again for each ref.
 */

/*
 * Forgets what processes that are gone left, and, where the push is new, one
 * that had the id `pid` before.
 */
void judged_push_begin(struct repo *repo, pid_t pid, bool is_new);

/* Remembers a ref and its value. */
int judged_push_note(struct repo *repo, pid_t pid, const char *ref,
		     const struct oid *oid, struct error *err);

/* Whether anything is noted of a repository with this common directory. */
bool judged_push_is_noted(const char *common_dir, pid_t pid);

/*
 * An error that names the first ref whose value is another now, or that is
 * being changed.
 */
int judged_push_check(struct repo *repo, pid_t pid, struct error *err);

/*
 * Whether the process is `git-receive-pack` or `git receive-pack`; false if
 * that cannot be told.
 */
bool takes_push(pid_t pid);

/*
 * The commit with the policy, `now` at `ref`, as it was when the push began: a
 * policy that an earlier ref of the same push brought judges no later one. The
 * first call of a push remembers it. `pid` may also be that of a program that
 * the process that takes the push has started. It is an error if /proc does not
 * tell that process from an earlier one with its id.
 */
int judged_push_policy(struct repo *repo, pid_t pid, const char *ref,
		       const struct oid *now, struct oid *then,
		       struct error *err);

/* Forgets everything. */
void judged_push_forget_all(struct repo *repo);

#endif
