/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_HISTORY_H
#define GIT_HISTORY_H

#include "base/error.h"
#include "git/dag.h"
#include "git/repo.h"

/*
 * The commits that are reachable from some and not from others, as git rev-list
 * lists them, in memory.
 */
struct history {
	struct dag dag;	/* the commits, by date, youngest first */
	struct oidmap hidden;	/* commits known to be excluded (not all) */
	bool exact;		/* false: may hold too many if clocks are
				 * skewed */
};

/*
 * Walks from the commits `from` down to the commits `not`. It takes commits by
 * date and ends when the rest seems excluded, as git does; if clocks are skewed
 * the dag may hold commits that it should not. With `exact` the walk goes on to
 * the roots, which reads all of the history; it need not where the push brought
 * all that was found (see repo_push_brought()). It is an error if a commit that
 * may belong to the dag is missing or cut off in a shallow clone.
 */
int history_walk(struct repo *repo, const struct oid *from, size_t n_from,
		 const struct oid *not, size_t n_not, bool exact,
		 struct history *history, struct error *err);
void history_release(struct history *history);

/*
 * Whether the commits are among `tips` and their ancestors, as far as a walk
 * over `most` commits (0: any number) can tell: true is certain, false is not.
 * An error counts as false.
 */
bool history_is_within(struct repo *repo, const struct oid_list *commits,
		       const struct oid_list *tips, size_t most);

/*
 * Whether a commit is in `history`, a walk down to `not`. If the walk may have
 * too many commits, this asks history_contains() about `not`, so that the
 * answer is exact.
 */
int history_has(struct repo *repo, const struct history *history,
		const struct oid_list *not, const struct oid *commit,
		bool *has, struct error *err);

/*
 * A cut through history: all ways down from the commits above it that walks
 * begin with, and from what they leave out, lead over one of `edge`. Walks
 * leave out what `edge` contains, and end there.
 */
struct history_floor {
	const struct oid_list *edge;
	const struct oidmap *below;	/* commits of refs that lie below: walks
					 * do not begin with these */
};

/*
 * Makes walks that are all exact or all not, and remembers those that guessed:
 * that may have found too many commits.
 */
struct walker {
	struct repo *repo;
	bool exact;
	const struct history_floor *floor;	/* or NULL */
	size_t most;			/* a walk over more commits fails;
					 * 0: any number */
	struct walk_guess {
		struct oid_list from, not;
		size_t n_commits;
	} *guesses;
	size_t n_guesses, cap_guesses;
};

void walker_release(struct walker *walker);

/*
 * Whether the walks that guessed were right: repeats each of them exactly, up
 * to one that was not. Errors are those of history_walk().
 */
int walker_confirm(const struct walker *walker, bool *right,
		   struct error *err);

/* See history_walk(). */
int walker_walk(struct walker *walker, const struct oid_list *from,
		const struct oid_list *not, struct history *history,
		struct error *err);

/*
 * Calls `fn` for `tip`, its first parent, and so on, as long as it returns
 * true. It is an error if a shallow clone cuts off the history before.
 */
int history_first_parents(struct repo *repo, const struct oid *tip,
			  bool (*fn)(void *ctx, const struct oid *oid),
			  void *ctx, struct error *err);

/*
 * Calls `fn` for `tip` and each commit of its history with the names of its
 * parents, about youngest first, as long as it returns true. It begins anew if
 * the commit-graph contradicts itself. It is an error if it comes to where a
 * shallow clone ends.
 */
int history_each(struct repo *repo, const struct oid *tip,
		 bool (*fn)(void *ctx, const struct oid *oid,
			    const struct oid_list *parents),
		 void *ctx, struct error *err);

/*
 * Whether one of `tips` is `wanted` or a descendant of it; exact whatever the
 * dates say. It is an error if a shallow clone ends before this is known.
 */
int history_contains(struct repo *repo, const struct oid *tips, size_t n,
		     const struct oid *wanted, bool *contains,
		     struct error *err);

#endif
