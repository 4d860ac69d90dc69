/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/verify.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "git/object.h"

enum {
	TIME_LIMIT = 30,		/* seconds for one signature */
	NO_KEY = 9,			/* GPG_ERR_NO_PUBKEY */
	DIGEST_ALGO = 5,		/* GPG_ERR_DIGEST_ALGO */
};

/*
 * What gpgv reports on its status lines (GnuPG's doc/DETAILS): for each
 * signature a NEWSIG, one of the verdicts below, and VALIDSIG if it is intact;
 * NODATA if there is none.
 */
struct gpg_status {
	int n_signatures, n_verdicts;
	bool is_error, is_valid, is_empty;
	bool is_key_rejected;	/* it has the key, but would not select it */
	struct verified *out;
};

static bool copy_fingerprint(char out[FINGERPRINT_MAX + 1], const char *word,
			     size_t len)
{
	if (len > FINGERPRINT_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)word[i]))
			return false;
		out[i] = (char)toupper((unsigned char)word[i]);
	}
	out[len] = '\0';
	return len == 40 || len == 64;
}

/*
 * The n-th word of the arguments, counted from 0; empty when there are fewer.
 */
static const char *nth_word(const char *args, int n, size_t *len)
{
	while (n-- && *args) {
		args += strcspn(args, " ");
		args += strspn(args, " ");
	}
	*len = strcspn(args, " ");
	return args;
}

/* VALIDSIG <fingerprint> ... <fingerprint of the primary key> */
static void on_valid(struct gpg_status *s, const char *args)
{
	size_t n, m;
	const char *key = nth_word(args, 0, &n);
	const char *primary = nth_word(args, 9, &m);

	s->is_valid = copy_fingerprint(s->out->key, key, n) &&
		      copy_fingerprint(s->out->primary, primary, m);
}

/* KEY_CONSIDERED <fingerprint of the primary key> <flags> */
static void on_considered(struct gpg_status *s, const char *args)
{
	enum { NOT_SELECTED = 1 };
	size_t n;

	if (atoi(nth_word(args, 1, &n)) & NOT_SELECTED)
		s->is_key_rejected = true;
}

/*
 * A key of the future is a bad one for GnuPG 2.2; GnuPG 2.4 does not select it,
 * and then has no key.
 */
static bool is_early(const struct gpg_status *s, int code)
{
	enum { BAD_KEY = 6, TIME_CONFLICT = 39 };	/* GPG_ERR_* */

	return code == BAD_KEY || code == TIME_CONFLICT ||
	       (code == NO_KEY && s->is_key_rejected);
}

/* ERRSIG <keyid> <pkalgo> <hashalgo> <class> <time> <rc> <fingerprint> */
static void on_error(struct gpg_status *s, const char *args)
{
	size_t n;
	const char *word = nth_word(args, 5, &n);
	int code = atoi(word);

	s->out->state = is_early(s, code) ? VERIFIED_EARLY_KEY :
			code == NO_KEY ? VERIFIED_UNKNOWN_KEY :
			code == DIGEST_ALGO ? VERIFIED_WEAK : VERIFIED_NOT;
	word = nth_word(args, 6, &n);
	copy_fingerprint(s->out->key, word, n);
}

static const struct {
	const char *word;
	enum verified_state state;
} gpg_verdicts[] = {
	{ "GOODSIG", VERIFIED_GOOD },
	{ "EXPSIG", VERIFIED_EXPIRED },
	{ "EXPKEYSIG", VERIFIED_EXPIRED_KEY },
	{ "REVKEYSIG", VERIFIED_REVOKED_KEY },
	{ "BADSIG", VERIFIED_BAD },
	{ "ERRSIG", VERIFIED_NOT },
};

static void on_status(struct gpg_status *s, const char *line)
{
	size_t n = strcspn(line, " ");
	const char *args = line + n + (line[n] == ' ');

	for (size_t i = 0; i < ARRAY_SIZE(gpg_verdicts); i++) {
		if (n != strlen(gpg_verdicts[i].word) ||
		    strncmp(line, gpg_verdicts[i].word, n))
			continue;
		s->n_verdicts++;
		s->out->state = gpg_verdicts[i].state;
	}
	if (!strncmp(line, "NEWSIG", n) && n == strlen("NEWSIG"))
		s->n_signatures++;
	else if (!strncmp(line, "VALIDSIG ", n + 1))
		on_valid(s, args);
	else if (!strncmp(line, "ERRSIG ", n + 1))
		on_error(s, args);
	else if (!strncmp(line, "KEY_CONSIDERED ", n + 1))
		on_considered(s, args);
	else if (!strncmp(line, "ERROR ", n + 1))
		s->is_error = true;
	else if (!strncmp(line, "NODATA ", n + 1))
		s->is_empty = true;
}

static void read_status(struct gpg_status *s, const char *text)
{
	static const char prefix[] = "[GNUPG:] ";
	const size_t skip = sizeof(prefix) - 1;

	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xstrndup(text, n);

		if (!strncmp(line, prefix, skip))
			on_status(s, line + skip);
		free(line);
		text += n + (text[n] == '\n');
	}
}

/* Checks that the status lines and the exit status agree. */
static int conclude(struct gpg_status *s, int status, const struct buf *errors,
		    struct error *err)
{
	if (status > 2 || s->is_error || (!s->n_verdicts && !s->is_empty))
		return process_failed("gpgv", status, errors, err);
	if (s->n_verdicts != 1 || s->n_signatures > 1) {
		s->out->state = VERIFIED_NOT;
		return 0;
	}
	if (s->out->state == VERIFIED_GOOD && (status || !s->is_valid))
		return error_set(err, "gpgv contradicts itself (exit status "
				 "%d)", status);
	return 0;
}

