/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_TREECMP_H
#define GIT_TREECMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "git/repo.h"
#include "git/tree.h"

/*
 * Compares any number of trees path by path on their raw bytes. Renames are
 * not looked for: a move is a path gone and a path come, as with
 * git diff-tree --no-renames.
 */
struct treecmp {
	/*
	 * Whether nothing at or below this name is of interest. `side[i]` is
	 * the i-th tree's entry of that name; mode 0 where it has none. The
	 * sides are all directories, or none of them is. Not asked about what
	 * all sides have alike to the byte: that is skipped, unless there is
	 * but one.
	 */
	bool (*skip)(void *ctx, const struct tree_entry *side, size_t n);
	/*
	 * May be NULL: whether nothing at or below this directory, which the
	 * sides have not alike, is of interest whatever is in it. The path ends
	 * with a NUL, without a slash. What is passed over must be there, but
	 * is not read.
	 */
	bool (*prune)(void *ctx, const char *path, size_t len);
	/* A file, symlink or submodule that was not skipped. -1 ends it. */
	int (*visit)(void *ctx, const char *path, size_t len,
		     const struct tree_entry *side, size_t n,
		     struct error *err);
	void *ctx;
};

/*
 * Compares the trees of that name; a zero name is the empty tree. Trees that
 * are missing, malformed (tree_parse()) or too deep to be meant are an error.
 */
int treecmp(struct repo *repo, const struct oid *trees, size_t n,
	    const struct treecmp *cmp, struct error *err);

/* For `skip`: what the first two sides have alike, whatever the others have. */
bool treecmp_skip_equal(void *ctx, const struct tree_entry *side, size_t n);

#endif
