/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_SCRATCH_FILES_H
#define FUZZ_SCRATCH_FILES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Files for readers that want some: a directory of this process alone, made
 * with its subdirectories (each name once, parents first, NULL at the end) and
 * removed when it ends. Aborts where it cannot.
 */
void files_start(const char *const *subdirs);

/* The directory, absolute. */
const char *files_dir(void);

/* Writes a file in it. */
void files_put(const char *name, const void *data, size_t len);

#endif
