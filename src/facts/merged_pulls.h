/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MERGED_PULLS_H
#define FACTS_MERGED_PULLS_H

#include "base/error.h"
#include "base/oid.h"
#include "facts/signers.h"
#include "git/repo.h"
#include "policy/pull_source.h"

/*
 * A merge on the line of an upstream or integration tree, and whose work it
 * brought.
 */
struct merged_pull {
	struct oid merge;
	struct oid onto;		/* its first parent */
	struct oid_list heads;		/* its others */
	char *subject;
	const struct tree *tree;	/* NULL: it cannot be told */
	enum told_by how;
	char *tag;			/* that was merged, below refs/tags/, or
					 * NULL */
	const char *signer;		/* whose signature of the mergetag
					 * counts, or NULL */
	char *unsigned_why;		/* why none does; NULL without mergetag
					 * or any signers */
	bool is_recent;			/* built on what is `ancient` */
};

struct merged_pulls {
	struct merged_pull *v;		/* in the order of the merges */
	size_t n;
	struct oidmap youngest;		/* see struct line_refs */
	/* What the line had long before the oldest of these: */
	struct oidmap ancient;		/* commits of refs */
	struct oid_list floor;		/* commits where younger work started */
};

struct merged_pulls_in {
	struct repo *repo;
	const struct policy *policy;
	struct signers *signers;
	struct scratch *scratch;
	const struct oid_list *merges;	/* of one first-parent line, the
					 * youngest first */
};

/*
 * Finds the tree of each of the merges: by pull_tree(), or else by the signer
 * of its mergetag, if he is one tree's. Fills a zeroed `pulls`; the caller
 * releases it, after an error as well.
 */
int merged_pulls_find(const struct merged_pulls_in *in,
		      struct merged_pulls *pulls, struct error *err);
void merged_pulls_release(struct merged_pulls *pulls);

#endif
