/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_BACKPORTED_H
#define FACTS_BACKPORTED_H

#include "facts/rewritten.h"

struct backported {
	struct backported_fact *v;
	size_t n, cap;
	struct rewritten copies;	/* from which they borrow */
};

/*
 * Finds copies that only `backport` branches, and tags, contained before and
 * that another branch of this push now contains in place of their originals:
 * what excused them no longer does. Such commits are not in N. `in` is what
 * rewritten_find() takes. Fills a zeroed `backported`; costs nothing where the
 * policy has no `backport` branches of the tree.
 */
int backported_find(const struct rewritten_in *in,
		    struct backported *backported, struct error *err);
void backported_release(struct backported *backported);

#endif
