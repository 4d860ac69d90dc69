/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_COMMITS_H
#define SERIES_COMMITS_H

#include "series/patch.h"
#include "git/repo.h"
#include "policy/policy.h"

/*
 * A series that is a range of commits, and what it stands on: commits that are
 * on the history of another maintainer's tree as it is known here, by
 * remote-tracking refs of the tree's `url`, by its `ref` and by its shared tags.
 */
struct series_base {
	const struct tree *tree;
	char *ref;			/* the one that has most of them */
	size_t n;			/* commits that are not upstream's */
};

struct series {
	struct patch_list patches;	/* own commits but merges, oldest first */
	struct series_base *bases;
	size_t n_bases, cap_bases;
	bool knows_upstream;		/* else only the range was looked at */
};

/* `spec` is what git-rev-list(1) takes: `A..B`. Zero the series before. */
int series_find(struct repo *repo, const struct policy *policy,
		const char *spec, struct series *series, struct error *err);
void series_release(struct series *series);

#endif
