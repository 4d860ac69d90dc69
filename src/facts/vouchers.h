/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_VOUCHERS_H
#define FACTS_VOUCHERS_H

#include "facts/facts.h"

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

struct vouchers {
	struct voucher *v;
	size_t n, cap;
};

/* Adds one; borrows the name. Good until the next is added. */
struct voucher *vouchers_add(struct vouchers *vouchers, const char *name,
			     const struct oid *oid, const struct oid *commit);
void voucher_release(struct voucher *voucher);
void vouchers_release(struct vouchers *vouchers);

/* Whether it is of no use without a signature; a mergetag always is. */
bool voucher_needs_signature(const struct voucher *voucher);

#endif
