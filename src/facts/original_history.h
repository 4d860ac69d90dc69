/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_ORIGINAL_HISTORY_H
#define FACTS_ORIGINAL_HISTORY_H

#include "facts/new_commits.h"
#include "facts/originals.h"
#include "facts/past_tags.h"
#include "git/merge_base.h"

/* Marks on its commits. */
enum {
	IN_FROZEN_TAG = 1,
	IN_SOURCE = 2,			/* in what some of `refs` has */
	IN_OWN_SHARED_TAG = 4,		/* in a shared tag of this tree */
	IN_UNPROVEN_TAG = 8,		/* in a mergetag not verified yet */
};

/*
 * Where originals of new commits may be: in the refs of other trees and in
 * tags, except for commits that all of N is built on.
 */
struct original_history {
	bool is_loose;			/* see original_history_in */
	struct originals refs;
	struct history commits;		/* with the marks */
	uint32_t *label;		/* see original_history_settle() */
	struct outer_parent {		/* new commits' parents that are not */
		uint32_t child;		/* in the dag of new commits */
		struct oid parent;
	} *below;
	size_t n_below, cap_below;
	uint8_t *class_of;		/* of new commits, by node */
};

struct original_history_in {
	const struct originals_in *originals;
	const struct starts *starts;
	struct dag *dag;		/* the new commits, N marked */
	struct merge_bases *bases;
	struct signers *signers;
	/*
	 * Where history is costly to walk, too much will do: it ends where it
	 * meets the line of first parents of what all of N is built on, and so
	 * may have commits that this contains. If N has no copy of any of them,
	 * it has none at all.
	 */
	bool loosely;
};

/*
 * Finds it for N. `past` gets the tags that some of `refs` borrow from. Without
 * refs, or commits, the rest is empty. Fills a zeroed `history`; the caller
 * releases both, after an error as well.
 */
int original_history_find(const struct original_history_in *in,
			  struct past_tags *past,
			  struct original_history *history, struct error *err);
void original_history_release(struct original_history *history);

/*
 * Verifies mergetags until one with a wanted commit has a good signature, and
 * marks its commits; `*found` is false if there is none.
 */
int original_history_prove(struct original_history *history,
			   struct signers *signers, const bool *wanted,
			   bool *found, struct error *err);

/* Drops the refs that are still unproven. Fills `label`: originals_label(). */
void original_history_settle(struct original_history *history);

/*
 * New commits fall into classes by the commit that they start from. What that
 * commit contains is no news to the class. A bit for each class: that of a new
 * commit, by its node in its dag, and those to which a commit of the history is
 * news.
 */
uint32_t original_history_class(const struct original_history *history,
				uint32_t new_commit);
uint32_t original_history_news(const struct original_history *history,
			       uint32_t node);

#endif
