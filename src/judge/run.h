/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_RUN_H
#define JUDGE_RUN_H

#include "base/error.h"
#include "git/repo.h"
#include "rules/verdict.h"
#include "policy/policy.h"

/*
 * From a push, or from branches that exist, to the facts, and from them to the
 * verdict. N is what git-treaty-rules(7) says under WHAT IS JUDGED.
 */

enum judge_mode {
	JUDGE_SERVER,		/* pre-receive and update */
	JUDGE_CLIENT,		/* pre-push */
	JUDGE_AUDIT,
};

struct ref_update {
	char *name;		/* full; of an audit, how the revision is called */
	struct oid old, new;	/* zero: not there before, deleted */
};

/*
 * Where the files that the policy names (`keyring`) are read: appends one to
 * `out`; more than `limit` bytes is an error.
 */
struct key_source {
	int (*read)(void *ctx, const char *name, size_t limit, struct buf *out,
		    struct error *err);
	void *ctx;
};

struct judge_input {
	enum judge_mode mode;
	const struct ref_update *updates;	/* of an audit: `new` only */
	size_t n_updates;
	const struct oid *excluded;		/* of an audit: not these */
	size_t n_excluded;
	const char *remote, *url;		/* of a client: where to */
	/* Told now and then how many commits are judged; may be NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *progress_ctx;
	struct key_source keys;
	bool lists_tags;		/* of an audit: the shared ones */
};

/*
 * Judges the input as a push to `tree`. `verdict` is initialised by the
 * caller. -1 where it cannot be decided.
 */
int judge_run(struct repo *repo, const struct policy *policy,
		     const struct tree *tree, const struct judge_input *input,
		     struct verdict *verdict, struct error *err);

/*
 * What an audit without revisions looks at: all governed branches and all
 * tags, integration trees' refs apart. Borrows the names of `refs`; the caller
 * frees the array.
 */
struct ref_update *judge_everything(const struct policy *policy,
				     const struct tree *tree,
				     const struct repo_refs *refs, size_t *n);

#endif
