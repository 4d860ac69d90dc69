/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_HOOK_FILES_H
#define CLI_HOOK_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/cli.h"
#include "git/repo.h"

/*
 * The hook files: what install puts in, what uninstall takes out, what status
 * finds. Their texts are those in hooks/.
 */
struct hook_file {
	const char *name;
	const char *text;
};

/* All of them; ends with a name of NULL. */
extern const struct hook_file hook_files[];

/* By name, or NULL. */
const struct hook_file *hook_file_find(const char *name);

/* Whether --hook names one of them; else says so as a usage error. */
bool hook_is_known(const struct command *command,
		   const struct options *options);

/* Prints "<what> <directory>/<hook>". */
void hook_file_tell(const char *what, const char *dir,
		    const struct hook_file *hook);

enum hook_state {
	HOOK_NONE,		/* no such file */
	HOOK_OTHER,		/* somebody else's */
	HOOK_OURS,
	HOOK_EDITED,		/* ours once, with other text now */
};

/* What stands in the hooks directory `dir` under that name. */
int hook_file_state(const char *dir, const struct hook_file *hook,
		    enum hook_state *state, struct error *err);

/* Where the hook that was there before is kept; a new string. */
char *hook_file_kept(const char *dir, const struct hook_file *hook);

/*
 * Puts the hook in, in one step that leaves no moment without a hook; one that
 * is there is kept. `*done` is false where it was in already.
 */
int hook_file_install(const char *dir, const struct hook_file *hook,
		      bool *done, struct error *err);

/* Takes it out; puts back what was there. `*done` is false where it is not in. */
int hook_file_uninstall(const char *dir, const struct hook_file *hook,
			bool *done, struct error *err);

/*
 * Where git looks for hooks, a new string. An error where that serves other
 * repositories too (core.hooksPath set outside of this one).
 */
int hooks_directory(struct repo *repo, char **dir, struct error *err);

#endif
