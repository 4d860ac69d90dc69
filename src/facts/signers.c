/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/signers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/armor.h"
#include "base/mem.h"
#include "base/progress.h"
#include "git/object.h"
#include "policy/govern.h"

/* What one tag object's signature comes to. */
struct signed_tag {
	enum signature_format format;
	struct verified verified;
	char *ssh;			/* a known key as text, or NULL */
	struct buf blob;		/* the SSH key as bytes */
	bool is_for_git;		/* the namespace of an SSH signature */
};

void signers_init(struct signers *s, struct repo *repo,
		  const struct policy *policy, const struct key_source *source,
		  struct scratch *scratch)
{
	*s = (struct signers){ .repo = repo, .policy = policy,
			       .scratch = scratch };
	signer_keys_init(&s->keys, policy, source);
}

void signers_release(struct signers *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->known[i].ssh);
		buf_release(&s->known[i].blob);
	}
	for (int i = 0; i < OPENPGP_GROUPS; i++)
		free(s->keyrings[i]);
	signer_keys_release(&s->keys);
	oidmap_release(&s->index);
	free(s->known);
	*s = (struct signers){ 0 };
}

/* Verifying */

static bool has_keyring(const struct policy *policy)
{
	bool has = policy->head.keyring.n;

	for (size_t i = 0; i < policy->n_signers; i++)
		has |= policy->signers[i].keyring.n > 0;
	return has;
}

static int write_group(struct signers *s, const struct openpgp_keys *keys,
		       enum openpgp_group group, struct error *err)
{
	static const char *const names[OPENPGP_GROUPS] = {
		"keyring-4.gpg", "keyring-5.gpg", "keyring.gpg" };
	char *own = scratch_own_name(names[group]);
	struct buf bytes = BUF_INIT;
	int rc = 0;

	openpgp_write(keys, group, &bytes);
	if (bytes.len && !s->keyrings[group]) {
		rc = scratch_write(s->scratch, own, bytes.ptr, bytes.len, err);
		if (!rc) {
			s->keyrings[group] = own;
			own = NULL;
		}
	}
	free(own);
	buf_release(&bytes);
	return rc;
}

static int write_keyrings(struct signers *s, struct error *err)
{
	const struct openpgp_keys *keys;

	if (!has_keyring(s->policy))
		return error_set(err, "the policy names no 'keyring' that has "
				 "the keys of its 'gpg' fingerprints");
	if (signer_keys_openpgp(&s->keys, &keys, err))
		return -1;
	for (int i = 0; i < OPENPGP_GROUPS; i++)
		if (write_group(s, keys, (enum openpgp_group)i, err))
			return -1;
	s->has_keyrings = true;
	return 0;
}

static bool has_gpg_signers(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_signers; i++)
		if (policy->signers[i].gpg.n)
			return true;
	return false;
}

static int verify_gpg(struct signers *s, const char *raw,
		      const struct signature *signature,
		      struct signed_tag *out, struct error *err)
{
	out->verified.state = VERIFIED_UNKNOWN_KEY;
	if (!has_gpg_signers(s->policy))
		return 0;
	if (!s->has_keyrings && write_keyrings(s, err))
		return -1;
	return verify_openpgp(s->scratch, s->keyrings, raw, signature,
			      &out->verified, err);
}

static int verify_by_ssh(struct signers *s, const char *raw,
			 const struct signature *signature,
			 struct signed_tag *out, struct error *err)
{
	struct buf name_space = BUF_INIT;
	const struct ssh_key *key = NULL;
	int rc = 0;

	out->verified.state = VERIFIED_NOT;
	if (signature_ssh_claim(signature, &out->blob, &name_space)) {
		out->verified.state = VERIFIED_UNKNOWN_KEY;
		out->is_for_git = !strcmp(buf_str(&name_space), "git");
		rc = signer_keys_ssh(&s->keys, NULL, &out->blob, &key, err);
	}
	if (!rc && key) {
		out->ssh = xstrdup(key->text);
		if (out->is_for_git)
			rc = verify_ssh(s->scratch, key->text, key->options,
					raw, signature, &out->verified, err);
	}
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
			free(s->known[s->n].ssh);
			buf_release(&s->known[s->n].blob);
			oid_format(hex, tag);
			return error_wrap(err, "the signature of tag object %s "
					  "cannot be checked", hex);
		}
		progress_signature(repo_progress(s->repo));
		at = (int64_t)s->n++;
		oidmap_put(&s->index, tag, (uint32_t)at);
	}
	*out = &s->known[at];
	return 0;
}

