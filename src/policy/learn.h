/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_LEARN_H
#define POLICY_LEARN_H

#include <stdint.h>

#include "policy/policy.h"

/*
 * Learns from accepted history which trees change which paths by custom: takes
 * plain structs, and gives lines of a policy.
 */

/* A commit that is no merge, and what it changes. All is borrowed. */
struct learn_commit {
	const char *const *paths;
	size_t n_paths;
};

/* A pull that was accepted. */
struct learn_pull {
	const char *tree;		/* its name; NULL: cannot be told */
	const struct learn_commit *commits;
	size_t n_commits;
	int64_t time;			/* of the merge */
};

struct learn_in {
	const struct policy *policy;
	const struct policy *base;	/* whose lines the sections are: the
					 * policy without what was learned */
	const struct learn_pull *pulls;
	size_t n_pulls;
	unsigned min_pulls;		/* for all but glue */
	unsigned min_trees;		/* for glue and excludes */
};

enum learned_kind {
	LEARNED_TREE,			/* of a section without one */
	LEARNED_EXCLUDE,		/* what a section's trees leave alone */
	LEARNED_GLUE,			/* incidental and common paths */
	LEARNED_NEIGHBOUR,
	LEARNED_KINDS,
	/* No lines of a policy, but what to mend in MAINTAINERS: */
	LEARNED_TO_MEND = LEARNED_KINDS,
};

struct learned_line {
	enum learned_kind kind;
	int section;			/* line of its section's head */
	const char *key;		/* static */
	char *value;
	size_t n_trees, n_pulls, n_commits;	/* that show it */
	size_t n_own;			/* pulls of a section's own trees */
	int64_t last;			/* the youngest of these pulls */
};

struct learned {
	struct learned_line *v;		/* by section, key and value */
	size_t n, cap;
};

/*
 * Adds the lines of one kind that the pulls show and the policy lacks:
 * - `tree` for a subsystem without one, where more than `min_pulls` pulls of a
 *   tree, and four of five of all, changed its paths;
 * - `exclude` for a subsystem with trees, and a directory where `min_trees`
 *   other trees changed as many of its files, each in more than `min_pulls`
 *   pulls, and others made four of five pulls that changed any: the deepest
 *   directory that has all of these. If its own trees changed any, and changed
 *   something of the subsystem in the last half year, there is no line;
 * - `incidental` for a file name, a file or a directory (not at the top) that
 *   is foreign to `min_trees` trees which changed it along with paths of their
 *   own, and `commons` for a file that as many changed, and one of them alone;
 * - `neighbour` for the beginning of a file's name (up to its first digit or
 *   punctuation) that a tree changed in `min_pulls` pulls, where it is foreign;
 *   for a directory (not at the top) it takes one pull more, more than one such
 *   beginning, and a fourth of the pulls of all trees to which it is foreign.
 * LEARNED_TO_MEND has instead, as value, each subsystem and a tree to which it
 * is foreign and which changed it in `min_pulls` pulls. -1 if the owners of a
 * path cannot be told. The caller releases `learned`.
 */
int learn_lines(const struct learn_in *in, enum learned_kind kind,
		struct learned *learned, struct error *err);
void learned_release(struct learned *learned);

/*
 * Appends the policy's text with these lines at the ends of their sections,
 * each group between two lines that say so. Leaves out the lines of a kind if
 * `kinds` lacks the bit 1 << kind.
 */
void learned_insert(const struct learned *learned, unsigned kinds,
		    const char *text, size_t len, struct buf *out);

/*
 * Appends the text without what learned_insert() put there before. An error if
 * one of the marks is missing.
 */
int learned_remove(const char *text, size_t len, struct buf *out,
		   struct error *err);

/* Appends one line: key, value and, as a comment, what shows it. */
void learned_print(const struct learned_line *line, struct buf *out);

#endif
