/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* The process whose number the names of its directories bear. */
static pid_t marked;

void scratch_mark(void)
{
	marked = getpid();
}

static const char *parent_directory(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && *tmp ? tmp : "/tmp";
}

/* How the names of the directories begin that a process marked as its own. */
static char *name_prefix(pid_t pid)
{
	return xasprintf("git-treaty.%ld.", (long)pid);
}

int scratch_open(struct scratch *scratch, struct error *err)
{
	char *prefix, *name;

	if (scratch->dir)
		return 0;
	prefix = name_prefix(marked ? marked : getpid());
	name = xasprintf("%s/%sXXXXXX", parent_directory(), prefix);
	free(prefix);
	if (mkdtemp(name))
		scratch->dir = realpath(name, NULL);
	if (!scratch->dir)
		error_set(err, "no directory for scratch files can be made in "
			  "%s: %s; set TMPDIR to a directory that this user "
			  "can write to", parent_directory(), strerror(errno));
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

static void remove_tree(const char *dir)
{
	/* Try again: memory may have been short for a moment. */
	if (nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS))
		nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* A name may be anybody's where TMPDIR is shared: its owner decides. */
static void remove_if_own(const char *path)
{
	struct stat st;

	if (!lstat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid())
		remove_tree(path);
}

void scratch_remove_all(pid_t pid)
{
	DIR *dir = opendir(parent_directory());
	char *prefix = name_prefix(pid);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (text_starts_with(entry->d_name, prefix)) {
			char *path = xasprintf("%s/%s", parent_directory(),
					       entry->d_name);

			remove_if_own(path);
			free(path);
		}
	if (dir)
		closedir(dir);
	free(prefix);
}

void scratch_release(struct scratch *scratch)
{
	if (scratch->dir)
		remove_tree(scratch->dir);
	free(scratch->dir);
	*scratch = (struct scratch){ 0 };
}

char *scratch_path(const struct scratch *scratch, const char *name)
{
	return xasprintf("%s/%s", scratch->dir, name);
}

char *scratch_own_name(const char *name)
{
	return xasprintf("%s.%ld", name, (long)getpid());
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
		rc = error_errno(err, "%s", path);
	if (file && fclose(file) && !rc)
		rc = error_errno(err, "%s", path);
	free(path);
	return rc;
}
