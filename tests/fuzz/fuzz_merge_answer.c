/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>

#include "git/merge_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte counts the answers; the rest is what git says. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MAX = 8 };
	struct merge_answer answers[MAX] = { 0 };
	const char *text = (const char *)data + 1, *end = text - 1 + size;
	size_t n = size ? data[0] % MAX : 0;

	if (!size || merge_answers_parse(text, size - 1, answers, n))
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct merge_answer *a = &answers[i];

		if (a->conflicts_len &&
		    (a->conflicts < text ||
		     a->conflicts + a->conflicts_len > end ||
		     a->conflicts[a->conflicts_len - 1]))
			abort();
	}
	return 0;
}
