/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REFSPEC_H
#define GIT_REFSPEC_H

#include <stddef.h>

/* A remote's names for its refs, and our names for them (git-fetch(1)). */
struct refspecs {
	struct refspec {
		char *src, *dst;
	} *v;
	size_t n, cap;
};

/*
 * Adds a fetch refspec (`<src>:<dst>`). One whose `dst` is not made of
 * remote-tracking refs alone, as in a mirror, is left out. Zero `specs` first.
 */
void refspecs_add(struct refspecs *specs, const char *text);
void refspecs_release(struct refspecs *specs);

/* The remote's name for the ref tracked here as `name`: new, or NULL. */
char *refspecs_source(const struct refspecs *specs, const char *name);

#endif
