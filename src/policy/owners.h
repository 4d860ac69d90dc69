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
 * Fills `owners` (which is reused: zero it once, release it in the end) with
 * the subsystems that own `path`: all that match, or with `owners = nearest`
 * the deepest only.
 */
void owners_find(const struct policy *policy, const char *path,
		 struct owners *owners);
void owners_release(struct owners *owners);

/*
 * A pattern's depth as scripts/get_maintainer.pl of Linux counts it: its
 * slashes, one more without a trailing `/`; -1 with a leading `*`.
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
