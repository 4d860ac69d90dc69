/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGE_FILE_H
#define GIT_MERGE_FILE_H

#include "base/error.h"
#include "base/oid.h"
#include "git/repo.h"

/*
 * The blobs of a file that both parents of a merge changed; `result` is the
 * merge's. If there are two merge bases, git merges these first, by their own
 * base: they are `base`, `other_base` and `inner`. Else the last two are zero.
 */
struct merge_file {
	struct oid base, ours, theirs, result;
	struct oid inner, other_base;
};

/*
 * Merges by one base as git merge-file(1) does, whose diff is not that of git
 * merge. Sets `*clean` if there are no conflicts, and `*gives` if it is clean
 * and gives `result`. Huge files are not merged: `*clean` is true of them, and
 * `*gives` false. -1 if a blob cannot be read, libgit2 cannot be used, or the
 * push makes too much work (repo_work()).
 */
int merge_file_gives(struct repo *repo, const struct merge_file *file,
		     bool *clean, bool *gives, struct error *err);

enum file_merge {
	FILE_MERGED,		/* `result` is what git merge gives, or git
				 * merge-file(1) without conflicts */
	FILE_RESOLVED,		/* it differs only where there were conflicts:
				 * conflict_fits() */
	FILE_CHANGED,		/* it differs elsewhere, too */
	FILE_OPEN,		/* only git itself can tell: text_merge() */
};

/*
 * Finds out which of these `result` is. The names of the two commits stand in
 * the marks of conflicts. The errors are the same.
 */
int merge_file_compare(struct repo *repo, const struct merge_file *file,
		       const struct oid parents[2], enum file_merge *is,
		       struct error *err);

#endif
