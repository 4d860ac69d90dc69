/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGE_BASE_H
#define GIT_MERGE_BASE_H

#include "base/error.h"
#include "git/walk.h"

/*
 * Merge bases, for many merges of one history: commits once read are kept
 * (some 100 bytes each), up to a limit after which it starts anew.
 */
struct merge_bases {
	struct walk walk;
	uint32_t *touched;	/* commits with colours of this search */
	size_t n_touched, cap_touched;
	size_t n_queued[8];	/* commits, by colours */
	bool is_strict;		/* the commit-graph is checked first */
	size_t n_visited;	/* commits, in this search */
	size_t ask_at;		/* so many: ask then what the push brought */
	struct oid *found;	/* of the last search */
	size_t n_found, cap_found;
};

void merge_bases_init(struct merge_bases *bases, struct repo *repo);
void merge_bases_release(struct merge_bases *bases);

/*
 * Finds the merge bases of a commit `other` and a merge of all of `a` (as
 * git-merge-base(1) has it): `found` has them until the next search. As in
 * git's commit-reach.c, two colours run down from the commits, youngest first;
 * where they meet is a base, unless it is an ancestor of another one. Exact,
 * whatever the dates say; but if a commit-graph is in disorder and `is_strict`
 * is not set, some bases may be missing. It is an error if a shallow clone ends
 * before the bases are known.
 */
int merge_bases_find(struct merge_bases *bases, const struct oid *a,
		     size_t n_a, const struct oid *other, struct error *err);

#endif
