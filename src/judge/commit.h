/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_COMMIT_H
#define JUDGE_COMMIT_H

#include "facts/brought_by.h"
#include "facts/state.h"
#include "rules/verdict.h"

/*
 * Finds what the rules need to know of one commit of N and has them judge it.
 * Errors are in `g->err`.
 */
int gather_judge_commit(struct gather *g, const struct facts *facts,
			const struct brought_by *brought_by, uint32_t node,
			struct verdict *verdict);

#endif
