/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_STATE_H
#define FACTS_STATE_H

#include "base/text_pool.h"
#include "facts/facts.h"
#include "facts/known_tags.h"
#include "facts/new_commits.h"
#include "facts/paths.h"
#include "facts/refs.h"
#include "facts/request.h"
#include "facts/signers.h"
#include "facts/vouchers.h"
#include "git/refspec.h"
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
	struct error *err;
	struct scratch *scratch;
	struct text_pool texts;
	struct walker walker;

	struct refs refs;
	struct refspecs refspecs;	/* of the remote pushed to */
	struct starts starts;
	struct vouchers vouchers;
	struct known_tags known;

	/* walk(): N, what it is on, and the vouchers' commits */
	struct history history;
	struct changes changes;

	/* gather_integration() */
	const struct tree **integration;	/* node -> whose chain has it */
	const char **integration_ref;	/* node -> the ref it is on */

	/* gather_tags() */
	uint32_t *labels;		/* node -> voucher that holds it */
	bool *leads_to_start;		/* node -> has a judged ancestor */
	struct signers *signers;	/* of the whole run */
	struct oid_list loose_parents;	/* of the last commit asked about */
	struct buf unknown_fix;		/* the same */
	struct tag_dag *tag_dag;	/* see tag_contents.c */
	struct tag_fact *tag_facts;	/* borrow from the vouchers */
	size_t n_tag_facts;
	struct pull_fact *pulls;
	size_t n_pulls, cap_pulls;

	/* find_dropped_tags(), gather_copies(), find_doubled_tags() */
	struct dropped_tag_fact *lost;
	size_t n_lost, cap_lost;
	struct copy_fact *copies;
	size_t n_copies, cap_copies;
	uint32_t *copy_of;		/* node -> copy, DAG_NONE; or NULL */
	struct doubled_tag_fact *doubled;
	size_t n_twins, cap_twins;
};

/* Reads the refs, says what each update is, finds where N starts and ends. */
int gather_refs(struct gather *g);

/* Finds the commits that integration trees made. */
int gather_integration(struct gather *g);

/*
 * Makes vouchers of the mergetags in the dag's merges. What upstream's signer
 * signed is upstream from then on.
 */
int gather_mergetags(struct gather *g);

/* Decides which vouchers count, and marks what they hold. */
int gather_tags(struct gather *g);

/*
 * Looks at a shared tag's own commits and at what they start from, once, and
 * fills in its `faults` and `bases`.
 */
int find_tag_contents(struct gather *g, struct voucher *v);

/* The commits of the shared tags in question; where there is none, NULL. */
int tag_dag_build(struct gather *g, struct tag_dag **dag);
void tag_dag_free(struct tag_dag *dag);
const struct dag *tag_dag_commits(const struct tag_dag *dag);

/* Finds the shared tags that governed branches have pulled, wrongly. */
void gather_pulls(struct gather *g);

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

/* Judges the refs, and N with as many processes as that is worth. */
int gather_verdict(struct gather *g, struct verdict *verdict);

/* Lists the shared tags of the input in the verdict. */
int gather_listing(struct gather *g, struct verdict *verdict);

/*
 * The merge that brought a commit of the dag to a branch: above it on the
 * shortest way from the tip; zero where there is none. False where the branch
 * does not have it.
 */
bool pulled_by(const struct gather *g, const struct start *start,
	       uint32_t node, struct oid *merge);

/*
 * Whether a voucher bears a good signature of its tree's, and its own name: the
 * clause why not, new, in `*why`, or NULL.
 */
int voucher_signature(struct gather *g, const struct voucher *v,
		      const struct signer **signer, char **why);

/* The tree that must sign it; NULL where the policy does not define it. */
const struct tree *voucher_tree(const struct gather *g,
				const struct voucher *v);

/* Whether it can change no more: see `freeze` in git-treaty-policy(5). */
int voucher_frozen(struct gather *g, struct voucher *v, bool *frozen);

/*
 * Fills in the parents of one of N's commits at which no work may start. The
 * list is good until the next call.
 */
int gather_loose_parents(struct gather *g, uint32_t node,
			 const struct commit *commit,
			 struct commit_fact *fact);

#endif
