/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_EQUAL_PATCHES_H
#define FACTS_EQUAL_PATCHES_H

#include <stdint.h>

#include "base/scratch.h"
#include "git/object.h"
#include "git/repo.h"

/*
 * Which of our commits are the same work as which of others: by their stable
 * patch id, or by author, author date and subject. Patch ids are asked for only
 * if a commit of ours and one of the others change the same lines of the same
 * paths (facts/changed_lines.h).
 */
struct work {
	struct oid oid, id;		/* id: zero, not asked for or none */
	uint32_t node;			/* the caller's */
	uint32_t classes;		/* see equal_patches_add() */
	uint64_t who, paths;		/* hashes; paths 0: no change */
	bool is_wanted;			/* its id is */
};

struct patch_list {
	struct work *v;
	size_t n, cap;
};

struct equal_patches {
	struct repo *repo;
	struct scratch *scratch;
	struct patch_list ours, others;
	struct touched {
		uint64_t hash;		/* of a path of ours, or a directory */
		uint32_t classes;	/* of those that touch it */
	} *touched;
	size_t n_touched, cap_touched;
	uint64_t *hashes;		/* of ours, both kinds; sorted */
	size_t n_hashes;
	bool is_sorted;			/* the above, once the others come */
};

struct patch_match {
	const struct work *ours, *other;
	bool is_patch;			/* the same patch id */
};

void equal_patches_init(struct equal_patches *patches, struct repo *repo,
			struct scratch *scratch);
void equal_patches_release(struct equal_patches *patches);

/*
 * Adds a commit that is no merge: first all of ours, then the others. Only
 * commits with a bit of `classes` in common are compared: so others that are no
 * news to most of ours cost less.
 */
int equal_patches_add(struct equal_patches *patches, const struct oid *oid,
		      const struct commit *commit, uint32_t node,
		      uint32_t classes, bool ours, struct error *err);

/*
 * The same for one of the others in two steps, the first of which can be done
 * in a forked process: it fills `*other`, and sets `*is_like` if that is worth
 * adding, since its author, date and subject or its paths are those of one of
 * ours.
 */
int equal_patches_look(struct equal_patches *patches, const struct oid *oid,
		       const struct commit *commit, uint32_t node,
		       uint32_t classes, struct work *other, bool *is_like,
		       struct error *err);
void equal_patches_add_other(struct equal_patches *patches,
			     const struct work *other);

/*
 * Gives the pairs, those of one commit of ours together, in the order in which
 * they were added; of a patch that many others are, the first hundred. Borrows
 * the patches; the caller frees the array.
 */
int equal_patches_match(struct equal_patches *patches,
			struct patch_match **matches, size_t *n,
			struct error *err);

#endif
