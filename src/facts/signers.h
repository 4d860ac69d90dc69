/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_SIGNERS_H
#define FACTS_SIGNERS_H

#include "base/error.h"
#include "base/oid.h"
#include "base/scratch.h"
#include "facts/signer_keys.h"
#include "git/repo.h"
#include "git/verify.h"
#include "policy/policy.h"

/*
 * Who signed a tag object, by the keys of the policy. Each object is verified
 * once in a run, and only when it is asked about. The full fingerprint or the
 * whole public key decides, never a name or a mail address.
 */
struct signers {
	struct repo *repo;
	const struct policy *policy;
	struct scratch *scratch;
	struct signer_keys keys;
	char *keyrings[OPENPGP_GROUPS];	/* for gpgv; see verify_openpgp() */
	bool has_keyrings;	/* they were written */
	struct oidmap index;	/* tag object -> its place in `known` */
	struct signed_tag *known;
	size_t n, cap;
};

/* Borrows everything. */
void signers_init(struct signers *signers, struct repo *repo,
		  const struct policy *policy, const struct key_source *source,
		  struct scratch *scratch);
void signers_release(struct signers *signers);

/* Whether the signature of that tag object has been checked already. */
bool signers_know(const struct signers *signers, const struct oid *tag);

/*
 * Why a tag object (its bytes are `raw`) does not prove that one of `tree`'s
 * signers gave it the name of the ref: `*reason` is a new clause ("it is not
 * signed"), or NULL where it does; then `*signer` is who signed it.
 */
int signers_check_bytes(struct signers *signers, const char *ref,
			const struct oid *tag, const char *raw, size_t len,
			const struct tree *tree, const struct signer **signer,
			char **reason, struct error *err);

/* The same for the object that a ref points to; `is_tag`: that is a tag. */
int signers_check_ref(struct signers *signers, const char *ref,
		      const struct oid *oid, bool is_tag,
		      const struct tree *tree, const struct signer **signer,
		      char **reason, struct error *err);

/* Whether the tag object has what could be one signature; verifies nothing. */
int signers_finds_signature(struct signers *signers, const struct oid *tag,
			    bool *has, struct error *err);

#endif
