/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SCRATCH_H
#define BASE_SCRATCH_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * A directory for this run alone below TMPDIR (or /tmp), for objects and files
 * that other programs write or read. Zero it first. It is created when first
 * needed; scratch_release() removes it with all files in it.
 */
struct scratch {
	char *dir;		/* absolute; NULL until scratch_open() */
};

int scratch_open(struct scratch *scratch, struct error *err);
void scratch_release(struct scratch *scratch);

/*
 * Names the directories of this process, and of those that it forks, by its
 * number from now on, so that scratch_remove_all() finds them.
 */
void scratch_mark(void);

/* Removes what the process of that number, which has died, left behind. */
void scratch_remove_all(pid_t pid);

/* The path of a file in it, a new string. */
char *scratch_path(const struct scratch *scratch, const char *name);

/*
 * NAME with this process's number: a name that no other process uses, where
 * workers share the directory. A new string.
 */
char *scratch_own_name(const char *name);

/* Writes a file in it; creates the directory if necessary. */
int scratch_write(struct scratch *scratch, const char *name, const void *data,
		  size_t len, struct error *err);

#endif
