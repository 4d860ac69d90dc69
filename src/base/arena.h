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
 * Makes room in an array of `*cap` elements, all of them used, for more.
 * Returns where it is now. It need not move if nothing was taken since.
 */
void *arena_grow(struct arena *arena, void *array, size_t *cap, size_t size);

void arena_release(struct arena *arena);

#endif
