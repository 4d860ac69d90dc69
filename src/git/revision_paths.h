/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REVISION_PATHS_H
#define GIT_REVISION_PATHS_H

#include "git/repo.h"

/*
 * All files, symlinks and submodules of a revision, sorted by path (strcmp).
 */
struct revision_path {
	const char *path;		/* in `names` */
	struct oid oid;
};

struct revision_paths {
	struct revision_path *v;
	size_t n, cap;
	struct buf names;
};

/* `rev` names one commit, as for git-rev-parse(1). Zero `paths` first. */
int revision_paths_read(struct repo *repo, const char *rev,
			struct revision_paths *paths, struct error *err);
void revision_paths_release(struct revision_paths *paths);

/* The path, or NULL. */
const struct revision_path *revision_paths_find(
	const struct revision_paths *paths, const char *path);

/* Whether there are paths below the directory. */
bool revision_paths_has_dir(const struct revision_paths *paths,
			    const char *dir);

#endif
