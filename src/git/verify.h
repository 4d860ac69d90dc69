/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_VERIFY_H
#define GIT_VERIFY_H

#include "base/error.h"
#include "base/scratch.h"
#include "git/openpgp.h"
#include "git/signature.h"

/*
 * Asks gpgv(1) and ssh-keygen(1) whether a signature is good. They know only
 * the keys that they are given here; the caller decides which of these may
 * sign. A program that is missing, crashes, answers nonsense or does not end in
 * time is an error.
 */
enum verified_state {
	VERIFIED_GOOD,
	VERIFIED_BAD,			/* the signed text is a different one */
	VERIFIED_UNKNOWN_KEY,		/* made with none of the given keys */
	VERIFIED_EXPIRED,		/* the signature itself */
	VERIFIED_EXPIRED_KEY,		/* expired today, whenever it signed */
	VERIFIED_REVOKED_KEY,
	VERIFIED_EARLY_KEY,		/* created after the signature, or in
					 * the future */
	VERIFIED_WEAK,			/* its digest, such as MD5, is broken */
	VERIFIED_NOT_ALLOWED,		/* by the options of the key */
	VERIFIED_NOT,			/* not a signature of its format,
					 * several in one, or an unknown
					 * algorithm */
};

enum { FINGERPRINT_MAX = 64 };		/* hex digits */

struct verified {
	enum verified_state state;
	/*
	 * The OpenPGP key that made the signature and its primary key, in upper
	 * case; "" when gpgv does not tell.
	 */
	char key[FINGERPRINT_MAX + 1];
	char primary[FINGERPRINT_MAX + 1];
};

/*
 * `keyrings` are the names of files for gpgv in the scratch directory, NULL
 * where none is. (It takes no path with a colon.)
 */
int verify_openpgp(struct scratch *scratch, char *const *keyrings,
		   const char *raw, const struct signature *signature,
		   struct verified *out, struct error *err);

/*
 * `key` is the public key to verify with, as in a .pub file. `options` restrict
 * it as in an allowed-signers file (ssh-keygen(1)), or are NULL. As git does,
 * it holds dates in them against the date of the tag.
 */
int verify_ssh(struct scratch *scratch, const char *key, const char *options,
	       const char *raw, const struct signature *signature,
	       struct verified *out, struct error *err);

#endif
