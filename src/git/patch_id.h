/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PATCH_ID_H
#define GIT_PATCH_ID_H

#include "base/error.h"
#include "base/scratch.h"
#include "git/repo.h"

/*
 * Asks git for the patch ids of commits: what `git diff-tree -p | git patch-id
 * --stable` prints (git-patch-id(1)), with full object names for binary files,
 * and without renames, external diffs and attributes. `ids[i]` is the id of
 * `commits[i]`, or zero if it has no patch: a merge, or a commit that changes
 * nothing. Answers are remembered. Many commits are shared between processes;
 * git takes less time if commits that change the same paths follow each other.
 */
int patch_ids(struct repo *repo, struct scratch *scratch,
	      const struct oid *commits, size_t n, struct oid *ids,
	      struct error *err);

/*
 * Whether a commit undoes another one: their patches, without context and the
 * first one reversed, have the same id.
 */
int patch_undoes(struct repo *repo, struct scratch *scratch,
		 const struct oid *commit, const struct oid *undone,
		 bool *undoes, struct error *err);

#endif
