/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_INFER_H
#define POLICY_INFER_H

#include "base/strings.h"
#include "base/strmap.h"
#include "policy/maintainers.h"

/*
 * Finds the tree of a section of MAINTAINERS that names none: the tree of the
 * sections that share a maintainer with it, if these have only one.
 */
struct people {
	struct strings addresses;	/* in lower case */
	struct strmap index;		/* address -> its place */
	struct person {
		const char *tree;	/* borrowed; NULL: none so far */
		bool has_many;
	} *v;
	size_t cap;
};

/* Zeroed memory is nobody. Each maintainer of the section has that tree. */
void people_add(struct people *people,
		const struct maintainers_section *section, const char *tree);

/* The tree of the section's maintainers, if they have one; else NULL. */
const char *people_tree(const struct people *people,
			const struct maintainers_section *section);
void people_release(struct people *people);

#endif
