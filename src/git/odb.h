/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_ODB_H
#define GIT_ODB_H

#include "base/error.h"

/*
 * Lists the object directories that git would read in this process's
 * environment: the repository's or GIT_OBJECT_DIRECTORY, those of
 * GIT_ALTERNATE_OBJECT_DIRECTORIES, and the alternates of each, including
 * quoted and relative ones (gitrepository-layout(5), git's object-file.c).
 * libgit2 1.5 silently leaves some of them out.
 *
 * `*dirs` is a NULL-terminated array of absolute paths that the caller frees.
 * An alternate that cannot be parsed is an error. One that does not exist is
 * left out, as in git; its objects then show as missing.
 */
int odb_directories(const char *common_dir, char ***dirs, struct error *err);
void odb_directories_free(char **dirs);

#endif
