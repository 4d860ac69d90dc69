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
 * Decides which of the claims of `refs` are upstream's: adds their commits to
 * its list, and sets their `counts`. Verifies only claims that the judged refs
 * or the vouchers may depend on: of all that contain a commit, the youngest
 * first, and the others only if that one does not count. A claim that does not
 * count becomes a voucher, which says why.
 */
int upstream_tags_prove(const struct upstream_tags_in *in, struct error *err);

#endif
