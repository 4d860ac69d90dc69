/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "git/verify.h"
#include "scratch_files.h"

/*
 * Answers of gpgv and ssh-keygen: the first byte is the exit status, the rest
 * what is on standard output. __wrap_process_run() stands for process_run().
 */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_process_run(const struct process *process, int *status,
		       struct error *err);

static const uint8_t *answer;
static size_t answer_len;
static struct scratch scratch;

int __wrap_process_run(const struct process *process, int *status,
		       struct error *err)
{
	(void)err;
	*status = answer_len ? answer[0] : 0;
	if (process->output && answer_len)
		buf_add(process->output, answer + 1, answer_len - 1);
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ NULL });
	scratch.dir = (char *)files_dir();
	return 0;
}

/* How many of gpgv's lines begin with the word. */
static int count(const char *text, const char *word)
{
	static const char prefix[] = "[GNUPG:] ";
	size_t n = strlen(prefix), len = strlen(word);
	int found = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		found += !strncmp(line, prefix, n) &&
			 !strncmp(line + n, word, len) &&
			 strchr(" \n", line[n + len]);
	}
	return found;
}

static bool is_fingerprint(const char *key)
{
	size_t n = strspn(key, "0123456789ABCDEF");

	return !key[n] && (n == 40 || n == 64);
}

/* A good one is said to be good once, and nothing bad of it. */
static void check_good(const struct verified *out)
{
	char *text = strndup((const char *)answer + 1, answer_len - 1);

	if (answer[0] || count(text, "GOODSIG") != 1 ||
	    !count(text, "VALIDSIG") || count(text, "BADSIG") ||
	    count(text, "ERRSIG") || count(text, "EXPSIG") ||
	    count(text, "REVKEYSIG") || count(text, "ERROR") ||
	    count(text, "NEWSIG") > 1 || !is_fingerprint(out->key) ||
	    !is_fingerprint(out->primary))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A packet as long as a signature is at least. */
	static const char pgp[] = "-----BEGIN PGP SIGNATURE-----\n\n"
		"iBEEABYIAAAAAAAAAAAAAAAAAA==\n-----END PGP SIGNATURE-----\n";
	const struct signature signature = {
		.format = SIGNATURE_OPENPGP, .text = pgp,
		.len = sizeof(pgp) - 1,
	};
	char *keyrings[OPENPGP_GROUPS] = { NULL };
	struct verified out;
	struct error err;

	answer = data;
	answer_len = size;
	if (!verify_openpgp(&scratch, keyrings, "", &signature, &out, &err) &&
	    out.state == VERIFIED_GOOD)
		check_good(&out);
	if (!verify_ssh(&scratch, "ssh-ed25519 AAAA", "namespaces=\"git\"", "",
			&signature, &out, &err) &&
	    (out.state == VERIFIED_GOOD) != (!size || !data[0]))
		abort();
	return 0;
}
