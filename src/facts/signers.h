/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_SIGNERS_H
#define FACTS_SIGNERS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"
#include "base/scratch.h"
#include "git/verify.h"
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

/*
 * Who signed a tag object, by the keys of the policy. Each object is verified
 * once in a run, and only when it is asked about. The full fingerprint or the
 * whole public key decides, never a name or a mail address.
 */
struct signers {
	const struct policy *policy;
	const struct key_source *keys;
	struct scratch *scratch;
	char **keyrings;	/* for gpgv; NULL until the first is needed */
	struct oidmap index;	/* tag object -> its place in `known` */
	struct signed_tag *known;
	size_t n, cap;
};

void signers_init(struct signers *signers, const struct policy *policy,
		  const struct key_source *keys, struct scratch *scratch);
void signers_release(struct signers *signers);

/*
 * Why the tag object does not bear a good signature of one of `tree`'s
 * signers: `*reason` is a new clause ("it is not signed"), or NULL where it
 * does; then `*signer` is who signed it.
 */
int signers_check(struct signers *signers, const struct oid *tag,
		  const char *raw, size_t len, const struct tree *tree,
		  const struct signer **signer, char **reason,
		  struct error *err);

#endif
