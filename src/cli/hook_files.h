/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_HOOK_FILES_H
#define CLI_HOOK_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/file_modes.h"
#include "cli/hook_text.h"
#include "cli/kept_hooks.h"
#include "git/repo.h"

/* The hook files, as install, uninstall and status need them. */

/* Where hooks are installed, and how. */
struct hook_place {
	char *dir;		/* as git calls it */
	const char *file;	/* the hook file's name there; NULL: the hook's.
				 * Static. */
	struct kept kept;
	struct file_modes modes;
};

/*
 * Where git looks for the hooks of a server, or of a client, and what is kept
 * beside them. An error where that directory serves other repositories too
 * (core.hooksPath set outside of this one).
 */
int hook_place_find(struct repo *repo, bool is_server,
		    struct hook_place *place, struct error *err);
void hook_place_release(struct hook_place *place);

/*
 * The hook whose parts some hosting software runs from a directory of this
 * name: pre-receive for "hooks/pre-receive.d". NULL for any other name.
 */
const struct hook_file *hook_of_directory(const char *dir);

/* Such a directory, which need not be there, as a place. */
int hook_place_in(struct repo *repo, const char *dir, struct hook_place *place,
		  struct error *err);

/* The one that hook_record() remembers; `*found` is false where it has none. */
int hook_place_recorded(struct repo *repo, const struct hook_file *hook,
			struct hook_place *place, bool *found,
			struct error *err);

/* The hook file's path, a new string. */
char *hook_file_path(const struct hook_place *place,
		     const struct hook_file *hook);

/* act_as_owner() of the hooks directory, or of the one that it will be in. */
int act_as_owner_of_hooks(const struct hook_place *place, struct error *err);

/* Whether --hook names one of them; else says so as a usage error. */
bool hook_is_known(const struct command *command,
		   const struct options *options);

/* Prints "<what> <directory>/<hook>". */
void hook_file_tell(const char *what, const struct hook_place *place,
		    const struct hook_file *hook);

/* What stands under that name; `program` as hook_text_state() has it. */
int hook_file_state(const struct hook_place *place,
		    const struct hook_file *hook, enum hook_state *state,
		    char **program, struct error *err);

/* Whether an earlier hook runs first. */
bool hook_file_keeps(const struct hook_place *place,
		     const struct hook_file *hook);

/*
 * Installs the hook, in one step, so that there is always a hook. A hook that
 * is there is kept. `*done` is false if ours was installed already.
 */
int hook_file_install(const struct hook_place *place,
		      const struct hook_file *hook, const char *program,
		      bool *done, struct error *err);

/*
 * Removes the hook and restores the one before, also where another tool has
 * moved ours to NAME.legacy. `*done` is false if ours is not installed.
 */
int hook_file_uninstall(const struct hook_place *place,
			const struct hook_file *hook, bool *done,
			struct error *err);

/*
 * Remembers in treaty/ in the repository whether the hook is installed (NULL:
 * it is not), and in what directory of parts, so that status notices if it is
 * gone.
 */
int hook_record(struct repo *repo, const struct hook_file *hook,
		const struct hook_place *place, struct error *err);
bool hook_is_recorded(struct repo *repo, const struct hook_file *hook);

#endif
