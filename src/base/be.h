/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_BE_H
#define BASE_BE_H

#include <stddef.h>
#include <stdint.h>

/* Big-endian numbers, as git's files have them. */
static inline uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t be64(const unsigned char *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

/* The first n bytes there, at most 8 of them; all 8 must be readable. */
static inline uint64_t be_head(const char *p, size_t n)
{
	uint64_t head = be64((const unsigned char *)p);

	return n < 8 ? head >> (64 - 8 * n) : head;
}

#endif
