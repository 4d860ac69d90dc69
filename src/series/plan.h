/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_PLAN_H
#define SERIES_PLAN_H

#include "policy/owners.h"
#include "series/patch.h"

/*
 * Plans the way of a series: who owns each path, which trees can carry which
 * patch, and what the others must agree to. Plain data; all pointers are
 * borrowed from the policy and the patches.
 *
 * A tree can carry a patch if none of its paths is foreign to the tree. Only
 * maintainers' trees count: upstream takes what they send, and an integration
 * tree takes nothing.
 */
struct routed_path {
	const char *path;
	struct owners owners;
};

struct tree_list {
	const struct tree **v;
	size_t n, cap;
};

/* A maintainer of something that a patch touches. */
struct contact {
	const char *maintainer;		/* as the policy has it */
	const struct subsystem *subsystem;
	bool is_missing;		/* not among the mail's recipients */
};

struct contacts {
	struct contact *v;
	size_t n, cap;
};

/*
 * A patch goes after an earlier one of the series which no tree can carry with
 * it, or names what it goes after.
 */
struct after {
	const struct route *route;	/* of the earlier one; or NULL */
	const char *path;		/* both change it; or NULL */
	const char *word;		/* that one adds it, this one adds a use
					 * of it; or NULL */
	const char *trailer;		/* of this one; or NULL */
};

struct route {
	const struct patch *patch;
	struct routed_path *paths;
	size_t n_paths;
	struct tree_list owners;	/* maintainers' trees of its paths */
	struct tree_list carriers;	/* those that can carry it */
	bool is_free;			/* none of its paths is foreign to
					 * any tree */
	struct contacts contacts;
	struct after *after;		/* at most one for each earlier patch */
	size_t n_after, cap_after;
};

struct plan {
	const struct policy *policy;
	struct route *routes;		/* one for each patch, in order */
	size_t n;
	struct tree_list carriers;	/* can carry the whole series */
	const struct tree *best;	/* carries most patches, or owns most
					 * paths; NULL where nobody owns any */
	struct contacts contacts;	/* of all patches */
	size_t n_waiting;		/* patches with `after` */
	bool is_free;
	bool has_people;		/* mails have To: and Cc: to look at */
};

/*
 * Plans the series; borrows the policy and the patches. -1 where the owners of
 * a path cannot be told. The caller releases the plan, after an error as well.
 */
int plan_find(struct plan *plan, const struct policy *policy,
	      const struct patch_list *patches, struct error *err);
void plan_release(struct plan *plan);

/* Whether the path is foreign to the tree; see owners_foreign(). */
bool plan_is_foreign(const struct plan *plan,
		     const struct routed_path *path, const struct tree *tree);

bool tree_list_has(const struct tree_list *list, const struct tree *tree);

#endif
