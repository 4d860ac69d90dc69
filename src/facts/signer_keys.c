/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/signer_keys.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/armor.h"
#include "base/mem.h"
#include "base/text.h"
#include "policy/values.h"

enum { MAX_KEYRING = 32 << 20 };	/* bytes; packets take ten times that */

static void drop_ssh(struct ssh_key *key)
{
	free(key->text);
	free(key->options);
	free(key->principals);
	buf_release(&key->blob);
}

static struct ssh_key *add_ssh(struct signer_keys *keys)
{
	GROW(keys->ssh, keys->n_ssh, keys->cap_ssh);
	keys->ssh[keys->n_ssh] = (struct ssh_key){ 0 };
	return &keys->ssh[keys->n_ssh++];
}

/* Takes "TYPE BASE64 [COMMENT]"; false when the base64 is none. */
static bool fill_ssh(struct ssh_key *key, const char *text)
{
	size_t type = strcspn(text, " \t");
	size_t gap = strspn(text + type, " \t");
	const char *base64 = text + type + gap;
	size_t len = strcspn(base64, " \t");

	key->text = xasprintf("%.*s %.*s", (int)type, text, (int)len, base64);
	return base64_decode(base64, len, &key->blob);
}

/* The `ssh` lines of the policy. */
static void add_lines(struct signer_keys *keys)
{
	const struct policy *p = keys->policy;

	for (size_t i = 0; i < p->n_signers; i++) {
		const struct values *list = &p->signers[i].ssh;

		for (size_t k = 0; k < list->n; k++) {
			struct ssh_key *key = add_ssh(keys);

			key->signer = &p->signers[i];
			key->line = list->v[k].line;
			/* Bad base64 is no key of anybody's. */
			if (!fill_ssh(key, list->v[k].text))
				buf_reset(&key->blob);
		}
	}
}

void signer_keys_init(struct signer_keys *keys, const struct policy *policy,
		      const struct key_source *source)
{
	*keys = (struct signer_keys){ .policy = policy, .source = source };
	add_lines(keys);
}

void signer_keys_release(struct signer_keys *keys)
{
	openpgp_release(&keys->openpgp);
	for (size_t i = 0; i < keys->n_ssh; i++)
		drop_ssh(&keys->ssh[i]);
	free(keys->ssh);
	*keys = (struct signer_keys){ 0 };
}

/* Allowed signers */

/* The length of a word, in which blanks may be quoted. */
static size_t word_len(const char *s)
{
	bool quoted = false;
	size_t n = 0;

	for (; s[n] && (quoted || !strchr(" \t", s[n])); n++) {
		if (s[n] == '\\' && s[n + 1] == '"')
			n++;
		else if (s[n] == '"')
			quoted = !quoted;
	}
	return n;
}

/* The length of the first of several options: up to a comma not in quotes. */
static size_t option_len(const char *s)
{
	bool quoted = false;
	size_t n = 0;

	for (; s[n] && (quoted || s[n] != ','); n++) {
		if (s[n] == '\\' && s[n + 1] == '"')
			n++;
		else if (s[n] == '"')
			quoted = !quoted;
	}
	return n;
}

static int check_options(const char *options, struct error *err)
{
	static const char *const known[] = { "namespaces=", "valid-after=",
					     "valid-before=" };

	for (const char *p = options; *p; p += *p == ',') {
		size_t n = option_len(p), i = 0;

		while (i < ARRAY_SIZE(known) &&
		       strncasecmp(p, known[i], strlen(known[i])))
			i++;
		if (!strncasecmp(p, "cert-authority", n) && n)
			return error_set(err, "certificates are not supported: "
					 "list the signers' own keys instead "
					 "of a cert-authority");
		if (i == ARRAY_SIZE(known))
			return error_set(err, "unknown option '%.*s'", (int)n,
					 p);
		p += n;
	}
	return 0;
}

/* One line of a .pub file, or "PRINCIPALS [OPTIONS] KEY". */
static int take_line(struct ssh_key *key, const char *line, struct error *err)
{
	const char *p = line;
	size_t n;

	if (!is_ssh_key(p)) {
		n = word_len(p);
		key->principals = xstrndup(p, n);
		p += n;
		p += strspn(p, " \t");
	}
	if (!is_ssh_key(p)) {
		n = word_len(p);
		key->options = xstrndup(p, n);
		p += n;
		p += strspn(p, " \t");
	}
	if (!is_ssh_key(p) || !fill_ssh(key, p))
		return error_set(err, "it is not a public key, nor a line of "
				 "an allowed-signers file");
	return key->options ? check_options(key->options, err) : 0;
}

