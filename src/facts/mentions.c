/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/mentions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Nobody undoes more at a time, but a message can say so. */
enum { MAX_REVERTS = 100, MIN_ABBREV = 7 };

/* How many hexadecimal digits the text begins with, a name's at most. */
static size_t count_digits(const char *text, const char *end)
{
	size_t n = 0;

	while (n < OID_HEX && text + n < end &&
	       isxdigit((unsigned char)text[n]))
		n++;
	return n;
}

/* The first digits of a name, and zeros. */
static struct oid oid_prefix(const char *text, size_t n)
{
	char hex[OID_HEX];
	struct oid oid;

	for (size_t i = 0; i < OID_HEX; i++)
		hex[i] = i < n ? (char)tolower((unsigned char)text[i]) : '0';
	oid_parse(&oid, hex, OID_HEX);
	return oid;
}

void reverts_take(struct reverts *r, const struct revert *revert)
{
	GROW(r->v, r->n, r->cap);
	r->v[r->n++] = *revert;
}

void reverts_add(struct reverts *r, const char *message, size_t len,
		 const struct oid *by, uint32_t node)
{
	static const char words[] = "This reverts commit ";
	const size_t n = sizeof(words) - 1;
	const char *p = message, *end = p + len;
	size_t digits;

	for (int i = 0; i < MAX_REVERTS &&
	     (p = memmem(p, (size_t)(end - p), words, n)); i++) {
		p += n;
		digits = count_digits(p, end);
		if (digits < MIN_ABBREV)
			continue;
		reverts_take(r, &(struct revert){
			oid_prefix(p, digits), digits, *by, node });
	}
}

static int by_reverted(const void *a, const void *b)
{
	const struct revert *x = a, *y = b;
	int cmp = oid_cmp(&x->reverted, &y->reverted);

	return cmp ? cmp : x->n_digits < y->n_digits ? -1 :
	       x->n_digits > y->n_digits;
}

void reverts_sort(struct reverts *r)
{
	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), by_reverted);
}

/* The first that names the commit by so many digits, or the next one. */
static size_t first_revert(const struct reverts *r, const struct revert *key)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_reverted(&r->v[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int reverts_of(const struct reverts *r, const struct oid *commit,
	       int (*fn)(void *ctx, const struct revert *revert, bool *found),
	       void *ctx, bool *found)
{
	char hex[OID_HEX + 1];

	*found = false;
	oid_format(hex, commit);
	for (size_t n = MIN_ABBREV; r->n && n <= OID_HEX; n++) {
		struct revert key = { oid_prefix(hex, n), n, { { 0 } }, 0 };

		for (size_t i = first_revert(r, &key); !*found && i < r->n &&
		     !by_reverted(&r->v[i], &key); i++)
			if (fn(ctx, &r->v[i], found))
				return -1;
	}
	return 0;
}

static bool names(const char *text, const char *end, const struct oid *oid,
		  const char *after)
{
	size_t n = count_digits(text, end), len = strlen(after);
	struct oid said, is;
	char hex[OID_HEX + 1];

	if (n < MIN_ABBREV)
		return false;
	said = oid_prefix(text, n);
	oid_format(hex, oid);
	is = oid_prefix(hex, n);
	text += n;
	return oid_equal(&said, &is) && (size_t)(end - text) >= len &&
	       !memcmp(text, after, len);
}

bool cites(const char *message, size_t len, const struct oid *oid)
{
	static const struct {
		const char *before, *after;
	} words[] = {
		{ "(cherry picked from commit ", "" },
		{ "commit ", " upstream" },
		{ "Upstream commit ", "" },
	};
	const char *end = message + len;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].before);
		const char *p = message;

		while ((p = memmem(p, (size_t)(end - p), words[i].before,
				   n))) {
			p += n;
			if (names(p, end, oid, words[i].after))
				return true;
		}
	}
	return false;
}
