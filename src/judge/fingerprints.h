/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_FINGERPRINTS_H
#define JUDGE_FINGERPRINTS_H

#include "base/scratch.h"
#include "git/repo.h"
#include "rules/verdict.h"

struct judged {
	const struct tree *tree;	/* NULL: the verdict has no findings */
	struct verdict *verdict;
};

/*
 * Finds the fingerprint of each finding, for one verdict after the other: asks
 * git once for the patch ids of all commits that have findings. See
 * rules/fingerprint.h.
 */
int fingerprints_find(struct repo *repo, struct scratch *scratch,
		      const struct judged *judged, size_t n,
		      struct error *err);

#endif
