/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_MAILS_H
#define SERIES_MAILS_H

#include "base/error.h"
#include "series/patch.h"

/*
 * Reads a series from an mbox, a maildir, or a directory of patches in any
 * order. `git mailsplit` and `git mailinfo` parse the mails (quoted-printable,
 * base64, character sets, attachments), and `git apply --numstat` names the
 * paths. No repository is needed.
 *
 * Adds a patch for each mail that has one and for a cover letter; ignores other
 * mails. Numbered patches are sorted by number, the cover letter first; others
 * keep the order of the mails. It is an error if a mail cannot be read or none
 * has a patch.
 */
int mails_read(const char *path, struct patch_list *patches, struct error *err);

/* The n of "[PATCH v2 n/m] ...", or -1; `*rest` follows the brackets. */
int mail_number(const char *subject, const char **rest, int *total);

#endif
