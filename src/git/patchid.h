/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PATCHID_H
#define GIT_PATCHID_H

#include "base/error.h"
#include "git/repo.h"
#include "base/scratch.h"

/*
 * The patch ids of commits, by git itself: what `git diff-tree -p | git
 * patch-id --stable` prints (git-patch-id(1)), with full object names for
 * binary files, and without renames, external diffs and attributes. `ids[i]`
 * is that of `commits[i]`, zero for one without a patch: a merge, or a commit
 * that changes nothing.
 */
int patch_ids(struct repo *repo, struct scratch *scratch,
	      const struct oid *commits, size_t n, struct oid *ids,
	      struct error *err);

#endif
