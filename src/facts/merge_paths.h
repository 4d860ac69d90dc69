/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_MERGE_PATHS_H
#define FACTS_MERGE_PATHS_H

#include "facts/paths.h"

/*
 * What paths_find() does for a merge: its paths that are not what merging its
 * parents gives. Only paths.c calls it.
 */
int merge_paths_find(struct commit_paths *paths, const struct commit *commit,
		     const struct tree *tree, struct error *err);

/* Adds a path to the list; too many are an error. */
int paths_add(struct commit_paths *paths, const char *path, size_t len,
	      enum path_kind kind, bool exists, struct error *err);
void paths_reset(struct commit_paths *paths);

#endif
