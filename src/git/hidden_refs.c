/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/hidden_refs.h"

#include <string.h>

#include "base/text.h"
#include "git/repo_private.h"

static void take_pattern(void *ctx, const char *name, const char *value)
{
	if (value && (!strcmp(name, "receive.hiderefs") ||
		      !strcmp(name, "transfer.hiderefs")))
		strings_add(ctx, value, strlen(value));
}

int hidden_refs_read(struct repo *repo, struct strings *patterns,
		     struct error *err)
{
	return repo_each_config(repo, "receive.hideRefs", take_pattern,
				patterns, err);
}

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
