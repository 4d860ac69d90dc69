/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/patchid.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/command.h"

/* Commits at a time, so that their patches do not fill the disk. */
enum { AT_ONCE = 500 };

static int write_patches(struct repo *repo, struct scratch *scratch,
			 const struct oid *commits, size_t n,
			 const char *file, struct error *err)
{
	static const char *const args[] = {
		"diff-tree", "--stdin", "-r", "-p", "--root", "-U3",
		"--full-index", "--no-renames", "--no-ext-diff",
		"--no-textconv", "--no-color", "--diff-algorithm=myers",
		"--src-prefix=a/", "--dst-prefix=b/", "--no-relative",
		"--submodule=short", NULL };
	struct process process = { .output_file = file };
	struct buf input = BUF_INIT;
	char hex[OID_HEX + 1];
	int rc;

	for (size_t i = 0; i < n; i++) {
		oid_format(hex, &commits[i]);
		buf_addf(&input, "%s\n", hex);
	}
	process.input = buf_str(&input);
	process.input_len = input.len;
	rc = git_run(repo, scratch, args, &process, err);
	buf_release(&input);
	return rc;
}

/* Lines of "<patch id> <commit>"; commits without a patch have none. */
static int read_ids(const char *text, const struct oid *commits, size_t n,
		    struct oid *ids, struct error *err)
{
	enum { LINE = OID_HEX + 1 + OID_HEX + 1 };
	size_t at = 0, left = strlen(text);
	struct oid id, commit;

	for (; left >= LINE; text += LINE, left -= LINE) {
		if (!oid_parse(&id, text, OID_HEX) ||
		    !oid_parse(&commit, text + OID_HEX + 1, OID_HEX))
			break;
		while (at < n && !oid_equal(&commits[at], &commit))
			at++;
		if (at == n)
			break;
		ids[at++] = id;
	}
	return left ? error_set(err, "git patch-id answered nonsense") : 0;
}

static int some_ids(struct repo *repo, struct scratch *scratch,
		    const struct oid *commits, size_t n, struct oid *ids,
		    struct error *err)
{
	static const char *const args[] = { "patch-id", "--stable", NULL };
	struct buf output = BUF_INIT;
	struct process process = { .output = &output };
	char *file;
	int rc;

	if (scratch_open(scratch, err))
		return -1;
	file = scratch_path(scratch, "patches");
	process.input_file = file;
	rc = write_patches(repo, scratch, commits, n, file, err);
	if (!rc)
		rc = git_run(repo, scratch, args, &process, err);
	if (!rc)
		rc = read_ids(buf_str(&output), commits, n, ids, err);
	buf_release(&output);
	free(file);
	return rc;
}

int patch_ids(struct repo *repo, struct scratch *scratch,
	      const struct oid *commits, size_t n, struct oid *ids,
	      struct error *err)
{
	memset(ids, 0, n * sizeof(*ids));
	for (size_t i = 0; i < n; i += AT_ONCE) {
		size_t some = n - i < AT_ONCE ? n - i : AT_ONCE;

		if (some_ids(repo, scratch, commits + i, some, ids + i, err))
			return -1;
	}
	return 0;
}
