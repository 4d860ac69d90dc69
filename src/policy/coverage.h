/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_COVERAGE_H
#define POLICY_COVERAGE_H

#include "policy/owners.h"

/*
 * How a policy applies to a given set of files. Everything is borrowed from the
 * policy and from the counted paths, which must live as long.
 */

/* Paths whose owners have no tree in common, grouped by these trees. */
struct coverage_group {
	char *trees;			/* "net, net-next | bpf": the trees
					 * of two subsystems */
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
 * Call this once for each path. A pattern that begins with a star claims
 * everything, so its claims are no conflict with others.
 */
void coverage_init(struct coverage *coverage, const struct policy *policy);
int coverage_add(struct coverage *coverage, const char *path,
		 struct error *err);

/* Call this after all paths were added. */
void coverage_finish(struct coverage *coverage);
void coverage_release(struct coverage *coverage);

#endif
