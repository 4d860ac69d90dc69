/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_FINGERPRINT_H
#define RULES_FINGERPRINT_H

#include "base/oid.h"
#include "rules/verdict.h"

/*
 * By which a finding of today is known again in an audit of tomorrow: see
 * FINGERPRINTS in git-treaty(1), which promises how they are made.
 */

/* What the commit of a finding is, whatever its name and its message. */
struct change {
	struct oid patch_id;		/* or zero: */
	const char *author;		/* NAME <MAIL> SECONDS ZONE, or NULL */
};

/*
 * Sets the fingerprints of all findings about `tree`. `changes[i]` is that of
 * the i-th finding's commit; it is not looked at where there is none.
 */
void fingerprints_add(struct verdict *verdict, const char *tree,
		      const struct change *changes);

#endif
