/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_VOUCHERS_H
#define FACTS_VOUCHERS_H

#include "facts/facts.h"
#include "facts/refs.h"
#include "facts/signers.h"

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
	bool is_late;			/* unsigned, and of this very push: it
					 * counts only from the next one on */
	bool is_unsent;			/* only here, not where a push goes */
	bool is_annotated;
	char *raw;			/* of a mergetag: the tag object */
	size_t raw_len;
	struct oid carrier;		/* the merge that has it */
	bool is_old;			/* a mergetag of commits that are here:
					 * work may start at it, no more */
	/* Whether it counts: see tags_judge(). */
	bool is_valid;			/* the tag itself; its commits count
					 * one by one */
	bool is_sound;			/* and nothing is wrong with these */
	bool is_base;			/* a mergetag of commits that upstream
					 * or a branch has: it makes nothing
					 * legitimate, but work may start at
					 * it, see `bases_matter` */
	char *reason;			/* why it does not count, or NULL */
	const struct signer *signer;	/* whose signature counts, or NULL */
	char *unsigned_why;		/* why none does, or NULL */
	bool is_frozen, is_frozen_known;	/* see voucher_frozen() */
	/* See tag_contents_find(), and struct tag_fact. */
	bool is_examined;
	struct tag_fault *faults;
	size_t n_faults;
	bool has_more_faults;
	uint32_t *legit;		/* its own commits without a fault, by
					 * their nodes in the new commits */
	size_t n_legit, cap_legit;
	const char *draft_within;	/* one of another tree's, or NULL */
	uint32_t *drafts;		/* drafts of its tree within it, by
					 * their places among the vouchers */
	size_t n_drafts, cap_drafts;
	struct tag_base *bases;
	size_t n_bases;
};

struct vouchers {
	struct voucher *v;
	size_t n, cap;
};

struct vouchers_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct refs *refs;
	bool is_audit;
};

/*
 * Finds the shared tags of this repository and of the push, and those of the
 * push that claim to be upstream's. Mergetags are added later.
 */
int vouchers_find(const struct vouchers_in *in, struct vouchers *vouchers,
		  struct error *err);
void vouchers_release(struct vouchers *vouchers);

/* Adds one; borrows the name. Good until the next is added. */
struct voucher *vouchers_add(struct vouchers *vouchers, const char *name,
			     const struct oid *oid, const struct oid *commit);

/* Adds a ref that upstream's name makes one, in the same way. */
struct voucher *vouchers_add_upstream(struct vouchers *vouchers,
				      const char *name, const struct oid *oid,
				      const struct oid *commit,
				      const struct tree *tree,
				      bool is_annotated);

/* A tag's name without refs/tags/; the full one of any other ref. Borrowed. */
const char *voucher_short_name(const struct voucher *voucher);

/* How a sentence about it begins, such as "shared tag x-1"; a new string. */
char *voucher_subject(const struct voucher *voucher);

/* Whether it is of no use without a signature; a mergetag always is. */
bool voucher_needs_signature(const struct voucher *voucher);

/*
 * Whether it bears a good signature of its tree's, and its own name: the clause
 * why not, new, in `*why`, or NULL.
 */
int voucher_signature(struct signers *signers, const struct voucher *voucher,
		      const struct signer **signer, char **why,
		      struct error *err);

/*
 * Whether another mergetag has the same name, and as good a signature, for
 * another object. An old one is a rival of old ones only.
 */
int voucher_has_rival(struct signers *signers, const struct vouchers *vouchers,
		      const struct voucher *voucher, bool *has,
		      struct error *err);

/* What it takes to say whether a tag is frozen. */
struct freezing {
	struct repo *repo;
	const struct policy *policy;
	const struct refs *refs;
	bool is_audit;			/* of a push, only the branches count
					 * that were here before: git may refuse
					 * the others */
};

/* Whether it can change no more: see `freeze` in git-treaty-policy(5). */
int voucher_frozen(const struct freezing *freezing, struct voucher *voucher,
		   bool *frozen, struct error *err);

#endif
