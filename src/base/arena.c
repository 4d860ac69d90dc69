/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 64 << 10, ALIGNMENT = _Alignof(max_align_t) };

struct arena_block {
	struct arena_block *before;
	max_align_t bytes[];
};

static void add_block(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK ? size : BLOCK;
	struct arena_block *block = xmalloc(sizeof(*block) + room);

	block->before = arena->last;
	arena->last = block;
	arena->at = (char *)block->bytes;
	arena->end = arena->at + room;
}

static void *take(struct arena *arena, size_t size)
{
	char *at;

	if (size > (size_t)(arena->end - arena->at))
		add_block(arena, size);
	at = arena->at;
	arena->at += size;
	return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t left = (size_t)(arena->end - arena->at);
	size_t pad = -(uintptr_t)arena->at % ALIGNMENT;

	if (pad > left || size > left - pad)
		add_block(arena, size);
	else
		arena->at += pad;
	return take(arena, size);
}

char *arena_strdup(struct arena *arena, const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(take(arena, size), s, size);
}

void *arena_grow(struct arena *arena, void *array, size_t *cap, size_t size)
{
	size_t n = *cap;
	void *more;

	if (n && (char *)array + n * size == arena->at &&
	    size <= (size_t)(arena->end - arena->at)) {
		take(arena, size);
		*cap = n + 1;
		return array;
	}
	*cap = n ? 2 * n : 1;
	more = arena_alloc(arena, *cap * size);
	if (n)
		memcpy(more, array, n * size);
	return more;
}

void arena_release(struct arena *arena)
{
	struct arena_block *before;

	for (struct arena_block *b = arena->last; b; b = before) {
		before = b->before;
		free(b);
	}
	*arena = (struct arena){ 0 };
}
