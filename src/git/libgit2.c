/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/libgit2.h"

#include <dlfcn.h>
#include <string.h>

struct libgit2 git2;

/* ISO C has no way from dlsym()'s pointer to a function's; POSIX says this. */
static int find(void *library, const char *name, void *function,
		struct error *err)
{
	void *symbol = dlsym(library, name);

	if (!symbol)
		return error_set(err, "%s: %s", TREATY_LIBGIT2, dlerror());
	memcpy(function, &symbol, sizeof(symbol));
	return 0;
}

int libgit2_load(struct error *err)
{
	void *library;

	if (git2.libgit2_init)
		return 0;
	library = dlopen(TREATY_LIBGIT2, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		return error_set(err, "libgit2 cannot be loaded: %s",
				 dlerror());
#define X(name) \
	if (find(library, "git_" #name, &git2.name, err)) \
		return -1;
	GIT2_FUNCTIONS(X)
#undef X
	return 0;
}
