/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_KEPT_HOOKS_H
#define CLI_KEPT_HOOKS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/file_modes.h"

/*
 * The hooks that were there before ours. Each keeps its file name and mode, in
 * a directory beside that of the hooks, "<hooks>.before-treaty". Links there
 * lead to whatever else stands beside the hooks, for many hooks look for their
 * parts beside "$0": pre-receive.d/, pre-push.legacy, husky's "h". A .gitignore
 * there, as husky has one, holds for that directory too.
 */
struct kept {
	char *hooks;		/* the directory of the hooks, no link in it */
	char *dir;		/* where the earlier ones are kept */
};

/* Of the hooks directory `hooks`, which need not be there. */
int kept_find(struct kept *kept, const char *hooks, struct error *err);
void kept_release(struct kept *kept);

/* The path that a hook of this name is kept under; a new string. */
char *kept_path(const struct kept *kept, const char *name);
bool kept_has(const struct kept *kept, const char *name);

/*
 * Keeps the file `from`, which stays in its place too where the file system can
 * give a file two names. A file that is kept already under that name is an
 * error, unless it is the same.
 */
int kept_add(const struct kept *kept, const char *from, const char *name,
	     const struct file_modes *modes, struct error *err);

/* Puts a kept hook back under its own name, in one step. */
int kept_restore(const struct kept *kept, const char *name, struct error *err);

/* Takes away the links, and the directory, if no hook is kept any more. */
void kept_clean(const struct kept *kept);

/*
 * Runs the hook at `path`, if it is there and executable, with these arguments,
 * this input and our environment. `*status` is its exit status, 0 where there
 * is none. -1 where it cannot be run. `as` (may be NULL) is the hook file that
 * was run in its place: where the hook compares its own name with one that it
 * must literally have, it is called by that.
 */
int kept_run(const char *path, const char *as, int argc, char **argv,
	     const struct buf *input, int *status, struct error *err);

/* Makes the links that are missing, see above. */
int kept_link(const struct kept *kept, struct error *err);

#endif
