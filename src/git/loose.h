/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_LOOSE_H
#define GIT_LOOSE_H

#include "base/error.h"
#include "base/oid.h"
#include "git/object_bytes.h"

/*
 * Reads loose objects: files of their own below an object directory, deflated,
 * "<type> <size>" and a NUL before the bytes (gitrepository-layout(5), git's
 * object-file.c). libgit2 1.5 never returns from one that is cut short.
 *
 * `dirs`: NULL-terminated object directories; the first that has the file
 * counts. A file that is damaged, or larger than LOOSE_LIMIT bytes, is an
 * error. Where there is no file, the answer is NULL or OBJECT_MISSING.
 */
enum { LOOSE_LIMIT = 256 << 20 };

/* The caller calls object_bytes_put(). */
int loose_read(char *const *dirs, const struct oid *oid,
	       struct object_bytes **bytes, struct error *err);

/*
 * Reads no more than the start of the file, however large it is. If the object
 * is small, `*small` has all of it, and the caller puts it back; else it is
 * NULL.
 */
int loose_type(char *const *dirs, const struct oid *oid,
	       enum object_type *type, struct object_bytes **small,
	       struct error *err);

#endif
