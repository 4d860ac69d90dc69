/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_PATH_OWNERS_H
#define FACTS_PATH_OWNERS_H

#include "base/strmap.h"
#include "facts/facts.h"

/*
 * Finds the owners of paths, one commit after the other, all by one policy. The
 * same paths come again and again, so some thousands are remembered. Zeroed
 * memory is empty.
 */
struct path_owners {
	struct strmap paths;		/* path -> its place in `known` */
	struct known_owners *known;
	size_t n_known, cap_known;
	struct owners all;		/* of each path, where too many come */
	struct owners one;		/* of the path that is looked up */
};

/*
 * Fills in the owners of each path; they are borrowed from `owners`, and good
 * until the next call or the release. -1 where those of a path cannot be told,
 * see owners_find().
 */
int path_owners_find(struct path_owners *owners, const struct policy *policy,
		     struct path_fact *paths, size_t n, struct error *err);

void path_owners_release(struct path_owners *owners);

#endif