bool signers_know(const struct signers *s, const struct oid *tag)
{
	return oidmap_get(&s->index, tag) >= 0;
}

/* Whose key */

static bool has_fingerprint(const struct signer *signer, const char *wanted)
{
	for (size_t i = 0; *wanted && i < signer->gpg.n; i++)
		if (!strcasecmp(signer->gpg.v[i].text, wanted))
			return true;
	return false;
}

static int has_key(struct signers *s, const struct signer *signer,
		   const struct signed_tag *tag, bool *has, struct error *err)
{
	const struct ssh_key *key = NULL;

	if (tag->format == SIGNATURE_OPENPGP) {
		*has = has_fingerprint(signer, tag->verified.key) ||
		       has_fingerprint(signer, tag->verified.primary);
		return 0;
	}
	if (signer_keys_ssh(&s->keys, signer, &tag->blob, &key, err))
		return -1;
	*has = key;
	return 0;
}

/* `*signer` is one of the tree's signers that has the key, or NULL. */
static int own_signer(struct signers *s, const struct tree *tree,
		      const struct signed_tag *tag,
		      const struct signer **signer, struct error *err)
{
	*signer = NULL;
	for (size_t i = 0; !*signer && i < tree->signer.n; i++) {
		const struct signer *one =
			policy_signer(s->policy, tree->signer.v[i].text);
		bool has = false;

		if (one && has_key(s, one, tag, &has, err))
			return -1;
		if (has)
			*signer = one;
	}
	return 0;
}

/* For a reason only. */
static const struct signer *any_signer(struct signers *s,
				       const struct signed_tag *tag)
{
	for (size_t i = 0; i < s->policy->n_signers; i++) {
		const struct signer *signer = &s->policy->signers[i];
		struct error ignored;
		bool has;

		if (!has_key(s, signer, tag, &has, &ignored) && has)
			return signer;
	}
	return NULL;
}

/* Reasons */

static char *format_reason(enum signature_format format)
{
	switch (format) {
	case SIGNATURE_NONE:
		return xstrdup("it is not signed");
	case SIGNATURE_X509:
		return xstrdup("it is signed with X.509, which is not "
			       "supported");
	case SIGNATURE_UNCLEAR:
		return xstrdup("it has more than one signature, or something "
			       "after its signature");
	case SIGNATURE_OPENPGP:
	case SIGNATURE_SSH:
		break;
	}
	return NULL;
}

static const char *const state_reasons[] = {
	[VERIFIED_GOOD] = NULL,
	[VERIFIED_BAD] = "its signature does not match its contents",
	[VERIFIED_UNKNOWN_KEY] = NULL,
	[VERIFIED_EXPIRED] = "its signature has expired",
	[VERIFIED_EXPIRED_KEY] = "the key that signed it has expired",
	[VERIFIED_REVOKED_KEY] = "the key that signed it was revoked",
	[VERIFIED_EARLY_KEY] = "the key that signed it is not valid yet, or "
			       "was not when it signed",
	[VERIFIED_WEAK] = "gpgv rejects the digest of its signature, as it "
			  "does MD5",
	[VERIFIED_NOT_ALLOWED] = "the options of the key that signed it do "
				 "not allow it",
	[VERIFIED_NOT] = "its signature block holds no valid signature",
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
		return xstrdup("its SSH signature was made for something "
			       "other than git");
	if (state == VERIFIED_UNKNOWN_KEY)
		return xasprintf("it is signed with %s, a key that the policy "
				 "does not have", key_name(tag));
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
	if (own_signer(s, tree, tag, signer, err))
		return -1;
	if (*signer)
		return 0;
	other = any_signer(s, tag);
	if (other)
		*reason = xasprintf("it is signed by %s, who does not sign for "
				    "%s", other->section.name,
				    tree->section.name);
	else
		*reason = xasprintf("it is signed with %s, which is not a key "
				    "of any [signer]", key_name(tag));
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
		*reason = xasprintf("the signed tag is called %s", name);
	free(name);
	return 0;
}

int signers_finds_signature(struct signers *s, const struct oid *tag,
			    bool *has, struct error *err)
{
	struct signature signature;
	struct object object;

	if (repo_read(s->repo, tag, OBJECT_TAG, &object, err))
		return -1;
	signature_split(&signature, object.data, object.len);
	*has = signature.format == SIGNATURE_OPENPGP ||
	       signature.format == SIGNATURE_SSH;
	object_release(&object);
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
