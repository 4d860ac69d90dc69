/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REFSPEC_H
#define GIT_REFSPEC_H

#include <stddef.h>

#include "base/error.h"
#include "git/repo.h"

/* A remote's names for its refs, and our names for them (git-fetch(1)). */
struct refspecs {
	struct refspec {
		char *src, *dst;
	} *v;
	size_t n, cap;
};

/*
 * Adds the fetch refspecs (`<src>:<dst>`) of the remote of that name or, if it
 * has none, of all remotes here with that url. Zero `specs` first. It is no
 * error if there are none.
 */
int refspecs_read(struct repo *repo, const char *remote, const char *url,
		  struct refspecs *specs, struct error *err);
void refspecs_release(struct refspecs *specs);

/* The remote's name for the ref tracked here as `name`: new, or NULL. */
char *refspecs_source(const struct refspecs *specs, const char *name);

#endif
