/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/globset.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_GLOBS = 16 };

static bool has(const struct globset_ids *ids, uint32_t id)
{
	size_t n = 0;

	for (size_t i = 0; i < ids->n; i++)
		n += ids->v[i] == id;
	if (n > 1)
		abort();
	return n;
}

/* Together as one by one; and what holds below a directory holds in it. */
static void check(struct globset *set, const struct glob *globs, size_t n,
		  const char *path)
{
	struct globset_ids ids = { 0 }, all = { 0 }, some = { 0 };
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');

	globset_match(set, path, &ids);
	*(slash ? slash : dir) = '\0';
	globset_below(set, dir, &all, &some);
	for (uint32_t i = 0; i < n; i++) {
		bool is = glob_match(&globs[i], path);

		if (is != has(&ids, i))
			abort();
		if (*path && path[strlen(path) - 1] != '/' && *path != '/' &&
		    (is ? !has(&all, i) && !has(&some, i) : has(&all, i)))
			abort();
	}
	free(dir);
	free(ids.v);
	free(all.v);
	free(some.v);
}

static const struct glob *add(struct glob *globs, size_t *n, const char *line)
{
	glob_init(&globs[*n], line, GLOB_PATH);
	return &globs[(*n)++];
}

/* Lines: globs up to an empty one, then paths. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *next;
	struct globset *set = globset_new();
	struct glob globs[MAX_GLOBS] = { 0 };
	bool are_paths = false;
	size_t n = 0;

	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (are_paths)
			check(set, globs, n, line);
		else if (*line && n < MAX_GLOBS)
			globset_add(set, add(globs, &n, line));
		else
			are_paths = true;
	}
	globset_free(set);
	for (size_t i = 0; i < n; i++)
		glob_release(&globs[i]);
	free(text);
	return 0;
}
