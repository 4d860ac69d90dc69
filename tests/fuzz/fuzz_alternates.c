/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/odb.h"
#include "scratch_files.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "objects", "objects/info", "a", "b",
					   "a/info", NULL });
	if (setenv("GIT_OBJECT_DIRECTORY", "", 1))
		abort();
	return 0;
}

/* The environment's list up to the first NUL, then info/alternates. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *list = xstrndup((const char *)data, size);
	size_t n = size ? strnlen((const char *)data, size) : 0;
	size_t skip = n < size ? n + 1 : n;
	struct error err;
	char **dirs;

	files_put("objects/info/alternates", data + skip, size - skip);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", list, 1);
	if (!odb_directories(files_dir(), &dirs, &err)) {
		for (size_t i = 0; dirs[i]; i++)
			if (dirs[i][0] != '/')
				abort();
		odb_directories_free(dirs);
	}
	free(list);
	return 0;
}
