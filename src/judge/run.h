/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_RUN_H
#define JUDGE_RUN_H

#include <time.h>

#include "base/error.h"
#include "facts/request.h"
#include "facts/signers.h"
#include "git/merge.h"
#include "git/repo.h"
#include "policy/policy.h"
#include "rules/verdict.h"

/*
 * Judges a push, or existing history: finds the facts, and asks the rules for
 * the verdict. For N see WHAT IS JUDGED in git-treaty-rules(7).
 */

struct judge_input {
	struct request request;
	bool lists_tags;		/* of an audit: the shared ones */
	time_t now;			/* which waivers have ended */
	bool fingerprints;		/* find those of the findings */
	bool refs_only;			/* ask only what rules say of refs */
	/*
	 * Told each shared tag of the repository that may still change, and
	 * whose commits a branch of the push gets; may be NULL.
	 */
	void (*merges_draft)(void *ctx, const char *ref,
			     const struct oid *oid);
	void *merges_ctx;
	/*
	 * Told each tag of this repository, of a client's, that makes commits
	 * of the push legitimate although nobody knows whether the other side
	 * has it; may be NULL.
	 */
	void (*relies_on)(void *ctx, const char *ref, bool is_signed);
	void *relies_ctx;
};

/*
 * What one judgement after the other is made with: the policy's keys and what
 * their signatures were found to say, and the objects of merges that were made
 * again. It stays until the repository is asked for nothing more.
 */
struct judge {
	struct repo *repo;
	const struct policy *policy;
	struct scratch scratch;
	struct merge_scratch merges;
	struct signers signers;
};

/* Borrows everything. */
void judge_init(struct judge *judge, struct repo *repo,
		const struct policy *policy, const struct key_source *keys);
void judge_release(struct judge *judge);

/*
 * Judges the input as a push to `tree`. The caller initialises and releases
 * `verdict`. Returns -1 if the input cannot be judged.
 */
int judge_run(struct judge *judge, const struct tree *tree,
	      const struct judge_input *input, struct verdict *verdict,
	      struct error *err);

#endif
