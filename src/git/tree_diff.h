/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_TREE_DIFF_H
#define GIT_TREE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "git/repo.h"
#include "git/tree.h"

/*
 * Compares any number of trees path by path on their raw bytes. It does not
 * look for renames: a move is one path removed and one added, as with git
 * diff-tree --no-renames.
 */
struct tree_diff {
	/*
	 * Whether to skip this name and everything below it. `side[i]` is the
	 * i-th tree's entry of that name, with mode 0 if it has none; either
	 * all sides are directories or none is. It is not called for names that
	 * are identical on all sides, unless there is only one.
	 */
	bool (*skip)(void *ctx, const struct tree_entry *side, size_t n);
	/*
	 * May be NULL: whether to skip this directory, which differs between
	 * the sides, whatever is in it. The path ends with a NUL and has no
	 * slash at its end. Directories skipped here must exist but are not
	 * read.
	 */
	bool (*prune)(void *ctx, const char *path, size_t len);
	/*
	 * Called for a file, symlink or submodule that was not skipped. -1 ends
	 * the comparison.
	 */
	int (*visit)(void *ctx, const char *path, size_t len,
		     const struct tree_entry *side, size_t n,
		     struct error *err);
	void *ctx;
};

/*
 * Compares the trees of these names; a zero name is the empty tree. Trees that
 * are missing, malformed (tree_parse()) or too deep are an error.
 */
int tree_diff(struct repo *repo, const struct oid *trees, size_t n,
	      const struct tree_diff *cmp, struct error *err);

/*
 * For `skip`: skips what the first two sides have in common, whatever the
 * others have.
 */
bool tree_diff_skip_equal(void *ctx, const struct tree_entry *side, size_t n);

#endif
