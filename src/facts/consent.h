/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_CONSENT_H
#define FACTS_CONSENT_H

#include "facts/facts.h"

/*
 * What a commit's own words say about its owners' consent. Anybody can write
 * such words: they tell custom from accident, not friend from foe.
 */

struct consent_mail {
	const char *s;			/* borrowed */
	size_t n;
};

/* Who wrote and committed a commit, and who its Acked-by: lines name. */
struct consent {
	struct consent_mail author, committer;	/* empty: there is none */
	struct consent_mail *acks;	/* sorted */
	size_t n_acks, cap_acks;
};

/* Borrows from the commit's text. The caller releases it. */
void consent_read(const struct commit_fact *commit, struct consent *consent);
void consent_release(struct consent *consent);

/*
 * Whether a maintainer of each of these owners that has a tree has agreed: by
 * an Acked-by: line, or as the author who commits his own work. False where
 * no owner has a tree.
 */
bool is_acked(const struct consent *consent, const struct owners *owners);

/* Whether the committer maintains each of them. False for the same reason. */
bool committer_maintains(const struct consent *consent,
			 const struct owners *owners);

/*
 * How the owners could still agree to the commit: "an Acked-by: of A or B (x86)
 * and an Acked-by: of C (net)". The author is never asked for his own, but to
 * commit himself where nobody else maintains it. A new string, or NULL where a
 * subsystem has no maintainer to ask.
 */
char *missing_acks(const struct consent *consent, const struct owners *owners);

#endif
