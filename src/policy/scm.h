/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_SCM_H
#define POLICY_SCM_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/policy.h"

/*
 * The T: lines of MAINTAINERS: `git URL [branch] [(comment)]`, and the variants
 * that occur. All spellings of a repository's URL are one tree.
 */
struct scm {
	char *url;		/* NULL: not git, or not a url */
	char *branch;		/* a full ref, or NULL */
	bool is_bare;		/* the leading `git` is missing */
};

/* Parses a T: value; release it in any case. */
void scm_parse(struct scm *scm, const char *value);
void scm_release(struct scm *scm);

/* One repository. */
struct scm_tree {
	char *key;		/* its url in a normal form */
	char *name;		/* for its [tree] section */
	bool is_known;		/* a [tree] that is there already */
	bool all_branches;	/* a T: line names none */
	struct values url, branch;
};

struct scm_trees {
	struct scm_tree *v;	/* sorted by key once named */
	size_t n, cap;
	bool joins_hosts;	/* the caller's: hosts move, so that the same
				 * path of three parts or more on two hosts is
				 * one repository */
};

/* Adds the tree of a T: line, or adds its url and branch to an existing one. */
void scm_trees_add(struct scm_trees *trees, const struct scm *scm);

/*
 * Names each tree. Takes the name of the policy's tree (`policy` may be NULL)
 * with the same repository, or else the end of its url: `kvm` for
 * .../kvm/kvm.git, `xen/tip` for .../xen/tip.git, with the host if two would
 * have the same name.
 */
void scm_trees_name(struct scm_trees *trees, const struct policy *policy);

/* The tree of a T: line, borrowed; NULL when it was not added. */
const struct scm_tree *scm_trees_find(const struct scm_trees *trees,
				      const struct scm *scm);
void scm_trees_release(struct scm_trees *trees);

#endif
