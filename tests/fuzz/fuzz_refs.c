/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "git/ref_store.h"
#include "scratch_files.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "refs", "refs/heads", NULL });
	return 0;
}

/* A loose ref up to the first NUL, then packed-refs. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t n = nul ? (size_t)(nul - data) : size;
	struct ref_store store = { 0 };
	struct error err;

	files_put("refs/heads/x", data, n);
	files_put("packed-refs", data + n + (nul ? 1 : 0),
		  size - n - (nul ? 1 : 0));
	if (!ref_store_read(&store, files_dir(), &err)) {
		if (!ref_store_find(&store, "refs/heads/x"))
			abort();
		for (size_t i = 1; i < store.n; i++)
			if (strcmp(store.v[i - 1].name, store.v[i].name) > 0)
				abort();
	}
	ref_store_release(&store);
	return 0;
}
