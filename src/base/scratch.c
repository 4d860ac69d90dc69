/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

int scratch_open(struct scratch *scratch, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char *name;

	if (scratch->dir)
		return 0;
	name = xasprintf("%s/git-treaty.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (mkdtemp(name))
		scratch->dir = realpath(name, NULL);
	if (!scratch->dir)
		error_set(err, "%s: %s", name, strerror(errno));
	free(name);
	return scratch->dir ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *st, int flag,
			struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void scratch_release(struct scratch *scratch)
{
	if (scratch->dir)
		nftw(scratch->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(scratch->dir);
	*scratch = (struct scratch){ 0 };
}

char *scratch_path(const struct scratch *scratch, const char *name)
{
	return xasprintf("%s/%s", scratch->dir, name);
}

int scratch_write(struct scratch *scratch, const char *name, const void *data,
		  size_t len, struct error *err)
{
	char *path;
	FILE *file;
	int rc = 0;

	if (scratch_open(scratch, err))
		return -1;
	path = scratch_path(scratch, name);
	file = fopen(path, "we");
	if (!file || fwrite(data, 1, len, file) != len)
		rc = error_set(err, "%s: %s", path, strerror(errno));
	if (file && fclose(file) && !rc)
		rc = error_set(err, "%s: %s", path, strerror(errno));
	free(path);
	return rc;
}
