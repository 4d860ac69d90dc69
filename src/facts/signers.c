/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/signers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/armor.h"
#include "git/object.h"
#include "policy/govern.h"

enum { MAX_KEYRING = 64 << 20 };	/* bytes */

/* What one tag object's signature comes to. */
struct signed_tag {
	enum signature_format format;
	struct verified verified;
	const char *ssh;		/* the policy's own, or NULL */
	bool is_for_git;		/* the namespace of an SSH signature */
};

void signers_init(struct signers *s, struct repo *repo,
		  const struct policy *policy, const struct key_source *keys,
		  struct scratch *scratch)
{
	*s = (struct signers){ .repo = repo, .policy = policy, .keys = keys,
			       .scratch = scratch };
}

static void forget_keyrings(struct signers *s)
{
	for (size_t i = 0; s->keyrings && s->keyrings[i]; i++)
		free(s->keyrings[i]);
	free(s->keyrings);
	s->keyrings = NULL;
}

void signers_release(struct signers *s)
{
	forget_keyrings(s);
	oidmap_release(&s->index);
	free(s->known);
	*s = (struct signers){ 0 };
}

/* Key material */

/* gpgv reads binary keyrings only: armored ones are decoded. */
static int add_keyring(struct signers *s, const char *name, size_t n,
		       struct error *err)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	char *file = xasprintf("keyring-%zu.gpg", n);
	int rc, blocks = 0;

	rc = s->keys->read(s->keys->ctx, name, MAX_KEYRING, &text, err);
	if (!rc)
		blocks = armor_decode("PGP PUBLIC KEY BLOCK", buf_str(&text),
				      text.len, &bytes);
	if (blocks < 0)
		rc = error_set(err, "a key block in it is damaged");
	if (!rc)
		rc = scratch_write(s->scratch, file,
				   buf_str(blocks ? &bytes : &text),
				   blocks ? bytes.len : text.len, err);
	if (rc)
		error_wrap(err, "keyring %s", name);
	else
		s->keyrings[n] = scratch_path(s->scratch, file);
	buf_release(&text);
	buf_release(&bytes);
	free(file);
	return rc;
}

static int add_keyrings(struct signers *s, const struct values *names,
			size_t *n, struct error *err)
{
	for (size_t i = 0; i < names->n; i++) {
		if (add_keyring(s, names->v[i].text, *n, err))
			return -1;
		(*n)++;
	}
	return 0;
}

static int read_keyrings(struct signers *s, struct error *err)
{
	const struct policy *p = s->policy;
	size_t n = 0, total = p->head.keyring.n;

	for (size_t i = 0; i < p->n_signers; i++)
		total += p->signers[i].keyring.n;
	if (!total)
		return error_set(err, "the policy names no 'keyring' that has "
				 "the keys of its 'gpg' fingerprints");
	s->keyrings = xcalloc(total + 1, sizeof(*s->keyrings));
	if (add_keyrings(s, &p->head.keyring, &n, err))
		return -1;
	for (size_t i = 0; i < p->n_signers; i++)
		if (add_keyrings(s, &p->signers[i].keyring, &n, err))
			return -1;
	return 0;
}

static bool has_gpg_signers(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_signers; i++)
		if (policy->signers[i].gpg.n)
			return true;
	return false;
}

/* Verifying */

static int verify_gpg(struct signers *s, const char *raw,
		      const struct signature *signature,
		      struct signed_tag *out, struct error *err)
{
	out->verified.state = VERIFIED_UNKNOWN_KEY;
	if (!has_gpg_signers(s->policy))
		return 0;
	if (!s->keyrings && read_keyrings(s, err)) {
		forget_keyrings(s);	/* some, but not all, may be there */
		return -1;
	}
	return verify_openpgp(s->scratch, s->keyrings, raw, signature,
			      &out->verified, err);
}

/* The first `ssh` value of the policy that is that key, or NULL. */
static const char *find_ssh(const struct policy *policy,
			    const struct buf *key)
{
	for (size_t i = 0; i < policy->n_signers; i++) {
		const struct values *keys = &policy->signers[i].ssh;

		for (size_t k = 0; k < keys->n; k++)
			if (ssh_key_is(keys->v[k].text, key))
				return keys->v[k].text;
	}
	return NULL;
}

