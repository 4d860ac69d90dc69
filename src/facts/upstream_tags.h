/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_UPSTREAM_TAGS_H
#define FACTS_UPSTREAM_TAGS_H

#include "facts/refs.h"
#include "facts/vouchers.h"
#include "git/history.h"

struct upstream_tags_in {
	struct repo *repo;
	struct signers *signers;
	struct walker *walker;
	struct refs *refs;
	struct vouchers *vouchers;
	bool is_audit;
};

/*
 * Decides which of the claims of `refs` are upstream's: their commits are added
 * to its list, and their `counts` is set. Only those are looked at that the
 * judged refs or the vouchers may depend on: of all that contain a commit, the
 * youngest is verified first, and the others only if it does not count. One
 * that turned out not to count becomes a voucher, so that it can say why.
 */
int upstream_tags_prove(const struct upstream_tags_in *in, struct error *err);

#endif
