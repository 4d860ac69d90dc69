/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_MERGETAG_H
#define GIT_MERGETAG_H

#include <stddef.h>

/*
 * Calls `fn` for each tag object in the headers of a merge commit
 * (git-merge(1), MERGING TAG); an octopus can have several. `tag` is the
 * object's bytes, valid until `fn` returns. `raw` is the commit as stored.
 */
void mergetags_each(const char *raw, size_t len,
		    void (*fn)(void *ctx, const char *tag, size_t tag_len),
		    void *ctx);

#endif
