/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PACK_H
#define GIT_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/oid.h"
#include "git/object_bytes.h"

/*
 * Reads objects from packs (gitformat-pack(5), index version 2, deltas by
 * offset and by name), and caches the bases of deltas.
 *
 * Loose, new, very large or corrupt objects return NULL; callers fall back to
 * libgit2. As git does, this trusts that the bytes stored under a name have
 * that name: git index-pack has hashed them.
 */
struct packs;

/* `dirs`: NULL-terminated object directories. Packs are opened when needed. */
struct packs *packs_open(char *const *dirs);

/* Accepts NULL. */
void packs_free(struct packs *packs);

/* The object of that name, or NULL. The caller calls object_bytes_put(). */
struct object_bytes *packs_read(struct packs *packs, const struct oid *oid);

/*
 * Whether the last read gave up on a chain of deltas that is longer than any of
 * git's, or whose objects are too much work to make: then nobody else should
 * try.
 */
bool packs_gave_up(const struct packs *packs);

/*
 * What all reading took so far, in about nanoseconds of one processor: for each
 * byte that was inflated, and for those that deltas copied.
 */
int64_t packs_work(const struct packs *packs);

/* Whether all packs can be read here: false where git may know more of them. */
bool packs_are_usable(struct packs *packs);

/* Whether a pack has the object; false does not mean that it is missing. */
bool packs_have(struct packs *packs, const struct oid *oid);

/*
 * The object's type, by the header of its entry; of a delta, by that of the
 * entry at the end of its chain. OBJECT_MISSING if no pack has the object or a
 * header is broken. Inflates nothing.
 */
enum object_type packs_type(struct packs *packs, const struct oid *oid);

/* The number of objects in all packs that can be read. */
size_t packs_count(struct packs *packs);

#endif
