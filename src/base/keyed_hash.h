/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_KEYED_HASH_H
#define BASE_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * SipHash-1-3 (Aumasson and Bernstein, 2012) with a key that is another one in
 * each run: nobody can make strings whose hashes collide. For tables of what a
 * pusher names; hash_add() is faster.
 */
uint64_t keyed_hash(const void *data, size_t len);

#endif
