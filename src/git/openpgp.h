/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_OPENPGP_H
#define GIT_OPENPGP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"

/*
 * OpenPGP keys (RFC 4880, 11.1) out of several files, merged as gpg's import
 * merges them. gpgv would take the first copy of a key, and so miss a
 * revocation or a new date of expiry in a later one. Here all signatures of a
 * key count wherever they are. Nothing is verified: gpgv does that.
 */
struct openpgp_keys {
	struct openpgp_key *v;
	size_t n, cap;
	struct oidmap parts;		/* already there; see openpgp.c */
	struct openpgp_packets *loose;	/* revocations apart from their key */
};

/*
 * Adds the keys of a file: binary, with ASCII armor, or a keybox. It is an
 * error if the file is damaged, has secret keys or something else than keys.
 * An empty file has no keys. Zero `keys` before the first file.
 */
int openpgp_add(struct openpgp_keys *keys, const char *data, size_t len,
		struct error *err);

bool openpgp_is_keybox(const char *data, size_t len);

/*
 * Whether a key or a subkey has the fingerprint (40 hex digits, in either
 * case).
 */
bool openpgp_has(const struct openpgp_keys *keys, const char *fingerprint);

/*
 * gpgv reads no further in a file than a key, subkey or signature of a version
 * that it does not know, and drops the key before that. So there is a keyring
 * for each group: version 4, which all know; 5, which GnuPG 2.4 knows; and
 * others. A key with subkeys of a later version is in several groups, with as
 * much of it as their readers know.
 */
enum openpgp_group { OPENPGP_4, OPENPGP_5, OPENPGP_OTHERS, OPENPGP_GROUPS };

/* Appends the keys of the group as a keyring. */
void openpgp_write(const struct openpgp_keys *keys, enum openpgp_group group,
		   struct buf *out);
void openpgp_release(struct openpgp_keys *keys);

/*
 * Whether the text is an armored signature that gpgv can at least read:
 * signature packets and nothing else, with known digests. For other text gpgv
 * gives answers that cannot be told from a failure.
 */
bool openpgp_is_signature(const char *text, size_t len);

#endif
