/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "scratch_files.h"
#include "series/mails.h"

/*
 * Whole mails, and what git makes of them. The input is in parts with a NUL
 * after each: the mail, what git mailinfo says and writes (headers, patch,
 * message), and then what each git apply --numstat prints.
 * __wrap_process_check() stands for process_check().
 */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_process_check(const struct process *process, const char *what,
			 struct error *err);

static const char *rest;
static size_t left;
static char *dir;

/* The next part; the last one has what is left. */
static const char *next_part(size_t *len)
{
	const char *part = rest;
	const char *nul = left ? memchr(rest, '\0', left) : NULL;

	*len = nul ? (size_t)(nul - rest) : left;
	rest += *len + (nul != NULL);
	left -= *len + (nul != NULL);
	return part;
}

static void put_part(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len;
	const char *part = next_part(&len);
	char *name;

	/* Below the directory of this process: scratch_open() made it. */
	if (strncmp(path, files_dir(), strlen(files_dir())) || !base)
		abort();
	name = xstrdup(path + strlen(files_dir()) + 1);
	files_put(name, part, len);
	free(name);
}

static void add_numstat(struct buf *out)
{
	size_t len;
	const char *part = next_part(&len);

	/* Lines stand for what git ends with NULs. */
	for (size_t i = 0; i < len; i++)
		buf_addch(out, part[i] == '\n' ? '\0' : part[i]);
	if (len)
		buf_addch(out, '\0');
}

int __wrap_process_check(const struct process *process, const char *what,
			 struct error *err)
{
	const char *const *argv = process->argv;
	size_t len;

	(void)err;
	if (!strcmp(what, "git apply")) {
		add_numstat(process->output);
		return 0;
	}
	if (strcmp(what, "git mailinfo"))
		abort();
	what = next_part(&len);
	buf_add(process->output, what, len);
	put_part(argv[8]);
	put_part(argv[7]);
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "mails", NULL });
	setenv("TMPDIR", files_dir(), 1);
	dir = xasprintf("%s/mails", files_dir());
	return 0;
}

static void check(const struct patch *patch)
{
	if (!patch->name || !patch->subject ||
	    (!patch->paths.n && patch->number))
		abort();
	for (size_t i = 1; i < patch->paths.n; i++)
		if (strcmp(patch->paths.v[i - 1], patch->paths.v[i]) >= 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct patch_list patches = { 0 };
	struct error err;
	const char *mail;
	size_t len;

	rest = (const char *)data;
	left = size;
	mail = next_part(&len);
	files_put("mails/1", mail, len);
	if (!mails_read(dir, &patches, &err)) {
		if (!patches.n)
			abort();
		for (size_t i = 0; i < patches.n; i++)
			check(&patches.v[i]);
	}
	patch_list_release(&patches);
	return 0;
}
