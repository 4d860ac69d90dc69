/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REVISION_H
#define GIT_REVISION_H

#include <stdbool.h>

#include "base/error.h"
#include "base/oid.h"
#include "git/repo.h"

/*
 * Resolves a revision as git-rev-parse(1) does: `A`, `^A`, `A..B`, `A...B`.
 * Calls `fn` for each end, with the text or full ref name that names it, and
 * whether it is excluded.
 */
int revision_resolve(struct repo *repo, const char *spec,
		     void (*fn)(void *ctx, const char *name,
				const struct oid *oid, bool exclude),
		     void *ctx, struct error *err);

#endif
