/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REF_STORE_H
#define GIT_REF_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/oid.h"

/*
 * Reads the refs below refs/ from their files (gitrepository-layout(5),
 * git-pack-refs(1)). It reads loose refs first, so that it does not miss one
 * that is packed in the meantime; a loose ref overrides a packed one.
 */
struct ref_entry {
	char *name;
	struct oid oid;			/* zero unless direct */
	struct oid peeled;		/* of a tag, where packed-refs has it */
	const char *target;		/* of a symbolic ref; else NULL */
	bool is_broken;			/* garbled, or it cannot be read */
};

struct ref_store {
	struct ref_entry *v;		/* sorted by name */
	size_t n, cap;
	char *packed;			/* packed-refs; names point into it */
	char **strings;			/* what the loose ones point to */
	size_t n_strings, cap_strings;
};

/*
 * Fills a zeroed store. Leaves out names that no ref can have. A garbled
 * packed-refs or an unreadable directory is an error.
 */
int ref_store_read(struct ref_store *store, const char *common_dir,
		   struct error *err);
void ref_store_release(struct ref_store *store);

/* The ref of that name, or NULL. */
const struct ref_entry *ref_store_find(const struct ref_store *store,
				       const char *name);

/* Whether there are refs whose names begin with the prefix. */
bool ref_store_has_prefix(const struct ref_store *store, const char *prefix);

/*
 * Reads the file of the ref `entry->name`, for refs that no store has (HEAD, or
 * a worktree's own). The store owns the entry's target. False when there is no
 * such file.
 */
bool ref_store_read_file(struct ref_store *store, const char *path,
			 struct ref_entry *entry);

#endif
