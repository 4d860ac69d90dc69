/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_REWRITTEN_H
#define FACTS_REWRITTEN_H

#include "base/scratch.h"
#include "facts/new_commits.h"
#include "facts/originals.h"
#include "facts/past_tags.h"
#include "git/merge_base.h"

struct rewritten_in {
	struct originals_in originals;
	const struct starts *starts;
	struct dag *dag;		/* the new commits, N marked */
	struct merge_bases *bases;
	struct signers *signers;
	struct scratch *scratch;
};

struct rewritten {
	struct copy_fact *v;
	size_t n, cap;
	uint32_t *by_node;		/* see rewritten_at() */
	struct past_tags past;		/* names of some of their refs */
};

/*
 * Finds commits of N that are the same work as one that a frozen tag or another
 * tree has and that N is not built on: the same patch id, or the same author,
 * author date and subject. Fills a zeroed `rewritten`. Reads each commit of N
 * that is no merge, and each of theirs from where the histories part. -1 if one
 * cannot be read, git fails, or the push makes too much work (repo_work()). The
 * caller releases it, after an error as well.
 */
int rewritten_find(const struct rewritten_in *in, struct rewritten *rewritten,
		   struct error *err);

/* What it says of a commit of the dag, or NULL. */
const struct copy_fact *rewritten_at(const struct rewritten *rewritten,
				     uint32_t node);
void rewritten_release(struct rewritten *rewritten);

#endif
