/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_PULL_SOURCE_H
#define POLICY_PULL_SOURCE_H

#include "policy/policy.h"

/*
 * Whose work a merge brought in, according to its subject and its tags' names.
 * Whoever makes the merge writes these: they tell where commits came from, and
 * prove nothing.
 */

/* One thing that was merged, as git-fmt-merge-msg(1) names it. */
struct pull_source {
	char *tag;			/* of "tag 'x'"; or NULL */
	char *branch;			/* of "branch 'x'", "remote-tracking
					 * branch 'remote/x'"; or NULL */
	char *url;			/* after "of", or alone; or NULL */
};

struct pull_sources {
	struct pull_source *v;
	size_t n, cap;
};

/*
 * Reads the subject of a merge into a zeroed list, as far as git would have
 * written it. The caller releases the list.
 */
void pull_sources_parse(const char *subject, struct pull_sources *sources);
void pull_sources_release(struct pull_sources *sources);

/* How the tree of a pull was told, in the order in which it is tried. */
enum told_by {
	TOLD_BY_NOTHING,
	TOLD_BY_URL,
	TOLD_BY_BRANCH,
	TOLD_BY_TAG,
	TOLD_BY_SIGNER,
};

/* "url", ...; NULL for TOLD_BY_NOTHING. */
const char *told_by_name(enum told_by how);

struct told {
	const struct tree *tree;	/* NULL: it cannot be told */
	enum told_by how;
};

/*
 * The URLs of a policy's trees, ready to be compared with one URL after
 * another.
 */
struct tree_places {
	const struct policy *policy;
	struct tree_place {
		const struct tree *tree;
		char *place;		/* see url_place() */
		const char *path;	/* in it, after the host */
	} *v;
	size_t n, cap;
};

/* Borrows the policy. */
void tree_places_init(struct tree_places *places, const struct policy *policy);
void tree_places_release(struct tree_places *places);

/*
 * The tree from which all sources came:
 * - by URL: the one that has it; of several, the one whose `branch` patterns
 *   match. Hosts move: if no tree has the URL, the one whose URL shares the
 *   most parts at the end of the path, at least one;
 * - by branch, where there is no URL: a tree of that name (`kvm`, `kvm/next`),
 *   or the one whose URL ends with what comes before the branch's own name;
 * - by tag: the tree of the [shared-tag] section that a name matches. `tags`
 *   are names from elsewhere (mergetags), asked about after those of `sources`.
 * None if two of them are equally good.
 */
struct told pull_tree(const struct tree_places *places,
		      const struct pull_sources *sources,
		      const char *const *tags, size_t n_tags);

#endif
