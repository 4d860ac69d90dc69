/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GATHER_ORIGINS_H
#define GATHER_ORIGINS_H

#include "gather/state.h"

/* Which ref and which merge brought each commit of N; by node. */
struct origins {
	uint32_t *start;		/* index of the start, or GRAPH_NONE */
	uint32_t *via;			/* a merge, or GRAPH_NONE */
};

void origins_init(struct gather *g, struct origins *origins);
void origins_release(struct origins *origins);

#endif
