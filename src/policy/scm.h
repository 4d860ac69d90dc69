/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_SCM_H
#define POLICY_SCM_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/policy.h"

/*
 * The T: lines of MAINTAINERS: `git URL [branch] [(comment)]`, and what else
 * people write there. All spellings of one repository's URL are one tree.
 */
struct scm {
	char *url;		/* NULL: not git, or nothing that is one */
	char *branch;		/* a full ref, or NULL */
	bool is_bare;		/* the `git` in front is missing */
};

/* Takes a T: value apart; release it in any case. */
void scm_parse(struct scm *scm, const char *value);
void scm_release(struct scm *scm);

/* One repository. */
struct scm_tree {
	char *key;		/* its url without what may be spelled otherwise */
	char *name;		/* for its [tree] section */
	bool is_known;		/* a [tree] that is there already */
	bool all_branches;	/* a T: line names none */
	struct values url, branch;
};

struct scm_trees {
	struct scm_tree *v;	/* sorted by key once named */
	size_t n, cap;
};

/* Adds the tree of a T: line, or its url and branch to what is there. */
void scm_trees_add(struct scm_trees *trees, const struct scm *scm);

/*
 * Gives each a name: that of the policy's tree (which may be NULL) with the
 * same repository, else the end of its url: `kvm` for .../kvm/kvm.git, `xen/tip`
 * for .../xen/tip.git, with the host where that is not the only one of its name.
 */
void scm_trees_name(struct scm_trees *trees, const struct policy *policy);

/* The tree of a T: line; NULL where it was not added. Borrowed. */
const struct scm_tree *scm_trees_find(const struct scm_trees *trees,
				      const struct scm *scm);
void scm_trees_release(struct scm_trees *trees);

#endif
