/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_STATE_H
#define FACTS_STATE_H

#include "facts/paths.h"
#include "judge/run.h"
#include "facts/signers.h"
#include "git/history.h"
#include "git/refspec.h"
#include "facts/facts.h"

/*
 * What the steps of one gathering hand to each other, in their order. Only
 * the files of this folder know it.
 */

/* Marks on the dag's commits. */
enum {
	NODE_STARTED = 1,	/* reachable from a judged ref */
	NODE_MERGED = 2,	/* reachable from a governed branch */
	NODE_VOUCHED = 4,	/* in a frozen, valid shared tag */
	NODE_LABELLED = 8,	/* in a shared tag that does not count */
	NODE_UPSTREAM = 16,	/* upstream's by a mergetag; vouched too */
	NODE_IN_N = 32,
	NODE_BACKPORT = 64,	/* reachable from a `backport` branch */
	NODE_ELSEWHERE = 128,	/* reachable from another one */
};

struct oid_list {
	struct oid *v;
	size_t n, cap;
};

/* A judged ref: where N starts. */
struct start {
	const char *name;
	struct oid commit;
	bool is_branch;
};

/*
 * What may make commits legitimate: a shared tag, or upstream's word, as a ref
 * or in a mergetag header. This tree's own shared tags are among them: they
 * vouch for nothing here, but others may be based on them.
 */
struct voucher {
	const char *name;		/* full ref */
	char *made_name;		/* the same, of a mergetag; or NULL */
	struct oid oid, commit;
	const struct shared_tag *shared;	/* NULL: upstream's */
	const struct tree *upstream;
	bool is_own;
	bool is_pushed;
	bool is_annotated;
	char *raw;			/* of a mergetag: the tag object */
	size_t raw_len;
	struct oid carrier;		/* the merge that has it */
	bool is_valid;
	bool is_frozen, is_frozen_known;	/* see voucher_frozen() */
	char *reason;			/* why it does not count, or NULL */
	const struct signer *signer;	/* whose signature counts, or NULL */
	char *unsigned_why;		/* why none does, or NULL */
	/* find_tag_contents(); see struct tag_fact */
	bool is_examined;
	struct tag_fault *faults;
	size_t n_faults;
	bool has_more_faults;
	struct tag_base *bases;
	size_t n_bases;
};

/* A tag as the push leaves it, or upstream's that a mergetag proves. */
struct known_tag {
	const char *name;		/* full ref */
	struct oid commit;
	bool is_annotated;
	bool is_pushed;
};

struct gather {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct judge_input *input;
	struct error *err;
	struct scratch *scratch;
	char **texts;			/* gather_keep() */
	size_t n_texts, cap_texts;

	/* gather_refs(): the refs before and after, and what follows */
	struct repo_refs refs;
	struct refspecs refspecs;	/* of the remote pushed to */
	struct ref_fact *facts;
	const struct ref_fact **sorted;	/* the facts by name */
	size_t n_facts;
	char **names;			/* where each update goes, or NULL */
	struct oid_list branches_before, branches_after;
	struct oid_list branches_kept;	/* that the push does not touch */
	struct oid_list hidden;
	struct start *starts;
	size_t n_starts, cap_starts;
	struct voucher *vouchers;
	size_t n_vouchers, cap_vouchers;
	struct oid_list upstream;	/* its tips; the chains of
					 * integration trees end there */

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
	struct known_tag *tags;		/* by commit */
	size_t n_tags, cap_tags;
	bool has_known_tags;
	struct oid_list loose_parents;	/* of the last commit asked about */
	struct buf unknown_fix;		/* the same */
	struct tag_dag *tag_dag;	/* see tag_contents.c */
	bool is_doubtful;		/* wrong clocks may have added commits */
	bool is_exact;
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

void oid_list_add(struct oid_list *list, const struct oid *oid);
void oid_list_add_all(struct oid_list *list, const struct oid_list *more);

/*
 * A walk of this gathering, see history_walk(): as exact as the gathering is, and
 * what its dates leave doubtful is remembered.
 */
int gather_walk(struct gather *g, const struct oid_list *from,
		const struct oid_list *not, struct history *history);

/* Takes a text over, which lives as long as the gathering. */
const char *gather_keep(struct gather *g, char *text);

/* Has N start at one more commit; the name is borrowed. */
void gather_start(struct gather *g, const char *name,
		  const struct oid *commit, bool is_branch);

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

/* The update of the ref of that name, or NULL. */
const struct ref_fact *gather_pushed(const struct gather *g, const char *name);

/*
 * Whether a voucher bears a good signature of its tree's, and its own name: the
 * clause why not, new, in `*why`, or NULL.
 */
int voucher_signature(struct gather *g, const struct voucher *v,
		      const struct signer **signer, char **why);

/* Adds one; borrows the name. Good until the next is added. */
struct voucher *voucher_add(struct gather *g, const char *name,
			    const struct oid *oid, const struct oid *commit);
void voucher_release(struct voucher *v);

/* The tree that must sign it; NULL where the policy does not define it. */
const struct tree *voucher_tree(const struct gather *g,
				const struct voucher *v);

/* Whether it is of no use without a signature; a mergetag always is. */
bool voucher_needs_signature(const struct voucher *v);

/* Whether it can change no more: see `freeze` in git-treaty-policy(5). */
int voucher_frozen(struct gather *g, struct voucher *v, bool *frozen);

/* Fills in `tags`, once. */
int gather_known_tags(struct gather *g);

/* Whether it is annotated, and of a tag of this push, what it should be. */
bool known_tag_counts(const struct gather *g, const struct known_tag *tag);

/* The first tag at the commit, or NULL. */
const struct known_tag *known_tag_at(const struct gather *g,
				     const struct oid *commit);

/* A tag at the commit that matches a pattern and may be built on, or NULL. */
const struct known_tag *base_tag(const struct gather *g,
				 const struct values *patterns,
				 const struct oid *commit);

/*
 * Whether a tag at the commit is frozen, or will be once a branch of this push
 * is built on it.
 */
bool frozen_tag_at(const struct gather *g, const struct oid *commit);

/*
 * Fills in the parents of one of N's commits at which no work may start. The
 * list is good until the next call.
 */
int gather_loose_parents(struct gather *g, uint32_t node,
			 const struct commit *commit,
			 struct commit_fact *fact);

#endif
