/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "git/libgit2.h"
#include "git/remote_refs.h"

/* What a remote answers to git ls-remote. */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error err;

	(void)argc;
	(void)argv;
	if (libgit2_start(&err))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct remote_refs refs = { 0 };
	struct error err;
	int rc;

	buf_add(&refs.text, data, size);
	rc = remote_refs_parse(&refs, &err);
	for (size_t i = 0; !rc && i < refs.n; i++) {
		const struct remote_ref *ref = &refs.v[i];

		if (strncmp(ref->name, "refs/", 5) ||
		    !remote_refs_find(&refs, ref->name) ||
		    (i && strcmp(ref[-1].name, ref->name) > 0))
			abort();
	}
	remote_refs_release(&refs);
	return 0;
}
