/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_WORDS_H
#define SERIES_WORDS_H

#include "series/patch.h"

/*
 * What ties a patch to others: the identifiers in its diff, and the trailers of
 * its message.
 */

/*
 * Adds the identifiers that have an underscore, and six letters or more, of a
 * unified diff: `added` those of its added lines, `around` those of all others.
 */
void words_of_diff(struct patch *patch, const char *diff, size_t len);

/* Adds the values of lines like "Requires: ..." and "Depends-on: ...". */
void words_of_message(struct patch *patch, const char *message, size_t len);

#endif
