/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_SIGNATURE_H
#define GIT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Splits a tag object into the signed text and its signature, as git's
 * gpg-interface.c does, but more strictly. Nothing is verified here. Results
 * point into the caller's bytes.
 */
enum signature_format {
	SIGNATURE_NONE,
	SIGNATURE_OPENPGP,
	SIGNATURE_SSH,
	SIGNATURE_X509,
	/*
	 * More than one, one without its end, or bytes after it: readers may
	 * disagree on what was signed.
	 */
	SIGNATURE_UNCLEAR,
};

struct signature {
	enum signature_format format;
	size_t payload_len;		/* the object's first bytes */
	const char *text;		/* armored, to the object's end */
	size_t len;
};

void signature_split(struct signature *signature, const char *raw,
		     size_t len);

/*
 * Appends the key and the namespace that an SSH signature claims
 * (PROTOCOL.sshsig); false when it is not one, or the key is empty. ssh-keygen
 * tells whether the claim is true.
 */
bool signature_ssh_claim(const struct signature *signature, struct buf *key,
			 struct buf *name_space);

/* Whether the public key `line`, as in a .pub file, is that key. */
bool ssh_key_is(const char *line, const struct buf *key);

#endif
