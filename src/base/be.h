/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_BE_H
#define BASE_BE_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Big-endian numbers at any address, as in git's files and SSH's keys. */
static inline uint32_t be32(const void *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return be32toh(n);
}

static inline uint64_t be64(const void *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return be64toh(n);
}

/* The first n bytes there, at most 8 of them; all 8 must be readable. */
static inline uint64_t be_head(const void *p, size_t n)
{
	uint64_t head = be64(p);

	return n < 8 ? head >> (64 - 8 * n) : head;
}

#endif
