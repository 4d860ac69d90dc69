/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_HIDDEN_REFS_H
#define GIT_HIDDEN_REFS_H

#include <stdbool.h>

#include "base/strings.h"
#include "git/repo.h"

/*
 * The refs that this repository hides from those who push to it, by
 * receive.hideRefs and transfer.hideRefs (git-config(1), git's refs.c).
 */

/* Adds the patterns in the configuration's order to `patterns`. */
int hidden_refs_read(struct repo *repo, struct strings *patterns,
		     struct error *err);

/*
 * The last pattern that matches decides: `!` shows the ref; `^` changes
 * nothing.
 */
bool hidden_refs_have(const struct strings *patterns, const char *ref);

#endif
