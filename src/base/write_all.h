/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_WRITE_ALL_H
#define BASE_WRITE_ALL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes all of it to `fd`, which blocks, in as many parts as that takes.
 * Returns false, with `errno`, if it cannot; some of it may be written then.
 */
bool write_all(int fd, const void *data, size_t len);

#endif
