/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_RUN_H
#define JUDGE_RUN_H

#include <time.h>

#include "base/error.h"
#include "facts/request.h"
#include "facts/signers.h"
#include "git/repo.h"
#include "rules/verdict.h"
#include "policy/policy.h"

/*
 * From a push, or from branches that exist, to the facts, and from them to the
 * verdict. N is what git-treaty-rules(7) says under WHAT IS JUDGED.
 */

struct judge_input {
	struct request request;
	/* Told now and then how many commits are judged; may be NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *progress_ctx;
	struct key_source keys;
	bool lists_tags;		/* of an audit: the shared ones */
	time_t now;			/* which waivers have ended */
};

/*
 * Judges the input as a push to `tree`. `verdict` is initialised by the
 * caller. -1 where it cannot be decided.
 */
int judge_run(struct repo *repo, const struct policy *policy,
		     const struct tree *tree, const struct judge_input *input,
		     struct verdict *verdict, struct error *err);

#endif
