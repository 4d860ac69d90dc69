/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_COVERAGE_H
#define POLICY_COVERAGE_H

#include "policy/owners.h"

/*
 * What a policy comes to on the files that there are. All is borrowed from the
 * policy and from the paths that were counted, which must live as long.
 */

/* Paths whose owners have no tree in common, by the trees they have. */
struct coverage_group {
	char *trees;			/* "net, net-next | bpf": one subsystem's
					 * behind the other's */
	size_t n;			/* paths */
	const char *example;
	const struct subsystem *a, *b;	/* two of the example's owners */
};

struct coverage_pattern {
	const struct subsystem *subsystem;	/* NULL: of `commons` */
	const char *key;
	const struct value *pattern;
};

struct coverage {
	const struct policy *policy;
	size_t n_paths;
	size_t n_common, n_unowned, n_treeless, n_contested;
	size_t n_star;			/* owned by a leading star alone */
	const char **unowned;		/* n_unowned of them */
	size_t cap_unowned;
	struct coverage_group *groups;	/* most paths first */
	size_t n_groups, cap_groups;
	struct coverage_pattern *dead;	/* match no path, in the file's order */
	size_t n_dead, cap_dead;
	const struct subsystem **shadowed;	/* claim paths and own none */
	size_t n_shadowed, cap_shadowed;
	size_t n_default_branch, n_no_signer;	/* maintainers' trees */
	size_t *owned;			/* paths of each subsystem */
	struct owners owners;
};

/*
 * To be called once for each path. Claims by a pattern that begins with a star
 * stand for all there is, and are no quarrel with others. -1 where the path's
 * owners cannot be told; see owners_find().
 */
void coverage_init(struct coverage *coverage, const struct policy *policy);
int coverage_add(struct coverage *coverage, const char *path,
		 struct error *err);

/* To be called when all paths were added. */
void coverage_finish(struct coverage *coverage);
void coverage_release(struct coverage *coverage);

#endif
