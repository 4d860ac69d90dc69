/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_FIND_POLICY_H
#define CLI_FIND_POLICY_H

#include "base/error.h"
#include "cli/cli.h"
#include "cli/hook_input.h"
#include "git/repo.h"
#include "judge/run.h"
#include "policy/policy.h"

/* Finds and reads the policy. */

enum { MAX_POLICY = 16 << 20 };		/* bytes */

/* Where the policy was found. */
struct policy_source {
	char *where;		/* "--policy", "treaty.policy", ... */
	char *label;		/* the file, or <ref>:<path> */
	struct oid commit;	/* that has the <path>; zero for a file */
	struct repo *repo;	/* that has the commit, borrowed; or NULL */
	char *ref;		/* that it was read from; or NULL */
};

void policy_source_release(struct policy_source *source);

/*
 * Reads the files that the policy names, relative to where it is itself: in its
 * directory, or in the commit that has it. Borrows the source.
 */
struct key_source policy_source_keys(struct policy_source *source);

/* Adds to `files` those outside of the repository that hold keys. */
void policy_source_files(const struct policy_source *source,
			 const struct policy *policy, struct strings *files);

/*
 * Finds the policy's text: --policy, git config treaty.policy or
 * treaty.policyBlob (the one closer to the repository; both in one file are an
 * error), or the system's file. If `repo` is NULL, only the first and the last.
 * `push` (or NULL) is a hook's input: a ref that is pushed is read as it was
 * before the push, so that no push changes its own policy.
 */
int policy_find(struct repo *repo, const struct options *options,
		const struct push *push, struct policy_source *source,
		struct buf *text, struct error *err);

/*
 * Parses the policy as it is valid today, and takes its text over; see
 * policy_take() and waivers_check(). What is wrong is added to `diags`; NULL
 * with any error.
 */
struct policy *policy_read(const char *label, struct buf *text,
			   struct diags *diags);

/*
 * Reads the policy. Prints all errors in it to standard error; `err` then says
 * only how many there are.
 */
struct policy *policy_load(struct repo *repo, const struct options *options,
			   const struct push *push,
			   struct policy_source *source, struct error *err);

/*
 * Whether the push, if it is let in, leaves the policy's ref without a policy
 * that can be used, so that all later pushes are refused. Prints the errors of
 * the new policy; `why` says the rest.
 */
bool policy_is_broken_by(const struct policy_source *source,
			 const struct push *push, struct error *why);

/* Prints "file:line: error: sentence" for each to standard error. */
void diags_print(const char *label, const struct diags *diags);

/* The same for one problem. */
void diag_print(const char *label, const struct diag *diag);

#endif
