/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

/*
 * SHA-1 (FIPS 180-4), for names that are defined by it, such as OpenPGP's
 * fingerprints. It is no protection against somebody who looks for collisions.
 */
enum { SHA1_SIZE = 20 };

struct sha1 {
	uint32_t state[5];
	uint64_t len;			/* bytes so far */
	unsigned char block[64];	/* the last len % 64 of them */
};

void sha1_init(struct sha1 *sha1);
void sha1_add(struct sha1 *sha1, const void *data, size_t len);
void sha1_finish(struct sha1 *sha1, unsigned char out[SHA1_SIZE]);

#endif
