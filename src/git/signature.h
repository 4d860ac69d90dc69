/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_SIGNATURE_H
#define GIT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * What in a tag object is signed, and what is the signature: as git's
 * gpg-interface.c takes it apart, but stricter. Plain bytes: nothing is
 * verified here. What is handed out points into the caller's bytes.
 */
enum signature_format {
	SIGNATURE_NONE,
	SIGNATURE_OPENPGP,
	SIGNATURE_SSH,
	SIGNATURE_X509,
	/* More than one, one without its end, or bytes behind it: which of
	 * them a reader takes for the signed text is anybody's guess. */
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
 * The key and the namespace that an SSH signature claims (PROTOCOL.sshsig),
 * appended; false where it is none. Whether the claim is true ssh-keygen tells.
 */
bool signature_ssh_claim(const struct signature *signature, struct buf *key,
			 struct buf *name_space);

/* Whether the public key `line`, as in a .pub file, is that key. */
bool ssh_key_is(const char *line, const struct buf *key);

#endif
