/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "git/libgit2.h"
#include "git/remote_refs.h"

/*
 * What a remote answers to git ls-remote. __wrap_process_check() stands for
 * process_check(), and so on.
 */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_process_check(const struct process *process, const char *what,
			 struct error *err);
int __wrap_repo_config(struct repo *repo, const char *key, char **value,
		       int *level, struct error *err);

static const uint8_t *answer;
static size_t answer_len;

int __wrap_process_check(const struct process *process, const char *what,
			 struct error *err)
{
	(void)what;
	(void)err;
	buf_add(process->output, answer, answer_len);
	return 0;
}

int __wrap_repo_config(struct repo *repo, const char *key, char **value,
		       int *level, struct error *err)
{
	(void)repo;
	(void)key;
	(void)level;
	(void)err;
	*value = NULL;
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error err;

	(void)argc;
	(void)argv;
	if (libgit2_start(&err))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct remote_refs refs = { 0 };
	struct error err;
	int rc;

	answer = data;
	answer_len = size;
	rc = remote_refs_ask(NULL, "https://x/y", &refs, &err);
	for (size_t i = 0; !rc && i < refs.n; i++) {
		const struct remote_ref *ref = &refs.v[i];

		if (strncmp(ref->name, "refs/", 5) ||
		    !remote_refs_find(&refs, ref->name) ||
		    (i && strcmp(ref[-1].name, ref->name) > 0))
			abort();
	}
	remote_refs_release(&refs);
	return 0;
}
