/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REF_STORE_H
#define GIT_REF_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/oid.h"

/*
 * The refs below refs/ as files have them (gitrepository-layout(5),
 * git-pack-refs(1)), read in one go: loose ones first, so that one that is
 * packed in the meantime is not missed; a loose one counts before a packed one
 * of its name.
 */
struct ref_entry {
	char *name;
	struct oid oid;			/* zero unless direct */
	struct oid peeled;		/* of a tag, where packed-refs has it */
	const char *target;		/* of a symbolic ref; else NULL */
	bool is_broken;			/* git could not read it either */
};

struct ref_store {
	struct ref_entry *v;		/* sorted by name */
	size_t n, cap;
	char *packed;			/* packed-refs; names point into it */
	char **strings;			/* what the loose ones point to */
	size_t n_strings, cap_strings;
};

/*
 * Fills a zeroed store. What has no name that a ref can have is left out. An
 * error where packed-refs is garbled or a directory cannot be read.
 */
int ref_store_read(struct ref_store *store, const char *common_dir,
		   struct error *err);
void ref_store_release(struct ref_store *store);

/* The ref of that name, or NULL. */
const struct ref_entry *ref_store_find(const struct ref_store *store,
				       const char *name);

/* Whether there are refs whose names begin so. */
bool ref_store_has_prefix(const struct ref_store *store, const char *prefix);

/*
 * Reads the file of one ref, `name` being that of `entry` (HEAD, or one of a
 * worktree's own, which no store has). What the entry points to goes with the
 * store. False where there is no such file.
 */
bool ref_store_read_file(struct ref_store *store, const char *path,
			 struct ref_entry *entry);

#endif
