/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

/*
 * Memory for many small things that live equally long: cheap to take, and given
 * back all at once. Zeroed memory is an empty arena.
 */
struct arena {
	struct arena_block *last;
	char *at, *end;			/* what is left of it */
};

/* Memory for any type, not set to anything; it is the arena's. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of the string; it is the arena's, and not aligned. */
char *arena_strdup(struct arena *arena, const char *s);

/*
 * Makes room for at least one more element of `size` bytes in an array of the
 * arena that has `*cap`, all of them used (NULL if that is 0). Updates `*cap`.
 * Returns where the array is now: if it was taken last, it need not move.
 */
void *arena_grow(struct arena *arena, void *array, size_t *cap, size_t size);

/* Gives all of it back. The arena is empty then. */
void arena_release(struct arena *arena);

#endif
