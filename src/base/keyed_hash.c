/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/keyed_hash.h"

#include <string.h>
#include <sys/auxv.h>

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void mix(struct state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 = rotate(s->v2, 32);
}

static void add(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	mix(s);
	s->v0 ^= word;
}

/* The kernel gives each process 16 random bytes. */
static const uint64_t *get_key(void)
{
	static uint64_t key[2];
	static int is_read;

	if (!is_read) {
		memcpy(key, (const void *)getauxval(AT_RANDOM), sizeof(key));
		is_read = 1;
	}
	return key;
}

uint64_t keyed_hash(const void *data, size_t len)
{
	const uint64_t *key = get_key();
	struct state s = {
		key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
		key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u,
	};
	const unsigned char *p = data;
	uint64_t last = (uint64_t)len << 56, word;

	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		add(&s, word);
	}
	for (size_t i = 0; i < len; i++)
		last |= (uint64_t)p[i] << 8 * i;
	add(&s, last);
	s.v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		mix(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
