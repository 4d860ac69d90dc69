/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGE_H
#define GIT_MERGE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"
#include "base/scratch.h"
#include "git/merge_answer.h"
#include "git/repo.h"

/*
 * Merges made again by git itself (git-merge-tree(1)), to see what their author
 * did by hand.
 */

struct merge_pair {
	struct oid a, b;	/* commits: b is merged into a */
};

/*
 * git writes the objects of these merges to a scratch directory, which has the
 * repository's own as an alternate. Zero it once; the directory is borrowed.
 */
struct merge_scratch {
	struct scratch *scratch;
	bool is_attached;	/* the repository reads its objects */
	/* What merge_ahead() has found out: */
	struct merge_pair *pairs;
	struct merge_answer *answers;	/* they borrow the output */
	size_t n;
	struct buf output;
};

void merge_scratch_release(struct merge_scratch *scratch);

/*
 * Has one git make many merges, where merge_again() would start one for each.
 * merge_again() knows these from now on, and forgets those of the call before.
 * If git fails at one of them, none is known, and merge_again() finds out at
 * which.
 */
void merge_ahead(struct repo *repo, struct merge_scratch *scratch,
		 const struct merge_pair *pairs, size_t n);

/*
 * Makes a merge again. `*tree` is its tree, which `repo` can read from now on.
 * Appends the paths that conflict to `conflicts`, each with a NUL at its end
 * (the tree has them with conflict markers). It is an error if git cannot make
 * the merge, or not within ten minutes.
 */
int merge_again(struct repo *repo, struct merge_scratch *scratch,
		const struct merge_pair *pair, struct oid *tree,
		struct buf *conflicts, struct error *err);

/*
 * Writes a commit of a merge's tree to the scratch directory, as if the merge
 * had been made: so it can be merged further.
 */
int merge_commit(struct repo *repo, struct merge_scratch *scratch,
		 const struct merge_pair *parents, const struct oid *tree,
		 struct oid *commit, struct error *err);

#endif
