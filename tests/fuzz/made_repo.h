/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_MADE_REPO_H
#define FUZZ_MADE_REPO_H

#include "base/oid.h"
#include "git/object.h"

/*
 * Objects made in memory, and the files that git would keep them in. Those that
 * an object names come before it. Zero it first.
 */
struct made_object {
	struct oid oid;
	enum object_type type;
	struct buf bytes;
	bool is_missing;		/* it is in no file */
};

struct made_objects {
	struct made_object *v;
	size_t n, cap;
	struct oidmap index;
};

void made_objects_release(struct made_objects *objects);

/* Adds one, if it is not there, and gives its name. */
struct oid made_add(struct made_objects *objects, enum object_type type,
		    const void *data, size_t len);

/* That object, or NULL. */
struct made_object *made_find(const struct made_objects *objects,
			      const struct oid *oid);

/* Forgets all but the first `n`. */
void made_forget(struct made_objects *objects, size_t n);

/* What a tag is of, through tags of tags; zero where that is not there. */
struct oid made_peel(const struct made_objects *objects,
		     const struct oid *oid);

/*
 * Writes those from number `from` on to files below `dir`, an object directory
 * that is there: a pack `name` and its index, a file for each, or the
 * commit-graph of all commits. Aborts where it cannot. The others remove
 * these.
 */
void made_write_pack(const struct made_objects *objects, const char *dir,
		     const char *name);
void made_write_loose(const struct made_objects *objects, size_t from,
		      const char *dir);
void made_write_graph(const struct made_objects *objects, const char *dir);
void made_remove_pack(const char *dir, const char *name);
void made_remove_loose(const struct made_objects *objects, const char *dir);
void made_remove_graph(const char *dir);

#endif
