/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * Allocation that ends the program with a sentence and exit status 128 when
 * memory runs out: a hook that dies refuses the push.
 * All memory but pages is given back with free().
 */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *ptr, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Zeroed pages, for large tables that mostly stay empty: those never written to
 * take no memory, while calloc() may clear memory that was in use before.
 * mem_pages_free() accepts NULL.
 */
void *mem_pages(size_t size);
void mem_pages_free(void *pages, size_t size);

/*
 * Makes room in the array `ptr` of `*cap` elements for one more than `n`.
 * `ptr` must be an lvalue; its element type gives the size.
 */
#define GROW(ptr, n, cap) \
	((n) < (cap) ? (void)0 : \
	 (void)((ptr) = mem_grow((ptr), &(cap), sizeof(*(ptr)))))

void *mem_grow(void *ptr, size_t *cap, size_t size);

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
