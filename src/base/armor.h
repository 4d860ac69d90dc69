/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ARMOR_H
#define BASE_ARMOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Binary data in text: base64 (RFC 4648), and the blocks between `-----BEGIN
 * <title>-----` and `-----END <title>-----` of OpenPGP (RFC 4880, 6.2) and
 * OpenSSH (PROTOCOL.sshsig).
 */

/*
 * Appends the decoded bytes. Returns false when the text is not base64; `out`
 * may then have some bytes already.
 */
bool base64_decode(const char *text, size_t len, struct buf *out);

/*
 * Appends the decoded bytes of each block of that title, without headers and
 * checksum, and skips all text outside of them. Returns the number of blocks,
 * or -1 when one is damaged.
 */
int armor_decode(const char *title, const char *text, size_t len,
		 struct buf *out);

#endif
