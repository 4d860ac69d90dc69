/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_WAIVE_H
#define RULES_WAIVE_H

#include <time.h>

#include "rules/verdict.h"

/*
 * Finds the waiver of each finding about `tree`, the first of the policy that
 * has not ended and covers it. A waived finding stays in the verdict and counts
 * as `n_waived`, not by its severity. Call it once, when all findings are in.
 */
void verdict_waive(struct verdict *verdict, const struct tree *tree,
		   time_t now);

/*
 * Appends a [waiver] section that would cover the findings, which are of one
 * rule; its last day is 30 days from now. Appends nothing where no waiver
 * could.
 */
void waiver_suggest(struct finding *const *findings, size_t n,
		    const char *tree, time_t now, struct buf *out);

#endif
