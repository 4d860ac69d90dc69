/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_FIND_POLICY_H
#define CLI_FIND_POLICY_H

#include "base/error.h"
#include "cli/cli.h"
#include "cli/hook_input.h"
#include "judge/run.h"
#include "git/repo.h"
#include "policy/policy.h"

/*
 * Which policy judges here.
 */

enum { MAX_POLICY = 16 << 20 };		/* bytes */

/* Where the policy was found. */
struct policy_source {
	char *where;		/* "--policy", "git config treaty.policy", ... */
	char *label;		/* the file, or <ref>:<path> */
	struct oid commit;	/* that has the <path>; zero for a file */
	struct repo *repo;	/* borrowed; NULL for a file */
};

void policy_source_release(struct policy_source *source);

/*
 * Reads the files that the policy names, relative to where it is itself: in its
 * directory, or in the commit that has it. Borrows the source.
 */
struct key_source policy_source_keys(struct policy_source *source);

/*
 * Finds the policy's text: --policy, git config treaty.policy or
 * treaty.policyBlob (the one nearer to the repository; both in one file is an
 * error), the system's file. `repo` may be NULL: then only the first and the
 * last. `push` (NULL where there is none) is what pre-push was told: a ref that
 * is pushed is read as the remote has it, for no push judges itself.
 */
int policy_find(struct repo *repo, const struct options *options,
		const struct push *push, struct policy_source *source,
		struct buf *text, struct error *err);

/*
 * Parses the policy as it is valid today; see policy_parse() and
 * waivers_check(). What is wrong is added to `diags`; NULL with any error.
 */
struct policy *policy_read(const char *label, const struct buf *text,
			   struct diags *diags);

/*
 * Reads the policy. Where it has errors, all are printed to standard error,
 * and `err` says that they were.
 */
struct policy *policy_load(struct repo *repo, const struct options *options,
			   const struct push *push,
			   struct policy_source *source, struct error *err);

/* Prints "file:line: error: sentence" for each to standard error. */
void diags_print(const char *label, const struct diags *diags);

/* The same of one. */
void diag_print(const char *label, const struct diag *diag);

#endif
