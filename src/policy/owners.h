/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_OWNERS_H
#define POLICY_OWNERS_H

#include "policy/policy.h"

/*
 * Who owns a path. Borrowed from the policy throughout.
 */
struct owner {
	const struct subsystem *subsystem;
	const struct value *pattern;	/* the deepest that matched */
	int depth;			/* see pattern_depth() */
};

struct owners {
	struct owner *v;
	size_t n, cap;
	const struct value *common;	/* `commons` pattern: anyone may */
};

/*
 * All patterns of a policy, compiled for matching by the first look-up; from
 * then on the policy's subsystems and `commons` must stay as they are. Each
 * policy has its own.
 */
struct ownership;
struct ownership *ownership_new(void);
void ownership_free(struct ownership *ownership);

/*
 * Fills `owners` (which is reused: zero it once, release it in the end) with
 * the subsystems that own `path`, in the file's order: all that match, or with
 * `owners = nearest` the deepest only. Linear in the path, and hardly dependent
 * on how many subsystems there are. -1 where a regular expression ran into its
 * limits: nobody can say then who owns the path.
 */
int owners_find(const struct policy *policy, const char *path,
		struct owners *owners, struct error *err);
void owners_release(struct owners *owners);

/*
 * Fills `owners` with those that own each path below the directory (without a
 * slash at its end; "" is the root); `common` likewise. True: nobody else owns
 * any of them, so all have this one set of owners. With `owners = nearest`
 * nobody is sure of anything unless it is true.
 */
bool owners_below(const struct policy *policy, const char *dir,
		  struct owners *owners);

/*
 * From now on look-ups count how many paths each pattern matches, `commons` and
 * excludes included. owners_hits() tells it of all patterns, with the key they
 * stand under; owners_claimed() whether a `path` or `match` of the subsystem has
 * matched anything.
 */
void owners_count(const struct policy *policy);
void owners_hits(const struct policy *policy,
		 void (*fn)(void *ctx, const struct subsystem *subsystem,
			    const struct value *pattern, const char *key,
			    size_t hits), void *ctx);
bool owners_claimed(const struct policy *policy,
		    const struct subsystem *subsystem);

/*
 * A pattern's depth as scripts/get_maintainer.pl of Linux counts it: its
 * slashes, one more unless all below is meant (a trailing slash, or one with
 * two stars behind it); -1 with a leading `*`. A `match` has the depth 0.
 */
int pattern_depth(const char *pattern);

/*
 * Whether the path is foreign to `tree`: subsystems with trees own it, and
 * none of them is the tree's; or nobody does and `unowned = deny` says that
 * one must. False for commons.
 */
bool owners_foreign(const struct policy *policy, const struct owners *owners,
		    const struct tree *tree);

/* Whether a subsystem of the tree is among the owners. */
bool owners_have_tree(const struct owners *owners, const char *tree);

#endif
