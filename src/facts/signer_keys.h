/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_SIGNER_KEYS_H
#define FACTS_SIGNER_KEYS_H

#include "base/buf.h"
#include "base/error.h"
#include "git/openpgp.h"
#include "policy/policy.h"

/*
 * Where the files that the policy names (`keyring`) are read: appends one to
 * `out`; more than `limit` bytes is an error.
 */
struct key_source {
	int (*read)(void *ctx, const char *name, size_t limit, struct buf *out,
		    struct error *err);
	void *ctx;
};

/* An SSH key of a signer. */
struct ssh_key {
	const struct signer *signer;
	char *text;			/* its type and its base64 */
	char *principals;		/* of allowed signers, or NULL */
	char *options;			/* likewise */
	struct buf blob;		/* the base64 decoded */
	const char *file;		/* NULL: an `ssh` line of the policy */
	int line;
};

/*
 * The keys that the policy and its files have. A `keyring` in [policy] has
 * OpenPGP keys; one in a [signer] has OpenPGP keys, or the signer's SSH keys:
 * the lines of a .pub file or of an allowed-signers file (ssh-keygen(1),
 * ALLOWED SIGNERS), whose principals are ignored.
 *
 * Borrows the policy and the source. Files are read when they are first needed.
 */
struct signer_keys {
	const struct policy *policy;
	const struct key_source *source;
	struct openpgp_keys openpgp;
	struct ssh_key *ssh;
	size_t n_ssh, cap_ssh;
	bool knows_signers, knows_all;	/* whose files were read */
};

void signer_keys_init(struct signer_keys *keys, const struct policy *policy,
		      const struct key_source *source);
void signer_keys_release(struct signer_keys *keys);

/* All OpenPGP keys. It is an error if a file cannot be read. */
int signer_keys_openpgp(struct signer_keys *keys,
			const struct openpgp_keys **openpgp, struct error *err);

/*
 * The SSH key with these bytes, of the signer or (NULL) of any; NULL when there
 * is none. Reads the signers' files only if no `ssh` line has the key.
 */
int signer_keys_ssh(struct signer_keys *keys, const struct signer *signer,
		    const struct buf *blob, const struct ssh_key **key,
		    struct error *err);

/*
 * Adds an error for each file that cannot be read, and warnings about files
 * without the keys that the policy counts on.
 */
void signer_keys_lint(const struct policy *policy,
		      const struct key_source *source, struct diags *diags);

#endif