static int verify_by_ssh(struct signers *s, const char *raw,
			 const struct signature *signature,
			 struct signed_tag *out, struct error *err)
{
	struct buf key = BUF_INIT, name_space = BUF_INIT;
	int rc = 0;

	out->verified.state = VERIFIED_NOT;
	if (signature_ssh_claim(signature, &key, &name_space)) {
		out->verified.state = VERIFIED_UNKNOWN_KEY;
		out->ssh = find_ssh(s->policy, &key);
		out->is_for_git = !strcmp(buf_str(&name_space), "git");
	}
	if (out->ssh && out->is_for_git)
		rc = verify_ssh(s->scratch, out->ssh, raw, signature,
				&out->verified, err);
	buf_release(&key);
	buf_release(&name_space);
	return rc;
}

static int verify(struct signers *s, const char *raw, size_t len,
		  struct signed_tag *out, struct error *err)
{
	struct signature signature;

	*out = (struct signed_tag){ 0 };
	signature_split(&signature, raw, len);
	out->format = signature.format;
	switch (signature.format) {
	case SIGNATURE_OPENPGP:
		return verify_gpg(s, raw, &signature, out, err);
	case SIGNATURE_SSH:
		return verify_by_ssh(s, raw, &signature, out, err);
	case SIGNATURE_NONE:
	case SIGNATURE_X509:
	case SIGNATURE_UNCLEAR:
		break;
	}
	return 0;
}

static int find(struct signers *s, const struct oid *tag, const char *raw,
		size_t len, const struct signed_tag **out, struct error *err)
{
	int64_t at = oidmap_get(&s->index, tag);
	char hex[OID_HEX + 1];

	if (at < 0) {
		GROW(s->known, s->n, s->cap);
		if (verify(s, raw, len, &s->known[s->n], err)) {
			oid_format(hex, tag);
			return error_wrap(err, "the signature of tag object %s "
					  "cannot be checked", hex);
		}
		at = (int64_t)s->n++;
		oidmap_put(&s->index, tag, (uint32_t)at);
	}
	*out = &s->known[at];
	return 0;
}

/* Whose key */

static bool has_fingerprint(const struct signer *signer, const char *wanted)
{
	for (size_t i = 0; *wanted && i < signer->gpg.n; i++)
		if (!strcasecmp(signer->gpg.v[i].text, wanted))
			return true;
	return false;
}

static bool has_key(const struct signer *signer, const struct signed_tag *tag)
{
	struct buf key = BUF_INIT;
	bool has = false;

	if (tag->format == SIGNATURE_OPENPGP)
		return has_fingerprint(signer, tag->verified.key) ||
		       has_fingerprint(signer, tag->verified.primary);
	if (!tag->ssh)
		return false;
	base64_decode(strchr(tag->ssh, ' ') + 1,
		      strcspn(strchr(tag->ssh, ' ') + 1, " "), &key);
	for (size_t i = 0; i < signer->ssh.n; i++)
		has |= ssh_key_is(signer->ssh.v[i].text, &key);
	buf_release(&key);
	return has;
}

/* One of the tree's signers that has the key, or NULL. */
static const struct signer *own_signer(const struct policy *policy,
				       const struct tree *tree,
				       const struct signed_tag *tag)
{
	for (size_t i = 0; i < tree->signer.n; i++) {
		const struct signer *signer =
			policy_signer(policy, tree->signer.v[i].text);

		if (signer && has_key(signer, tag))
			return signer;
	}
	return NULL;
}

static const struct signer *any_signer(const struct policy *policy,
				       const struct signed_tag *tag)
{
	for (size_t i = 0; i < policy->n_signers; i++)
		if (has_key(&policy->signers[i], tag))
			return &policy->signers[i];
	return NULL;
}

/* Reasons */

static char *format_reason(enum signature_format format)
{
	switch (format) {
	case SIGNATURE_NONE:
		return xstrdup("it is not signed");
	case SIGNATURE_X509:
		return xstrdup("it is signed with X.509, which no [signer] "
			       "stands for");
	case SIGNATURE_UNCLEAR:
		return xstrdup("it has more than one signature, or something "
			       "behind its signature");
	case SIGNATURE_OPENPGP:
	case SIGNATURE_SSH:
		break;
	}
	return NULL;
}

