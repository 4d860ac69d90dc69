/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGETAG_H
#define GIT_MERGETAG_H

#include <stddef.h>

/*
 * Calls `fn` with each tag object that a merge commit carries in its headers
 * (git-merge(1), MERGING TAG): `tag` are the object's bytes, good until `fn`
 * returns. An octopus can have several. `raw` is the commit as it is stored.
 */
void mergetags_each(const char *raw, size_t len,
		    void (*fn)(void *ctx, const char *tag, size_t tag_len),
		    void *ctx);

#endif
