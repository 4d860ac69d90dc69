/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_OTHERS_H
#define FACTS_OTHERS_H

#include "facts/equal_patches.h"
#include "facts/mentions.h"
#include "facts/original_history.h"

/*
 * Where commits that may be originals of ours are, and where to put what is
 * found. Everything is borrowed.
 */
struct others {
	struct repo *repo;
	const struct original_history *history;
	struct equal_patches *patches;	/* has all of ours */
	struct reverts *reverts;
};

/*
 * Looks at n commits of `history`, given by their nodes; none is a merge. Adds
 * those that may be equal to one of ours to `patches`, in this order, and what
 * they revert to `reverts`. Shares many out among processes. -1 if one cannot
 * be read, or the push makes too much work (repo_work()).
 */
int others_look(const struct others *others, const uint32_t *nodes, size_t n,
		struct error *err);

#endif
