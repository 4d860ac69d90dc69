/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_TREE_H
#define GIT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/oid.h"

/*
 * Parses raw trees as git's tree-walk.c and fsck.c do. Nothing is copied:
 * results point into the caller's bytes.
 */
struct tree_entry {
	unsigned int mode;		/* as git's canon_mode() has it; 0:
					 * there is no such entry */
	const char *name;
	size_t name_len;
	struct oid oid;
};

/* The entries of one tree. Zero it before use, and release it. */
struct tree_entries {
	const char *raw;		/* the caller's */
	uint32_t *starts;		/* of each entry, and the end of the
					 * last */
	size_t n, cap;
};

enum {
	MODE_TREE = 0040000,
	MODE_FILE = 0100000,
	MODE_LINK = 0120000,
	MODE_GITLINK = 0160000,
	MODE_TYPE = 0170000,
};

static inline bool mode_is_file(unsigned int mode)
{
	return (mode & MODE_TYPE) == MODE_FILE;
}

static inline bool mode_is_tree(unsigned int mode)
{
	return (mode & MODE_TYPE) == MODE_TREE;
}

/*
 * Fills `entries`. A tree that two readers could understand differently is an
 * error: entries that are out of order or repeated (a file and a directory of
 * one name included), and names that are empty, `.`, `..`, `.git` or contain a
 * slash.
 */
int tree_parse(struct tree_entries *entries, const char *raw, size_t len,
	       struct error *err);

/*
 * The same, with the help of a tree that was parsed: runs of entries that both
 * have, whatever objects they name, are not looked at again. Saves time where
 * the two differ in few entries. `like` may be NULL.
 */
int tree_parse_like(struct tree_entries *entries, const char *raw, size_t len,
		    const struct tree_entries *like, struct error *err);
void tree_entries_release(struct tree_entries *entries);

/* The i-th entry, i < n. */
struct tree_entry tree_entry_at(const struct tree_entries *entries, size_t i);

/* The first entry from the i-th on that does not end within that many bytes. */
size_t tree_entry_after(const struct tree_entries *entries, size_t i,
			size_t bytes);

/* The order of git's trees: a directory sorts as its name with a slash. */
int tree_entry_cmp(const struct tree_entry *a, const struct tree_entry *b);

/*
 * Whether two entries are the same: both missing, or equal in mode and object.
 */
bool tree_entry_equal(const struct tree_entry *a, const struct tree_entry *b);

#endif
