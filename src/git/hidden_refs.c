/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/hidden_refs.h"

#include <string.h>

bool hidden_refs_have(const struct strings *patterns, const char *ref)
{
	for (size_t i = patterns->n; i--;) {
		const char *pattern = patterns->v[i];
		bool shows = *pattern == '!';
		size_t len;

		pattern += shows;
		pattern += *pattern == '^';
		len = strlen(pattern);
		while (len && pattern[len - 1] == '/')
			len--;
		if (!strncmp(ref, pattern, len) &&
		    (!ref[len] || ref[len] == '/'))
			return !shows;
	}
	return false;
}
