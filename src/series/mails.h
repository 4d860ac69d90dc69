/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_MAILS_H
#define SERIES_MAILS_H

#include "base/error.h"
#include "series/patch.h"

/*
 * A series as people have it: an mbox, a maildir, or a directory of patches, in
 * any order. `git mailsplit` and `git mailinfo` take it apart (so quoted-printable
 * and base64, character sets and attachments are git's concern), `git apply
 * --numstat` names the paths. No repository is needed.
 *
 * Adds a patch for each mail that has one, and for a cover letter; other mails
 * are left out. Patches that are numbered come by their numbers, the cover
 * letter first, others in the order of the mails. An error where a mail cannot
 * be read, or none holds a patch.
 */
int mails_read(const char *path, struct patch_list *patches, struct error *err);

/* The n of "[PATCH v2 n/m] ...", or -1; `*rest` is what follows the brackets. */
int mail_number(const char *subject, const char **rest, int *total);

#endif
