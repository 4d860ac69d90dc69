/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_PULL_VERDICTS_H
#define JUDGE_PULL_VERDICTS_H

#include "facts/merged_pulls.h"
#include "judge/run.h"

/* Judges merged pulls, each as a push of the tree from which it came. */

struct pull_verdicts_in {
	const struct merged_pulls *pulls;
	const struct oid_list *excluded;	/* commits of no pull */
	time_t now;
	bool fingerprints;		/* find those of the findings */
};

/*
 * Fills an array of as many verdicts as there are pulls, in their order, which
 * the caller has initialised and releases. N of a pull are the commits that its
 * first parent lacks; what came into this repository later is not looked at. A
 * pull whose tree cannot be told is not judged: its commits are only counted.
 * -1 if one cannot be judged: `err` names its merge.
 */
int pull_verdicts_find(struct judge *judge, const struct pull_verdicts_in *in,
		       struct verdict *verdicts, struct error *err);

#endif
