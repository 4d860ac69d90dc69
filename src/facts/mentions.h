/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MENTIONS_H
#define FACTS_MENTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/oid.h"

/* What commit messages say of other commits. No repository is needed. */

/* "This reverts commit <name>", as git-revert(1) writes it. */
struct revert {
	struct oid reverted;		/* its first digits, then zeros */
	size_t n_digits;
	struct oid by;
	uint32_t node;			/* the caller's */
};

struct reverts {
	struct revert *v;
	size_t n, cap;
};

/*
 * Adds what the message of a commit says that it reverts: names of at least 7
 * digits, a hundred at most. The caller frees `v`.
 */
void reverts_add(struct reverts *reverts, const char *message, size_t len,
		 const struct oid *by, uint32_t node);

/* Adds one that was found elsewhere. */
void reverts_take(struct reverts *reverts, const struct revert *revert);

/* To be called once all are added. */
void reverts_sort(struct reverts *reverts);

/*
 * Calls `fn` for each that names the commit, until it sets `*found` or fails;
 * returns what it returned last, or 0.
 */
int reverts_of(const struct reverts *reverts, const struct oid *commit,
	       int (*fn)(void *ctx, const struct revert *revert, bool *found),
	       void *ctx, bool *found);

/*
 * Whether a message says that its commit is a copy of that one: in the words of
 * git-cherry-pick(1) -x, or of Linux's stable trees.
 */
bool cites(const char *message, size_t len, const struct oid *commit);

#endif
