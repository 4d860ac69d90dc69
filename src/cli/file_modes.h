/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_FILE_MODES_H
#define CLI_FILE_MODES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "git/repo.h"

/*
 * Modes, groups and owners of the files that install puts into a repository.
 */
struct file_modes {
	int shared;		/* mode bits: added to those of the umask, or,
				 * negative, in their place; 0: umask decides */
	gid_t group;		/* the repository's; counts where shared != 0 */
};

/* As git config core.sharedRepository asks for. */
int file_modes_find(struct repo *repo, struct file_modes *modes,
		    struct error *err);

/* Gives a new file or directory its mode and group. */
int file_modes_apply(const struct file_modes *modes, const char *path,
		     struct error *err);

/* Whether a file has the mode that file_modes_apply() would give it. */
bool file_modes_match(const struct file_modes *modes, const char *path);

/* Makes a directory with its mode and group, unless it is there. */
int file_modes_mkdir(const struct file_modes *modes, const char *path,
		     struct error *err);

/*
 * If root runs this program, it acts from now on as the user and group that own
 * `path`, with their HOME. So no file of root's is left in somebody's
 * repository. Otherwise this does nothing.
 */
int act_as_owner(const char *path, struct error *err);

/* Opens the repository as its owner, see above. */
struct repo *repo_open_as_owner(struct error *err);

#endif
