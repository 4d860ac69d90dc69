/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/oid.h"
#include "git/dag.h"
#include "git/object.h"
#include "policy/govern.h"
#include "policy/owners.h"

/*
 * What the rules judge: plain structs, gathered from the repository by the
 * layer above, made by hand in unit tests. Rules see nothing else. All
 * pointers are borrowed.
 */

/*
 * Facts that are found only where a rule needs them: each rule declares its
 * own, and rules_needs() says which are needed together.
 */
enum need {
	NEED_OWNERS = 1,	/* of the paths that a commit changes */
	NEED_MERGE_PATHS = 2,	/* what merges change; else marker paths only */
	NEED_TEXT = 4,		/* each commit's text */
	NEED_FOREIGN_TEXT = 8,	/* that of commits that change foreign paths */
	NEED_COPIES = 16,	/* commits that are the same work as others */
	NEED_DOUBLED_TAGS = 32,
	NEED_LOOSE_PARENTS = 64,
	NEED_UNKNOWN_FIX = 128,
};

enum fast_forward {
	FF_YES,
	FF_NO,
	FF_UNKNOWN,		/* the old value is not in this repository */
};

/* How a shared tag that freezes by a merge stood before the push. */
enum draft_state {
	DRAFT_UNMERGED,		/* no governed branch contains it */
	DRAFT_MERGED,		/* one does, or does by this push */
	DRAFT_UNKNOWN,		/* the old value is not in this repository */
};

struct ref_fact {
	const char *name;
	struct oid old, new;		/* zero: no such ref before, after */
	enum object_type new_type;	/* OBJECT_MISSING where deleted */
	struct oid commit;		/* of a judged ref: what `new` is about;
					 * zero: no commit */
	/* A pushed ref of upstream's counts as that only once it is proven: */
	const char *unproven;		/* why it is not, a clause; or NULL */
	bool is_late;			/* its name will be enough, but only
					 * once it is here */
	struct ref_rule rule;		/* what the policy says of the name */
	enum fast_forward ff;		/* of branches that are updated */
	bool is_kept;			/* of a branch that is deleted: another
					 * one outside `rewind` contains it */
	const char *kept_by;		/* or: one of this push that will, once
					 * it is here; or NULL */
	enum draft_state draft;		/* of tags moved or deleted */
	/* Of a draft that is redone: the one commit that it starts from, of
	 * upstream or a governed branch; zero where there is not one. */
	struct oid old_base, new_base;
};

/* A commit elsewhere that is the same work. */
struct copy_fact {
	struct oid original;
	const char *ref;		/* a tag or a branch that has it */
	const char *tree;		/* whose that is, or NULL */
	bool is_frozen;			/* `ref` is a frozen tag */
	const char *instead_in;		/* of a frozen tag: a judged ref that
					 * has the copy and not the original,
					 * which is no younger; or NULL */
	bool is_patch;			/* the same patch id; else the same
					 * author, author date and subject */
	bool is_cited;			/* and says so, as backports do */
};

/* A copy outside of N that a branch has got from a `backport` branch. */
struct backported_fact {
	struct oid commit;
	char *subject;
	struct copy_fact copy;		/* its `instead_in` is the branch */
};

/* A branch with two frozen tags, of which one holds copies of the other's. */
struct doubled_tag_fact {
	const char *ref;		/* the branch */
	const char *tag, *other;	/* full refs */
	struct oid copy, original;	/* of `tag`, of `other` */
};

/* A frozen tag that no governed branch is sure to contain any more. */
struct dropped_tag_fact {
	const char *tag;		/* full ref */
	struct oid commit;
	const char *ref;		/* a branch that contained it */
	const char *kept_by;		/* a branch that gets it by the same
					 * push, if git takes that; or NULL */
	int line;			/* of the policy that freezes it */
};

enum path_kind {
	PATH_CHANGED,		/* differs from the one parent's */
	PATH_MERGE_CHANGED,	/* not what merging the parents gives */
	PATH_RESOLVED,		/* where that gives a conflict */
};

struct path_fact {
	const char *path;
	enum path_kind kind;
	bool exists;			/* in the commit itself */
	struct owners owners;		/* see path_owners_find() */
};

/* What a commit says of itself. */
struct commit_text {
	const char *subject;
	const char *author, *committer;	/* NAME <MAIL> SECONDS ZONE */
	size_t author_len, committer_len;
	const char *message;
	size_t message_len;
};

