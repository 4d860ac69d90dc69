/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "git/text_merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 1000000 };

/* Takes the text up to the next NUL. */
static struct text take(const char **p, const char *end)
{
	const char *from = *p;
	const char *nul = from < end ?
			  memchr(from, '\0', (size_t)(end - from)) : NULL;
	struct text text = { from, (size_t)((nul ? nul : end) - from) };

	*p = nul ? nul + 1 : end;
	return text;
}

/* Merges; aborts if that can be told and is not the text wanted. */
static void merge(struct text base, struct text ours, struct text theirs,
		  const struct text *wanted)
{
	struct text_merge merge = {
		.base = base, .ours = ours, .theirs = theirs,
		.our_name = "ours", .their_name = "theirs", .steps = STEPS,
	};
	struct buf merged = BUF_INIT;
	size_t n_conflicts = 0;

	if (!text_merge(&merge, &merged, &n_conflicts) && wanted &&
	    (n_conflicts || merged.len != wanted->len ||
	     (merged.len && memcmp(merged.ptr, wanted->p, merged.len) != 0)))
		abort();
	buf_release(&merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct text base = take(&p, end), ours = take(&p, end);
	struct text theirs = take(&p, end);

	merge(base, ours, theirs, NULL);
	merge(base, ours, base, &ours);
	merge(base, base, theirs, &theirs);
	merge(base, ours, ours, &ours);
	return 0;
}
