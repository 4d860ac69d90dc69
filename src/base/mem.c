/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *checked(void *ptr)
{
	if (!ptr) {
		fputs("git-treaty: cannot decide: memory ran out; 'git config "
		      "treaty.memoryLimit SIZE' allows a hook more\n", stderr);
		_exit(128);
	}
	return ptr;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *xreallocarray(void *ptr, size_t n, size_t size)
{
	return checked(reallocarray(ptr, n ? n : 1, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	char *copy = xmalloc(n + 1);

	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return checked(s);
}

void *mem_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return checked(pages == MAP_FAILED ? NULL : pages);
}

void mem_pages_free(void *pages, size_t size)
{
	if (pages)
		munmap(pages, size);
}

void *mem_grow(void *ptr, size_t *cap, size_t size)
{
	*cap = *cap ? *cap * 2 : size > 32 ? 2 : 8;
	return xreallocarray(ptr, *cap, size);
}
