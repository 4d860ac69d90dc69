/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PACK_H
#define GIT_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/oid.h"
#include "git/object_bytes.h"

/*
 * The fast way to objects: packs read as gitformat-pack(5) has them, with
 * version 2 of the index, deltas by offset and by name; what deltas were made
 * from is remembered for the next one.
 *
 * It reads what is as it should be, and nothing else: loose objects, packs that
 * came later, very large objects and broken ones it has not, and who asks goes
 * on to libgit2, whose word is the last. Trusted is, as by git, that the bytes
 * a pack has for a name have that name: git index-pack hashed them.
 */
struct packs;

/* `dirs`: NULL-terminated object directories. Packs are opened when needed. */
struct packs *packs_open(char *const *dirs);

/* Accepts NULL. */
void packs_free(struct packs *packs);

/* The object of that name, or NULL. Until object_bytes_put(). */
struct object_bytes *packs_read(struct packs *packs, const struct oid *oid);

/* Whether a pack names the object; no says nothing. */
bool packs_have(struct packs *packs, const struct oid *oid);

#endif
