/* SPDX-License-Identifier: GPL-2.0-only */
#include "scratch_files.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static char *dir;
static pid_t owner;

static int remove_entry(const char *path, const struct stat *st, int flag,
			struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void remove_all(void)
{
	if (getpid() == owner)
		nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(dir);
	dir = NULL;
}

void files_start(const char *const *subdirs)
{
	const char *tmp = getenv("TMPDIR");

	dir = xasprintf("%s/fuzz.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	owner = getpid();
	if (!mkdtemp(dir) || atexit(remove_all))
		abort();
	for (; *subdirs; subdirs++) {
		char *path = xasprintf("%s/%s", dir, *subdirs);

		if (mkdir(path, 0700))
			abort();
		free(path);
	}
}

const char *files_dir(void)
{
	return dir;
}

void files_put(const char *name, const void *data, size_t len)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	close(fd);
	free(path);
}
