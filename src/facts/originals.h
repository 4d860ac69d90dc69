/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_ORIGINALS_H
#define FACTS_ORIGINALS_H

#include "facts/known_tags.h"
#include "facts/refs.h"
#include "facts/vouchers.h"
#include "git/dag.h"
#include "git/history.h"

/* Where originals are looked for, in the order that names them best. */
enum original_kind {
	ORIGINAL_FROZEN,	/* in a frozen tag */
	ORIGINAL_DRAFT,		/* in a shared tag that no branch has yet */
	ORIGINAL_TREE,		/* in another tree's history */
};

/* A ref that may have originals; the names are borrowed. */
struct original_ref {
	enum original_kind kind;
	const char *ref;
	const char *tree;		/* whose it is, or NULL */
	struct oid commit;
	bool is_own;			/* a shared tag of this tree */
	bool is_shared;
	const struct voucher *unproven;	/* see past_tags.h; or NULL */
};

struct originals {
	struct original_ref *v;
	size_t n, cap;
};

struct originals_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct refs *refs;
	const struct vouchers *vouchers;	/* judged */
	struct known_tags *known;
	struct walker *walker;
};

/*
 * Finds these refs, or only the shared tags among them. Fills a zeroed
 * `originals`; the caller frees `v`, after an error as well.
 */
int originals_find(const struct originals_in *in, bool shared_only,
		   struct originals *originals, struct error *err);

/*
 * For each commit of the dag the ref that it is called after, by index: the
 * innermost tag that holds it, else another tree's; DAG_NONE where none has it.
 * The caller frees the array. Needs no repository.
 */
uint32_t *originals_label(const struct original_ref *refs, size_t n,
			  const struct dag *dag);

#endif
