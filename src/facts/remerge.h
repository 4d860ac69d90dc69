/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_REMERGE_H
#define FACTS_REMERGE_H

#include "facts/merge_compare.h"

/*
 * Git's own merge decides what comparing names leaves open, as in `git log
 * --remerge-diff`: makes a new list of the merge's paths. While
 * paths_look_ahead() looks, it only notes that git is to be asked.
 */
int remerge_compare(struct merge_compare *m, const struct commit *commit,
		    struct error *err);

#endif