/* One commit of N (see git-treaty-rules(7)). */
struct commit_fact {
	struct oid oid;
	uint32_t node;			/* in the dag */
	const char *ref;		/* the first judged ref that has it */
	uint32_t tip;			/* that ref's commit in the dag */
	struct oid via;			/* the merge that brought it, or zero */
	size_t n_parents;
	struct commit_text text;	/* zeroed where no rule needs it */
	const char *unknown_fix;	/* a Fixes: of no commit, or NULL */
	const struct path_fact *paths;
	size_t n_paths;
	/* Paths of this tree's own were left out; see paths_find_judged(). */
	bool changes_own;
	const char *subtree;		/* the directory that a merge put its
					 * second parent into, or "" */
	/* The integration tree whose first-parent chain has it, or NULL. */
	const struct tree *integration;
	const char *integration_ref;
	/* Why a tag that holds it does not make it legitimate, or NULL. */
	const char *unvouched;
	const struct copy_fact *copy;	/* or NULL */
	/* Parents outside of N where no work may start, for tagged-base. */
	const struct oid *loose_parents;
	size_t n_loose_parents;
	bool is_loose_root;
};

/* A commit that does not belong into the shared tag that holds it. */
struct tag_fault {
	struct oid commit;
	const char *subject;
	const char *why;		/* a clause about it, or NULL */
	struct path_fact *paths;	/* or: they lie outside the scope */
	size_t n_paths;
};

/* Frees the paths and their owners. */
void tag_fault_release(struct tag_fault *fault);

/* A commit that a shared tag's history starts from, or none (a root). */
struct tag_base {
	struct oid commit;		/* zero: it starts at nothing */
	struct oid child;		/* the tag's commit on top of it */
	const char *tag;		/* one at that commit, or NULL; if it
					 * starts at nothing, one that is like
					 * `based-on` but does not count, on any
					 * of its commits */
	bool is_allowed;		/* by `based-on` */
};

/* A shared tag, as it is or as the push would have it. */
struct tag_fact {
	const char *ref;		/* full name */
	struct oid oid;
	const struct shared_tag *shared;
	bool is_annotated;
	bool is_commit;			/* that it is about */
	bool is_pulled;			/* it is none of the push, but merged by
					 * it: only its bases matter */
	const char *unsigned_why;	/* why its signature does not count: a
					 * clause, NULL where it does or none
					 * is asked for */
	const struct signer *signer;
	const char *draft_within;	/* a draft of another tree, in which
					 * faults may lie, or NULL; full ref */
	const struct tag_fault *faults;
	size_t n_faults;
	bool has_more_faults;
	const struct tag_base *bases;
	size_t n_bases;
};

/* A shared tag of another tree that a governed branch now contains. */
struct pull_fact {
	const char *ref;		/* the branch */
	const char *tag;		/* below refs/tags/ */
	struct oid merge;		/* that has it for a parent, or zero */
	const struct shared_tag *shared;
};

/* The ways down from one tip; whoever makes the facts frees `from`. */
struct facts_paths {
	uint32_t tip;
	uint32_t *from;			/* see dag_paths(); or NULL */
};

struct facts {
	const struct policy *policy;
	const struct tree *tree;	/* whose repository this is */
	const struct ref_fact *refs;
	size_t n_refs;
	const struct tag_fact *tags;	/* shared ones of the push */
	size_t n_tags;
	const struct pull_fact *pulls;
	size_t n_pulls;
	const struct doubled_tag_fact *doubled;
	size_t n_doubled;
	const struct dropped_tag_fact *dropped;
	size_t n_dropped;
	const struct backported_fact *backported;
	size_t n_backported;
	const struct dag *dag;	/* N and more */
	uint32_t in_n;			/* the flag of N's nodes in it */
	uint32_t on_way;		/* that of nodes that lead to them too;
					 * 0: none but N's own do */
	struct facts_paths *paths;	/* kept by facts_path() */
};

/*
 * Appends the shortest way from the tip of the commit's ref down to it, as
 * abbreviated names with arrows between them. The answer for one tip is kept
 * for the next call.
 */
void facts_path(const struct facts *facts, const struct commit_fact *commit,
		struct buf *out);

#endif
