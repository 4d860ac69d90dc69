/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_VERIFY_H
#define GIT_VERIFY_H

#include "base/error.h"
#include "base/scratch.h"
#include "git/signature.h"

/*
 * Asks gpgv(1) and ssh-keygen(1) whether a signature is good. Neither knows
 * any key but those it is given here; which of these may sign is the caller's
 * to decide. A program that is missing, crashes, says nothing that can be
 * understood or does not end in time is an error.
 */
enum verified_state {
	VERIFIED_GOOD,
	VERIFIED_BAD,			/* the signed text is another one */
	VERIFIED_UNKNOWN_KEY,		/* of none of the keys given */
	VERIFIED_EXPIRED,		/* the signature itself */
	VERIFIED_EXPIRED_KEY,		/* today, whenever it was used */
	VERIFIED_REVOKED_KEY,
	VERIFIED_EARLY_KEY,		/* made later than the signature, or in
					 * the future */
	VERIFIED_NOT,			/* no signature of its format, several in
					 * one, an algorithm not known */
};

enum { FINGERPRINT_MAX = 64 };		/* hex digits */

struct verified {
	enum verified_state state;
	/* Of the OpenPGP key that made the signature, and of its primary key,
	 * in upper case; "" where gpgv does not tell. */
	char key[FINGERPRINT_MAX + 1];
	char primary[FINGERPRINT_MAX + 1];
};

/* `keyrings` are files as gpgv reads them, by absolute path; ends with NULL. */
int verify_openpgp(struct scratch *scratch, char *const *keyrings,
		   const char *raw, const struct signature *signature,
		   struct verified *out, struct error *err);

/* `key` is the public key, as in a .pub file, to check it with. */
int verify_ssh(struct scratch *scratch, const char *key, const char *raw,
	       const struct signature *signature, struct verified *out,
	       struct error *err);

#endif
