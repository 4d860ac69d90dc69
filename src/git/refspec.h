/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REFSPEC_H
#define GIT_REFSPEC_H

#include <stddef.h>

#include "base/error.h"
#include "git/repo.h"

/* What a remote calls its refs, and how they are called here (git-fetch(1)). */
struct refspecs {
	struct refspec {
		char *src, *dst;
	} *v;
	size_t n, cap;
};

/*
 * Adds to zeroed specs the fetch refspecs, `<src>:<dst>`, of the remote of that
 * name, or, where it has none, of all remotes here that have that url. That
 * there are none is no error.
 */
int refspecs_read(struct repo *repo, const char *remote, const char *url,
		  struct refspecs *specs, struct error *err);
void refspecs_release(struct refspecs *specs);

/* What the remote calls the ref tracked here as `name`: new, or NULL. */
char *refspecs_source(const struct refspecs *specs, const char *name);

#endif