/* Fills the arguments, of which there are at most GPGV_ARGS. */
enum { GPGV_ARGS = 6 + 2 * OPENPGP_GROUPS + 3 };

static void gpgv_args(const char **argv, const char *dir, char *const *keyrings,
		      const char *file)
{
	const char *const head[] = { "gpgv", "--quiet", "--status-fd", "1",
				     "--homedir", dir };
	size_t n = ARRAY_SIZE(head);

	memcpy(argv, head, sizeof(head));
	for (int i = 0; i < OPENPGP_GROUPS; i++) {
		if (!keyrings[i])
			continue;
		argv[n++] = "--keyring";
		argv[n++] = keyrings[i];
	}
	argv[n++] = file;
	argv[n++] = "-";
	argv[n] = NULL;
}

/* Writes a file of this process's own; the caller frees its path. */
static int write_own(struct scratch *scratch, const char *name,
		     const char *data, size_t len, char **path,
		     struct error *err)
{
	char *own = scratch_own_name(name);
	int rc = scratch_write(scratch, own, data, len, err);

	*path = rc ? NULL : scratch_path(scratch, own);
	free(own);
	return rc;
}

int verify_openpgp(struct scratch *scratch, char *const *keyrings,
		   const char *raw, const struct signature *signature,
		   struct verified *out, struct error *err)
{
	static const char *const env[] = { "LC_ALL=C", "GNUPGHOME", NULL };
	const char *argv[GPGV_ARGS];
	struct buf output = BUF_INIT, errors = BUF_INIT;
	const struct process process = {
		.argv = argv, .env = env,
		.input = raw, .input_len = signature->payload_len,
		.output = &output, .errors = &errors, .time_limit = TIME_LIMIT,
	};
	struct gpg_status s = { .out = out };
	char *file;
	int status = 0, rc;

	*out = (struct verified){ .state = VERIFIED_NOT };
	if (!openpgp_is_signature(signature->text, signature->len))
		return 0;
	if (write_own(scratch, "signature", signature->text, signature->len,
		      &file, err))
		return -1;
	gpgv_args(argv, scratch->dir, keyrings, file);
	rc = process_run(&process, &status, err);
	if (!rc) {
		read_status(&s, buf_str(&output));
		rc = conclude(&s, status, &errors, err);
	}
	free(file);
	buf_release(&output);
	buf_release(&errors);
	return rc;
}

/* SSH */

/*
 * "-Overify-time=..." for the date of the tag, as git does it (local time, as
 * the dates of keys are); NULL where it has none. A new string.
 */
static char *verify_time(const char *raw, size_t len)
{
	char text[sizeof("YYYYMMDDHHMMSS")];
	struct tm tm;
	time_t time = (time_t)tag_time(raw, len);

	if (!time || !localtime_r(&time, &tm) ||
	    strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm) + 1 !=
	    sizeof(text))
		return NULL;
	return xasprintf("-Overify-time=%s", text);
}

/*
 * Runs ssh-keygen. Old ones know no time, and no options that need it. It exits
 * with the same status if a signature is bad and if it cannot even begin, such
 * as for a user without a name: what it prints tells which.
 */
static int run_ssh_keygen(const char *keys, const char *file, const char *time,
			  const char *raw, size_t len, int *status,
			  struct error *err)
{
	static const char bad[] = "Could not verify signature";
	struct buf output = BUF_INIT, errors = BUF_INIT;
	const struct process process = {
		.argv = (const char *[]){
			"ssh-keygen", "-Y", "verify", "-n", "git", "-I",
			"signer", "-f", keys, "-s", file, time, NULL },
		.input = raw, .input_len = len, .output = &output,
		.errors = &errors, .time_limit = TIME_LIMIT,
	};
	enum { BAD = 255 };		/* what ssh-keygen(1) exits with */
	int rc = process_run(&process, status, err);

	if (!rc && *status &&
	    (*status != BAD || !text_starts_with(buf_str(&output), bad)))
		rc = process_failed("ssh-keygen", *status, &errors, err);
	buf_release(&output);
	buf_release(&errors);
	return rc;
}

static int try_ssh(struct scratch *scratch, const char *key,
		   const char *options, const char *raw,
		   const struct signature *signature, bool *is_good,
		   struct error *err)
{
	char *allowed = xasprintf("signer %s %s\n", options ? options :
				  "namespaces=\"git\"", key);
	char *time = options ? verify_time(raw, signature->payload_len) : NULL;
	char *keys = NULL, *file = NULL;
	int status = 0, rc;

	rc = write_own(scratch, "allowed", allowed, strlen(allowed), &keys,
		       err);
	if (!rc)
		rc = write_own(scratch, "signature", signature->text,
			       signature->len, &file, err);
	if (!rc)
		rc = run_ssh_keygen(keys, file, time, raw,
				    signature->payload_len, &status, err);
	*is_good = !rc && !status;
	free(allowed);
	free(time);
	free(keys);
	free(file);
	return rc;
}

int verify_ssh(struct scratch *scratch, const char *key, const char *options,
	       const char *raw, const struct signature *signature,
	       struct verified *out, struct error *err)
{
	bool is_good;

	*out = (struct verified){ .state = VERIFIED_GOOD };
	if (try_ssh(scratch, key, options, raw, signature, &is_good, err))
		return -1;
	if (is_good)
		return 0;
	out->state = VERIFIED_BAD;
	if (!options)
		return 0;
	/* ssh-keygen exits with the same status whatever was wrong. */
	if (try_ssh(scratch, key, NULL, raw, signature, &is_good, err))
		return -1;
	if (is_good)
		out->state = VERIFIED_NOT_ALLOWED;
	return 0;
}