/* Different options for one key would make it unclear which of them count. */
static int check_copies(const struct signer_keys *keys,
			const struct ssh_key *key, struct error *err)
{
	const char *options = key->options ? key->options : "";

	for (size_t i = 0; i < keys->n_ssh; i++) {
		const struct ssh_key *other = &keys->ssh[i];

		if (other == key || strcmp(other->text, key->text) ||
		    !strcmp(other->options ? other->options : "", options))
			continue;
		return error_set(err, "the same key has other options in %s, "
				 "line %d", other->file ? other->file :
				 "the policy", other->line);
	}
	return 0;
}

static int add_allowed(struct signer_keys *keys, const struct signer *signer,
		       const char *file, const struct buf *text,
		       struct error *err)
{
	int number = 0, rc = 0;

	if (strlen(buf_str(text)) != text->len)
		return error_set(err, "it has a NUL byte");
	for (const char *p = buf_str(text); !rc && *p; p += *p == '\n') {
		size_t n = strcspn(p, "\r\n"), blanks = strspn(p, " \t");
		char *line = xstrndup(p + blanks, n > blanks ? n - blanks : 0);

		number++;
		if (*line && *line != '#') {
			struct ssh_key *key = add_ssh(keys);

			key->signer = signer;
			key->file = file;
			key->line = number;
			rc = take_line(key, line, err) ||
			     check_copies(keys, key, err);
			if (rc)
				error_wrap(err, "line %d", number);
		}
		free(line);
		p += n;
		p += *p == '\r';
	}
	return rc ? -1 : 0;
}

/* Files */

/* Whether it is a text that is no armor: SSH keys, or nothing at all. */
static bool is_ssh_text(const struct buf *text)
{
	return text->len && !(text->ptr[0] & 0x80) &&
	       !openpgp_is_keybox(text->ptr, text->len) &&
	       !strstr(text->ptr, "-----BEGIN PGP");
}

static int add_file(struct signer_keys *keys, const struct signer *signer,
		    const char *file, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = keys->source->read(keys->source->ctx, file, MAX_KEYRING, &text,
				    err);

	if (!rc && signer && is_ssh_text(&text))
		rc = add_allowed(keys, signer, file, &text, err);
	else if (!rc)
		rc = openpgp_add(&keys->openpgp, buf_str(&text), text.len, err);
	buf_release(&text);
	return rc ? error_wrap(err, "keyring %s", file) : 0;
}

static int add_files(struct signer_keys *keys, const struct signer *signer,
		     const struct values *files, struct error *err)
{
	for (size_t i = 0; i < files->n; i++)
		if (add_file(keys, signer, files->v[i].text, err))
			return -1;
	return 0;
}

static int read_signers(struct signer_keys *keys, struct error *err)
{
	const struct policy *p = keys->policy;

	for (size_t i = 0; !keys->knows_signers && i < p->n_signers; i++)
		if (add_files(keys, &p->signers[i], &p->signers[i].keyring,
			      err))
			return -1;
	keys->knows_signers = true;
	return 0;
}

/* Forgets what was read, which may not be all of it. */
static int start_again(struct signer_keys *keys)
{
	const struct policy *policy = keys->policy;
	const struct key_source *source = keys->source;

	signer_keys_release(keys);
	signer_keys_init(keys, policy, source);
	return -1;
}

int signer_keys_openpgp(struct signer_keys *keys,
			const struct openpgp_keys **openpgp, struct error *err)
{
	if (!keys->knows_all &&
	    (read_signers(keys, err) ||
	     add_files(keys, NULL, &keys->policy->head.keyring, err)))
		return start_again(keys);
	keys->knows_all = true;
	*openpgp = &keys->openpgp;
	return 0;
}

static const struct ssh_key *find_ssh(const struct signer_keys *keys,
				      const struct signer *signer,
				      const struct buf *blob)
{
	for (size_t i = 0; i < keys->n_ssh; i++) {
		const struct ssh_key *key = &keys->ssh[i];

		if ((!signer || key->signer == signer) && blob->len &&
		    key->blob.len == blob->len &&
		    !memcmp(key->blob.ptr, blob->ptr, blob->len))
			return key;
	}
	return NULL;
}

