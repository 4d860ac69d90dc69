/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_HISTORY_H
#define GIT_HISTORY_H

#include "base/error.h"
#include "git/dag.h"
#include "git/repo.h"

/*
 * The commits reachable from some and not from others, as git rev-list has
 * them, in memory.
 */
struct history {
	struct dag dag;	/* the commits, by date, youngest first */
	struct oidmap hidden;	/* commits known to be excluded (not all) */
	bool exact;		/* false: too many, should clocks be skewed */
};

/*
 * Walks from `from` down to `not`, all of them names of commits. Commits are
 * taken by their date, and the walk ends, as git's does, when what is left
 * seems excluded; where clocks are skewed the dag can then hold commits that
 * it should not. With `exact` the walk goes on to the roots, which costs a
 * read of all of the history. Commits missing, or cut off in a shallow clone,
 * are an error where they may belong to the dag.
 */
int history_walk(struct repo *repo, const struct oid *from, size_t n_from,
		 const struct oid *not, size_t n_not, bool exact,
		 struct history *history, struct error *err);
void history_release(struct history *history);

/* Walks that are all exact or all not, and whether one of them guessed. */
struct walker {
	struct repo *repo;
	bool exact;
	bool is_doubtful;	/* a walk may have too many commits */
};

/* See history_walk(). */
int walker_walk(struct walker *walker, const struct oid_list *from,
		const struct oid_list *not, struct history *history,
		struct error *err);

/*
 * The first parents of `tip`, one after the other, itself first, as long as
 * `fn` says so. An error where the history is cut off by a shallow clone.
 */
int history_first_parents(struct repo *repo, const struct oid *tip,
			  bool (*fn)(void *ctx, const struct oid *oid),
			  void *ctx, struct error *err);

/*
 * Whether one of `tips` is `wanted` or a descendant of it. Exact whatever the
 * dates say. Where a shallow clone ends before that is known: an error.
 */
int history_contains(struct repo *repo, const struct oid *tips, size_t n,
		     const struct oid *wanted, bool *contains,
		     struct error *err);

#endif
