/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REVISION_H
#define GIT_REVISION_H

#include <stdbool.h>

#include "base/error.h"
#include "base/oid.h"
#include "git/repo.h"

/* One end of a revision or a range. */
struct revision {
	const char *name;	/* the full name of a ref, or the text */
	struct oid oid;		/* of a tag ref the tag object; a commit else */
	struct oid commit;	/* peeled; zero for a tag of something else */
	bool is_excluded;
};

/*
 * Resolves what gitrevisions(7) describes (`A`, `^A`, `A..B`, `A...B`, `A^!`,
 * `A^@`), ranges by `git rev-parse`. Calls `fn` for each end.
 */
int revision_resolve(struct repo *repo, const char *spec,
		     void (*fn)(void *ctx, const struct revision *revision),
		     void *ctx, struct error *err);

/*
 * Adds the commits that `git rev-list` lists for the arguments, in its order.
 * They may limit the list and name paths after "--", and end with NULL.
 */
int revision_list(const char *const *args, struct oid_list *commits,
		  struct error *err);

#endif
