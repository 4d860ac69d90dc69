/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_ODB_H
#define GIT_ODB_H

#include "base/error.h"

/*
 * The object directories that git reads in this process's environment: the one
 * of the repository or GIT_OBJECT_DIRECTORY, those of
 * GIT_ALTERNATE_OBJECT_DIRECTORIES, and the alternates of each, quoted and
 * relative ones included (gitrepository-layout(5), git's object-file.c).
 * libgit2 1.5 leaves some of these out without a word.
 *
 * `*dirs` is a NULL-terminated array of absolute paths, the caller's. An
 * alternate that cannot be understood is an error; one that does not exist is
 * left out, as git does: what is missing then shows as a missing object.
 */
int odb_directories(const char *common_dir, char ***dirs, struct error *err);
void odb_directories_free(char **dirs);

#endif
