/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_OWNERS_H
#define POLICY_OWNERS_H

#include "policy/policy.h"

/* Tells who owns a path. All results are borrowed from the policy. */
struct owner {
	const struct subsystem *subsystem;
	const struct value *pattern;	/* the deepest pattern that matched */
	int depth;			/* see pattern_depth() */
};

struct owners {
	struct owner *v;
	size_t n, cap;
	const struct value *common;	/* `commons` pattern: anyone may */
};

/*
 * All patterns of a policy, compiled for matching by the first look-up. From
 * then on its subsystems and `commons` must not change. Each policy has its
 * own.
 */
struct ownership;
struct ownership *ownership_new(void);
void ownership_free(struct ownership *ownership);

/*
 * Sets `owners` to the subsystems that own `path`, in the file's order: all
 * that match or, with `owners = nearest`, the deepest ones. Zero `owners`
 * before the first use, reuse it, and release it. The time is linear in the
 * path and hardly depends on the number of subsystems. Returns -1 when a
 * regular expression ran into its limits: the owners are unknown then.
 */
int owners_find(const struct policy *policy, const char *path,
		struct owners *owners, struct error *err);
void owners_release(struct owners *owners);

/*
 * Sets `owners` to those that own each path below the directory, which has no
 * slash at its end ("" is the root); `common` likewise. Returns true if nobody
 * else owns any of these paths, so that all of them have the same owners. With
 * `owners = nearest` no owner is certain unless it returns true.
 */
bool owners_below(const struct policy *policy, const char *dir,
		  struct owners *owners);

/*
 * Makes look-ups count how many paths each pattern matches, including `commons`
 * and excludes. owners_hits() tells the count of each pattern with its key;
 * owners_claimed() tells whether a `path` or `match` of the subsystem has
 * matched.
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
 * slashes, plus one unless it ends with a slash (or a slash and two stars); -1
 * with a leading `*`. A `match` has depth 0.
 */
int pattern_depth(const char *pattern);

/*
 * Whether the path is foreign to `tree`: subsystems with trees own it and none
 * of these trees is `tree`, or nobody owns it and the policy says `unowned =
 * deny`. False for commons, and for a tree that takes in the work of all
 * others: upstream's or an integration tree.
 */
bool owners_foreign(const struct policy *policy, const struct owners *owners,
		    const struct tree *tree);

/* Whether one of the owners belongs to the tree. */
bool owners_have_tree(const struct owners *owners, const char *tree);

#endif
