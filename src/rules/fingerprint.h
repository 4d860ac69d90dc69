/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_FINGERPRINT_H
#define RULES_FINGERPRINT_H

#include "base/oid.h"
#include "base/strmap.h"
#include "rules/verdict.h"

/*
 * Fingerprints, by which a later audit recognizes a finding. FINGERPRINTS in
 * git-treaty(1) promises how they are made.
 */

/* Identifies the commit of a finding without its id and its message. */
struct change {
	struct oid patch_id;		/* or zero: */
	const char *author;		/* NAME <MAIL> SECONDS ZONE, or NULL */
};

/*
 * Sets the fingerprints of all findings about `tree`. `changes[i]` is that of
 * the i-th finding's commit; it is not read if the finding has no commit.
 * `seen` has how often each came before, by keys of the verdicts: empty for the
 * first verdict.
 */
void fingerprints_add(struct verdict *verdict, const char *tree,
		      const struct change *changes, struct strmap *seen);

#endif
