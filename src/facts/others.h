/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_OTHERS_H
#define FACTS_OTHERS_H

#include "facts/equal_patches.h"
#include "facts/mentions.h"
#include "facts/original_history.h"

/* Where commits that may be originals are looked at, and what is found. */
struct others {
	struct repo *repo;
	const struct original_history *history;
	struct equal_patches *patches;	/* has all of ours */
	struct reverts *reverts;
};

/*
 * Looks at the commits of the history that are no merges, by their nodes: adds
 * those that are like one of ours, in this order, and what they revert. Many
 * are shared out among processes. Counts each as done.
 */
int others_look(const struct others *others, const uint32_t *nodes, size_t n,
		struct error *err);

#endif
