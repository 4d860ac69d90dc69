/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_COMMITS_H
#define SERIES_COMMITS_H

#include "git/repo.h"
#include "policy/policy.h"
#include "series/patch.h"

/*
 * A series given as a range of commits, and what it is based on: commits in the
 * history of other maintainers' trees as known here, by remote-tracking refs of
 * a tree's `url`, by its `ref` and by its shared tags.
 */
struct series_base {
	const struct tree *tree;
	char *ref;			/* the one with most of them */
	size_t n;			/* commits that upstream lacks */
};

struct series {
	struct patch_list patches;	/* its own commits without merges,
					 * oldest first */
	struct series_base *bases;
	size_t n_bases, cap_bases;
	bool knows_upstream;		/* else only the range was searched */
};

/* `spec` is `A..B` as for git-rev-list(1). Zero the series first. */
int series_find(struct repo *repo, const struct policy *policy,
		const char *spec, struct series *series, struct error *err);
void series_release(struct series *series);

#endif
