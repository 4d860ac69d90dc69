/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGE_FILE_H
#define GIT_MERGE_FILE_H

#include "base/error.h"
#include "base/oid.h"
#include "git/repo.h"

/*
 * What a merge has of a file that both of its parents changed. If there are two
 * merge bases, git merges them first: `inner` is their own base, or zero.
 */
struct merge_file {
	struct oid base, ours, theirs, result;
	struct oid inner, other_base;
};

/*
 * Whether merging the two versions without conflicts, lined up as by git
 * merge-file(1), gives `result`. `*clean` tells whether there were no
 * conflicts; of huge files it says so. Of one base only.
 */
int merge_file_gives(struct repo *repo, const struct merge_file *file,
		     bool *clean, bool *gives, struct error *err);

enum file_merge {
	FILE_MERGED,		/* what git makes of it, or git merge-file(1) */
	FILE_CHANGED,		/* not so, nor with conflicts resolved alone */
	FILE_RESOLVED,		/* conflicts, in whose places something stands:
				 * conflict_fits() */
	FILE_OPEN,		/* only git itself can tell */
};

/* Finds out which of these it is; the commits give marks their names. */
int merge_file_compare(struct repo *repo, const struct merge_file *file,
		       const struct oid parents[2], enum file_merge *is,
		       struct error *err);

#endif
