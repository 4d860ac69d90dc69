/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ARMOR_H
#define BASE_ARMOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Binary data in text: base64 (RFC 4648) and what stands between
 * `-----BEGIN <title>-----` and `-----END <title>-----`, as OpenPGP (RFC 4880,
 * 6.2) and OpenSSH (PROTOCOL.sshsig) have it.
 */

/* Appends the bytes; false, and nothing sure, where it is no base64. */
bool base64_decode(const char *text, size_t len, struct buf *out);

/*
 * Appends the bytes of each block of that title, headers and checksum left
 * out, and gives the number of blocks; -1 where one is damaged. What stands
 * around the blocks is skipped.
 */
int armor_decode(const char *title, const char *text, size_t len,
		 struct buf *out);

#endif
