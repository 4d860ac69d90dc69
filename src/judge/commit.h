/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_COMMIT_H
#define JUDGE_COMMIT_H

#include "facts/brought_by.h"
#include "facts/state.h"
#include "rules/verdict.h"

/*
 * Gathers what there is to know of one commit of N and has the rules judge it.
 * Its paths are gathered always, its text and what few policies ask for only
 * where a rule wants them. Errors are in `g->err`.
 */
int gather_judge_commit(struct gather *g, const struct facts *facts,
			const struct brought_by *brought_by, uint32_t node,
			struct verdict *verdict);

#endif
