/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef JUDGE_FINGERPRINTS_H
#define JUDGE_FINGERPRINTS_H

#include "base/scratch.h"
#include "git/repo.h"
#include "rules/verdict.h"

/*
 * Finds the fingerprint of each finding about `tree`: asks git once for the
 * patch id of each commit that has a finding. See rules/fingerprint.h.
 */
int fingerprints_find(struct repo *repo, struct scratch *scratch,
		      const struct tree *tree, struct verdict *verdict,
		      struct error *err);

#endif
