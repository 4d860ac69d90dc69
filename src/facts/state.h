/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_STATE_H
#define FACTS_STATE_H

#include "base/text_pool.h"
#include "facts/integration.h"
#include "facts/known_tags.h"
#include "facts/new_commits.h"
#include "facts/paths.h"
#include "facts/pulls.h"
#include "facts/refs.h"
#include "facts/tags.h"
#include "facts/vouchers.h"
#include "judge/run.h"

/*
 * What the steps of one gathering hand to each other, in their order. Only
 * the files of this folder know it.
 */

struct gather {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct judge_input *input;
	const struct request *request;
	unsigned needs;			/* of the rules: enum need */
	struct error *err;
	struct scratch *scratch;
	struct signers *signers;
	struct text_pool texts;
	struct walker walker;

	struct refs refs;
	struct vouchers vouchers;
	struct new_commits commits;
	struct integration integration;
	struct known_tags known;
	struct judged_tags tags;
	struct pulls pulls;
	struct changes changes;

	/* find_dropped_tags(), gather_copies(), find_doubled_tags() */
	struct dropped_tag_fact *lost;
	size_t n_lost, cap_lost;
	struct copy_fact *copies;
	size_t n_copies, cap_copies;
	uint32_t *copy_of;		/* node -> copy, DAG_NONE; or NULL */
	struct doubled_tag_fact *doubled;
	size_t n_twins, cap_twins;
};

/* Finds frozen tags that the push takes from the governed branches. */
int find_dropped_tags(struct gather *g);

/*
 * Finds commits of N that are the same work as one that a frozen tag or another
 * tree has. After mark_n().
 */
int gather_copies(struct gather *g);

/* Finds branches that now have two shared tags with copies of the same work. */
int find_doubled_tags(struct gather *g);

/* Where originals are looked for, in the order that names them best. */
enum source_kind {
	SOURCE_FROZEN,		/* a frozen tag */
	SOURCE_DRAFT,		/* a shared tag that no branch contains yet */
	SOURCE_TREE,		/* of another tree's history */
};

struct copy_source {
	enum source_kind kind;
	const char *ref;
	const char *tree;		/* whose it is, or NULL */
	struct oid commit;
	bool is_own;			/* a shared tag of this tree */
	bool is_shared;
};

/* The caller frees the array, after an error as well. */
int gather_sources(struct gather *g, bool shared_only,
		   struct copy_source **sources, size_t *n);

/*
 * For each commit of the dag the source that it is called after, by index:
 * the innermost tag that holds it, else another tree; DAG_NONE where no
 * source has it. The caller frees the array.
 */
uint32_t *sources_label(const struct copy_source *sources, size_t n,
			const struct dag *dag);

#endif
