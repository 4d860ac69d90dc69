/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_BROUGHT_BY_H
#define FACTS_BROUGHT_BY_H

#include "facts/state.h"

/* Which ref and which merge brought each commit of N; by node. */
struct brought_by {
	uint32_t *start;		/* index of the start, or DAG_NONE */
	uint32_t *via;			/* a merge, or DAG_NONE */
};

void brought_by_init(struct gather *g, struct brought_by *brought_by);
void brought_by_release(struct brought_by *brought_by);

#endif