int signer_keys_ssh(struct signer_keys *keys, const struct signer *signer,
		    const struct buf *blob, const struct ssh_key **key,
		    struct error *err)
{
	*key = find_ssh(keys, signer, blob);
	if (*key || (signer && !signer->keyring.n))
		return 0;
	if (read_signers(keys, err))
		return start_again(keys);
	*key = find_ssh(keys, signer, blob);
	return 0;
}

/* Findings */

/*
 * If a keyring cannot be read, no tag is judged; one without keys only gets a
 * warning.
 */
static void lint_files(const struct policy *policy,
		       const struct key_source *source,
		       const struct signer *signer, const struct values *files,
		       struct diags *diags)
{
	for (size_t i = 0; i < files->n; i++) {
		struct signer_keys keys;
		struct error err;
		size_t n;

		signer_keys_init(&keys, policy, source);
		n = keys.n_ssh;
		if (add_file(&keys, signer, files->v[i].text, &err))
			diags_add(diags, files->v[i].line, true, "%s", err.msg);
		else if (!keys.openpgp.n && keys.n_ssh == n)
			diags_add(diags, files->v[i].line, false,
				  "keyring %s has no key", files->v[i].text);
		signer_keys_release(&keys);
	}
}

/* Names do not decide who signs: a file of several people is one of nobody. */
static void lint_principals(const struct signer_keys *keys, size_t i,
			    struct diags *diags)
{
	const struct ssh_key *key = &keys->ssh[i];

	for (size_t k = 0; k < i; k++) {
		const struct ssh_key *other = &keys->ssh[k];

		if (key->signer != other->signer || !key->principals ||
		    !other->principals ||
		    !strcmp(key->principals, other->principals))
			continue;
		diags_add(diags, key->signer->section.line, false, "keyring %s "
			  "has keys of %s and of %s: all of them sign as "
			  "[signer \"%s\"]", key->file, other->principals,
			  key->principals, key->signer->section.name);
		return;
	}
}

/* OpenPGP keys alone do not say which of them may sign. */
static void lint_signer(const struct signer_keys *keys,
			const struct signer *signer, struct diags *diags)
{
	bool has_key = signer->gpg.n;

	for (size_t i = 0; i < keys->n_ssh; i++)
		has_key |= keys->ssh[i].signer == signer;
	if (signer->keyring.n && !has_key)
		diags_add(diags, signer->section.line, false, "[signer \"%s\"] "
			  "has a keyring, and no key of it counts: add 'gpg = "
			  "FINGERPRINT'", signer->section.name);
}

/* Only version 4 fingerprints can be looked for. */
static void lint_fingerprints(const struct signer *signer,
			      const struct openpgp_keys *keys,
			      struct diags *diags)
{
	for (size_t i = 0; i < signer->gpg.n; i++) {
		const struct value *v = &signer->gpg.v[i];

		if (strlen(v->text) != OID_HEX || openpgp_has(keys, v->text))
			continue;
		diags_add(diags, v->line, false, "no keyring has the key %s of "
			  "[signer \"%s\"], so none of its signatures counts: "
			  "add the output of 'gpg --export %s'", v->text,
			  signer->section.name, v->text);
	}
}

void signer_keys_lint(const struct policy *policy,
		      const struct key_source *source, struct diags *diags)
{
	const struct openpgp_keys *openpgp;
	struct signer_keys keys;
	struct error ignored;
	size_t n = policy->head.keyring.n;

	lint_files(policy, source, NULL, &policy->head.keyring, diags);
	for (size_t i = 0; i < policy->n_signers; i++) {
		n += policy->signers[i].keyring.n;
		lint_files(policy, source, &policy->signers[i],
			   &policy->signers[i].keyring, diags);
	}
	signer_keys_init(&keys, policy, source);
	if (n && !signer_keys_openpgp(&keys, &openpgp, &ignored)) {
		for (size_t i = 0; i < policy->n_signers; i++) {
			lint_fingerprints(&policy->signers[i], openpgp, diags);
			lint_signer(&keys, &policy->signers[i], diags);
		}
		for (size_t i = 0; i < keys.n_ssh; i++)
			lint_principals(&keys, i, diags);
	}
	signer_keys_release(&keys);
}
