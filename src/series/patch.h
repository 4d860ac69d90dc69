/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_PATCH_H
#define SERIES_PATCH_H

#include <stddef.h>

#include "base/strings.h"

/*
 * A patch of a series, or a commit: the paths it changes (both paths of a
 * rename) and, for a mail, its sender and recipients.
 */
struct patch {
	char *name;			/* "3/15", a short commit id, a file */
	char *subject;			/* UTF-8 if the mail names its
					 * charset */
	int number;			/* in the series; 0: the cover letter */
	struct strings paths;		/* sorted, each once; none: no patch */
	struct strings people;		/* addresses in lower case */
	struct strings added, around;	/* identifiers: see words_of_diff() */
	struct strings trailers;	/* see words_of_message() */
};

struct patch_list {
	struct patch *v;
	size_t n, cap;
};

struct patch *patch_list_add(struct patch_list *patches);
void patch_list_release(struct patch_list *patches);

#endif
