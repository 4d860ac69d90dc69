/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_HIDDEN_REFS_H
#define GIT_HIDDEN_REFS_H

#include <stdbool.h>

#include "base/strings.h"

/*
 * The refs that a repository hides from those who push to it, by
 * receive.hideRefs and transfer.hideRefs (git-config(1), git's refs.c); see
 * repo_hidden_refs().
 *
 * The last pattern that matches decides: `!` shows the ref; `^` changes
 * nothing.
 */
bool hidden_refs_have(const struct strings *patterns, const char *ref);

#endif
