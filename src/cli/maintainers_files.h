/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_MAINTAINERS_FILES_H
#define CLI_MAINTAINERS_FILES_H

#include "git/repo.h"
#include "git/revision_paths.h"

/*
 * MAINTAINERS files as the command line names them: a file, a directory (all
 * files of that name below it), or <rev>:<path>, where the path is a file or a
 * directory (the root, where it is empty).
 */
struct maintainers_files {
	struct source {
		char *name;
		struct buf text;
	} *v;
	size_t n, cap;
	char **roots;			/* trees on the disk */
	size_t n_roots, cap_roots;
	struct source_rev {
		char *rev;
		struct revision_paths paths;
	} *revs;			/* trees of revisions */
	size_t n_revs, cap_revs;
};

/* Adds what `arg` names. Opens `*repo` when it is first needed. */
int maintainers_files_add(struct maintainers_files *sources, const char *arg,
			  struct repo **repo, struct error *err);
void maintainers_files_release(struct maintainers_files *sources);

/* Whether one of the trees has that directory; `ctx` is the sources. */
bool maintainers_files_have_dir(void *ctx, const char *path);

#endif
