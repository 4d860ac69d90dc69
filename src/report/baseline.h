/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include "base/error.h"
#include "base/strings.h"
#include "rules/verdict.h"

/*
 * The fingerprints of what an earlier audit found. Zeroed memory is an empty
 * baseline.
 */
struct baseline {
	struct strings known;		/* sorted */
};

/* The key of a fingerprint among SARIF's partialFingerprints. */
#define SARIF_FINGERPRINT "gitTreaty/v1"

/*
 * Reads the JSON or SARIF that `git treaty audit` has written. Anything else is
 * an error, and so is a finding without a fingerprint, more than 256 MiB, and
 * JSON nested deeper than jansson reads. The caller releases `baseline`.
 */
int baseline_read(const char *file, struct baseline *baseline,
		  struct error *err);
void baseline_release(struct baseline *baseline);

/*
 * Marks the findings that the baseline has: they stay in the verdict and count
 * as `n_known`, not by their severity. Waived ones stay waived.
 */
void baseline_apply(const struct baseline *baseline, struct verdict *verdict);

#endif
