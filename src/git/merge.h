/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGE_H
#define GIT_MERGE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"
#include "git/merge_answer.h"
#include "git/repo.h"
#include "base/scratch.h"

/*
 * Merges made again, to see what their author did by hand.
 */

/*
 * What git itself makes of the merge of two commits (git-merge-tree(1)), in a
 * scratch object directory that the repository's objects stand behind. Zero it
 * once; the directory is borrowed.
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

struct merge_pair {
	struct oid a, b;	/* commits: b is merged into a */
};

void merge_scratch_release(struct merge_scratch *scratch);

/*
 * Has one git make many merges, where merge_again() would start one for each:
 * it knows these from now on, and no longer those of the call before. Where git
 * fails at one of them none is known, and merge_again() finds out which.
 */
void merge_ahead(struct repo *repo, struct merge_scratch *scratch,
		 const struct merge_pair *pairs, size_t n);

/*
 * `*tree` is the merge's tree, readable through `repo` from now on. Paths that
 * conflict are in `conflicts`, each with a NUL at its end (the tree has them
 * with conflict markers). An error where git cannot tell, or not within ten
 * minutes.
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
