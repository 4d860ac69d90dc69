/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MERGE_PATHS_H
#define FACTS_MERGE_PATHS_H

#include "facts/paths.h"

/*
 * What changes_find() does for a merge: its paths that are not what merging its
 * parents gives. Only this folder's changes.c calls it.
 */
int changes_of_merge(struct changes *changes, const struct commit *commit,
		     const struct tree *tree, struct error *err);

/* Adds a path to the list; too many are an error. */
int changes_add_path(struct changes *changes, const char *path, size_t len,
		     enum path_kind kind, bool exists, struct error *err);
void changes_reset(struct changes *changes);

#endif
