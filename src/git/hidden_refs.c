/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/hidden_refs.h"

#include <string.h>

#include "base/text.h"
#include "git/libgit2.h"
#include "git/repo_private.h"

int hidden_refs_read(struct repo *repo, struct strings *patterns,
		     struct error *err)
{
	git_config_iterator *it = NULL;
	git_config *config = NULL;
	git_config_entry *entry;
	int rc = git2.repository_config(&config, repo->handle);

	if (!rc)
		rc = git2.config_iterator_new(&it, config);
	while (!rc && !(rc = git2.config_next(&entry, it)))
		if (entry->value &&
		    (!strcmp(entry->name, "receive.hiderefs") ||
		     !strcmp(entry->name, "transfer.hiderefs")))
			strings_add(patterns, entry->value,
				    strlen(entry->value));
	git2.config_iterator_free(it);
	git2.config_free(config);
	return rc == GIT_ITEROVER ? 0 :
	       error_set(err, "receive.hideRefs cannot be read: %s",
			 libgit2_message());
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
