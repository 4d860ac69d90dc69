/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_LEARNING_H
#define JUDGE_LEARNING_H

#include "facts/pull_commits.h"
#include "rules/rules.h"

/* What one rule says of accepted pulls. */

struct measured_pull {
	const char *tree;		/* NULL: it cannot be told */
	const struct pulled_commit *commits;
	size_t n_commits;
};

struct measure {
	size_t n_pulls, n_commits;	/* of trees that are told */
	size_t n_refused, n_flagged;	/* of these: with an error */
	/*
	 * Commits that change a path of their own tree, as `base` has it,
	 * pushed by another tree instead: one of those that have pulls, by the
	 * commit's name.
	 */
	size_t n_tried, n_caught;
};

/*
 * Adds what a rule of paths finds to a zeroed measure. The measures of several
 * policies with the same trees can be compared if they have the same `base`. -1
 * if the owners of a path cannot be told.
 */
int learning_measure(const struct policy *policy, const struct policy *base,
		     const struct rule *rule,
		     const struct measured_pull *pulls, size_t n,
		     struct measure *measure, struct error *err);

#endif