static const char *const state_reasons[] = {
	[VERIFIED_GOOD] = NULL,
	[VERIFIED_BAD] = "its signature is not of what it says now",
	[VERIFIED_UNKNOWN_KEY] = NULL,
	[VERIFIED_EXPIRED] = "its signature has expired",
	[VERIFIED_EXPIRED_KEY] = "the key that signed it has expired",
	[VERIFIED_REVOKED_KEY] = "the key that signed it was revoked",
	[VERIFIED_EARLY_KEY] = "the key that signed it is not valid yet, or "
			       "was not when it signed",
	[VERIFIED_NOT] = "its signature cannot be understood",
};

/* The key by which a person would look for it. */
static const char *key_name(const struct signed_tag *tag)
{
	if (tag->format == SIGNATURE_SSH)
		return tag->ssh ? tag->ssh : "an SSH key";
	return *tag->verified.primary ? tag->verified.primary :
	       *tag->verified.key ? tag->verified.key : "an OpenPGP key";
}

static char *state_reason(const struct signed_tag *tag)
{
	char *reason = format_reason(tag->format);
	enum verified_state state = tag->verified.state;

	if (reason)
		return reason;
	if (tag->format == SIGNATURE_SSH && tag->ssh && !tag->is_for_git)
		return xstrdup("its SSH signature is for something else than "
			       "git");
	if (state == VERIFIED_UNKNOWN_KEY)
		return xasprintf("it is signed with %s, which the policy has "
				 "no key of", key_name(tag));
	if (!state_reasons[state])
		return NULL;
	return *tag->verified.key ?
	       xasprintf("%s (%s)", state_reasons[state], key_name(tag)) :
	       xstrdup(state_reasons[state]);
}

/* The same, whatever name the signed tag has. */
static int check_key(struct signers *s, const struct oid *oid, const char *raw,
		     size_t len, const struct tree *tree,
		     const struct signer **signer, char **reason,
		     struct error *err)
{
	const struct signed_tag *tag = NULL;
	const struct signer *other;

	*signer = NULL;
	*reason = NULL;
	if (find(s, oid, raw, len, &tag, err))
		return -1;
	*reason = state_reason(tag);
	if (*reason)
		return 0;
	*signer = own_signer(s->policy, tree, tag);
	if (*signer)
		return 0;
	other = any_signer(s->policy, tag);
	if (other)
		*reason = xasprintf("it is signed by %s, who does not sign for "
				    "%s", other->section.name,
				    tree->section.name);
	else
		*reason = xasprintf("it is signed with %s, which is no key of "
				    "a [signer]", key_name(tag));
	return 0;
}

/* The name that the tag object gives itself, if it is another; new. */
static char *other_name(const char *ref, const char *raw, size_t len)
{
	const char *name = tag_name(ref);
	struct error err;
	struct tag tag;

	if (tag_parse(&tag, raw, len, &err))
		return xstrdup("");
	if (strlen(name) == tag.name_len &&
	    !memcmp(name, tag.name, tag.name_len))
		return NULL;
	return xstrndup(tag.name, tag.name_len);
}

/* A signature stands for a name too: else an old tag could take a new one's. */
int signers_check_bytes(struct signers *s, const char *ref,
			const struct oid *tag, const char *raw, size_t len,
			const struct tree *tree, const struct signer **signer,
			char **reason, struct error *err)
{
	char *name;

	if (check_key(s, tag, raw, len, tree, signer, reason, err))
		return -1;
	name = *reason ? NULL : other_name(ref, raw, len);
	if (name)
		*reason = xasprintf("what is signed is a tag called %s", name);
	free(name);
	return 0;
}

int signers_check_ref(struct signers *s, const char *ref,
		      const struct oid *oid, bool is_tag,
		      const struct tree *tree, const struct signer **signer,
		      char **reason, struct error *err)
{
	struct object object;
	int rc;

	*signer = NULL;
	*reason = NULL;
	if (!tag_name(ref) || !is_tag) {
		*reason = xstrdup(tag_name(ref) ? "it is lightweight" :
				  "a branch has none");
		return 0;
	}
	if (repo_read(s->repo, oid, OBJECT_TAG, &object, err))
		return -1;
	rc = signers_check_bytes(s, ref, oid, object.data, object.len, tree,
				 signer, reason, err);
	object_release(&object);
	return rc;
}
