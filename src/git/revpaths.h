/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REVPATHS_H
#define GIT_REVPATHS_H

#include "git/repo.h"

/*
 * All files, symlinks and submodules of a revision, sorted by path (strcmp).
 */
struct rev_path {
	const char *path;		/* in `names` */
	struct oid oid;
};

struct rev_paths {
	struct rev_path *v;
	size_t n, cap;
	struct buf names;
};

/* `rev` names one commit, as for git-rev-parse(1). Zero `paths` first. */
int rev_paths_read(struct repo *repo, const char *rev,
		   struct rev_paths *paths, struct error *err);
void rev_paths_release(struct rev_paths *paths);

/* The path, or NULL. */
const struct rev_path *rev_paths_find(const struct rev_paths *paths,
				      const char *path);

/* Whether there are paths below the directory. */
bool rev_paths_has_dir(const struct rev_paths *paths, const char *dir);

#endif
