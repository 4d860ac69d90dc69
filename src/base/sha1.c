/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/sha1.h"

#include <endian.h>
#include <string.h>

#include "base/be.h"

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

/* The function and the constant of round `i`. */
static uint32_t mix(int i, uint32_t b, uint32_t c, uint32_t d)
{
	if (i < 20)
		return ((b & c) | (~b & d)) + 0x5a827999u;
	if (i < 40)
		return (b ^ c ^ d) + 0x6ed9eba1u;
	if (i < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu;
	return (b ^ c ^ d) + 0xca62c1d6u;
}

static void add_block(uint32_t state[5], const unsigned char *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], w[80];

	for (int i = 0; i < 16; i++)
		w[i] = be32(block + 4 * i);
	for (int i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t next = rotate(a, 5) + mix(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void sha1_init(struct sha1 *sha1)
{
	*sha1 = (struct sha1){ .state = { 0x67452301u, 0xefcdab89u, 0x98badcfeu,
					  0x10325476u, 0xc3d2e1f0u } };
}

void sha1_add(struct sha1 *sha1, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len) {
		size_t at = sha1->len % sizeof(sha1->block);
		size_t n = sizeof(sha1->block) - at;

		if (n > len)
			n = len;
		memcpy(sha1->block + at, p, n);
		sha1->len += n;
		p += n;
		len -= n;
		if (at + n == sizeof(sha1->block))
			add_block(sha1->state, sha1->block);
	}
}

void sha1_finish(struct sha1 *sha1, unsigned char out[SHA1_SIZE])
{
	static const unsigned char zeroes[64];
	uint64_t bits = htobe64(sha1->len * 8);
	size_t pad;

	sha1_add(sha1, "\x80", 1);
	pad = (64 + 56 - sha1->len % 64) % 64;
	sha1_add(sha1, zeroes, pad);
	sha1_add(sha1, &bits, sizeof(bits));
	for (int i = 0; i < 5; i++) {
		uint32_t n = htobe32(sha1->state[i]);

		memcpy(out + 4 * i, &n, sizeof(n));
	}
}
