/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/line_sum.h"

#include <stdbool.h>
#include <string.h>

#include "base/hash.h"
#include "base/same_bytes.h"

static bool is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Does not branch at blanks: no processor can predict where they are. */
static uint64_t hash_line(const char *p, const char *end)
{
	uint64_t hash = HASH_START, next;

	for (; p < end && *p; p++) {
		next = (hash << 7 | hash >> 57) ^
		       (unsigned char)*p * 0x9e3779b97f4a7c15u;
		hash = is_blank((unsigned char)*p) ? hash : next;
	}
	/* Mixes the bits, so that sums of such hashes tell lines apart. */
	return (hash ^ hash >> 29) * 0x9e3779b97f4a7c15u;
}

uint64_t line_sum(const char *text, size_t len)
{
	const char *end = text + len, *next;
	uint64_t sum = 0;

	for (; text < end; text = next) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		next = stop ? stop + 1 : end;
		sum += hash_line(text, next);
	}
	return sum;
}

/* How many bytes the lines have that both texts start with. */
static size_t same_start(const char *old, const char *new, size_t len)
{
	size_t same = same_bytes_from(old, new, len);

	while (same && new[same - 1] != '\n')
		same--;
	return same;
}

/* How many bytes the lines have that both end with, `most` at the most. */
static size_t same_end(const char *old_end, const char *new_end, size_t most)
{
	size_t same = 0;
	const char *stop;

	while (most - same >= SAME_BYTES_STEP &&
	       !memcmp(old_end - same - SAME_BYTES_STEP,
		       new_end - same - SAME_BYTES_STEP, SAME_BYTES_STEP))
		same += SAME_BYTES_STEP;
	while (same < most && *(old_end - same - 1) == *(new_end - same - 1))
		same++;
	stop = same ? memchr(new_end - same, '\n', same) : NULL;
	return stop ? (size_t)(new_end - stop) - 1 : 0;
}

uint64_t line_sum_between(const char *old, size_t old_len,
			  const char *new, size_t new_len)
{
	size_t least = old_len < new_len ? old_len : new_len;
	size_t start = same_start(old, new, least);
	size_t end = same_end(old + old_len, new + new_len, least - start);

	return line_sum(new + start, new_len - start - end) -
	       line_sum(old + start, old_len - start - end);
}
