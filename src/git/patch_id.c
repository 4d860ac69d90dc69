/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/patch_id.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/command.h"

/* Commits at a time, so that their patches do not fill the disk. */
enum { AT_ONCE = 500 };

/* How patches are written. */
enum form {
	WITH_CONTEXT,
	WITHOUT_CONTEXT,
	REVERSED,			/* and without context */
};

/* A line for git diff-tree: the commit, and its parent if it has one. */
static int add_line(struct repo *repo, const struct oid *oid,
		    struct buf *input, struct error *err)
{
	char hex[OID_HEX + 1];
	struct object object;
	struct commit commit;
	struct oid parent;

	if (repo_read_commit(repo, oid, &object, &commit, err))
		return -1;
	oid_format(hex, oid);
	buf_addstr(input, hex);
	if (commit.n_parents == 1 && !repo_is_shallow_at(repo, oid)) {
		parent = commit_parent(&commit, 0);
		oid_format(hex, &parent);
		buf_addf(input, " %s", hex);
	}
	buf_addch(input, '\n');
	object_release(&object);
	return 0;
}

static int write_patches(struct repo *repo, struct scratch *scratch,
			 const struct oid *commits, size_t n, enum form form,
			 const char *file, struct error *err)
{
	/* -R turns the prefixes round as well. */
	const bool turn = form == REVERSED;
	const char *const args[] = {
		"diff-tree", "--stdin", "-r", "-p", "--root",
		form == WITH_CONTEXT ? "-U3" : "-U0",
		"--full-index", "--no-renames", "--no-ext-diff",
		"--no-textconv", "--no-color", "--diff-algorithm=myers",
		turn ? "--src-prefix=b/" : "--src-prefix=a/",
		turn ? "--dst-prefix=a/" : "--dst-prefix=b/", "--no-relative",
		"--submodule=short", turn ? "-R" : NULL, NULL };
	struct process process = { .output_file = file };
	struct buf input = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++)
		rc = add_line(repo, &commits[i], &input, err);
	process.input = buf_str(&input);
	process.input_len = input.len;
	if (!rc)
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
		    const struct oid *commits, size_t n, enum form form,
		    struct oid *ids, struct error *err)
{
	static const char *const args[] = { "patch-id", "--stable", NULL };
	struct buf output = BUF_INIT;
	struct process process = { .output = &output };
	char *name, *file;
	int rc;

	if (scratch_open(scratch, err))
		return -1;
	name = scratch_own_name("patches");
	file = scratch_path(scratch, name);
	process.input_file = file;
	rc = write_patches(repo, scratch, commits, n, form, file, err);
	if (!rc)
		rc = git_run(repo, scratch, args, &process, err);
	if (!rc)
		rc = read_ids(buf_str(&output), commits, n, ids, err);
	buf_release(&output);
	free(name);
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

		if (some_ids(repo, scratch, commits + i, some, WITH_CONTEXT,
			     ids + i, err))
			return -1;
	}
	return 0;
}

int patch_undoes(struct repo *repo, struct scratch *scratch,
		 const struct oid *commit, const struct oid *undone,
		 bool *undoes, struct error *err)
{
	struct oid ids[2] = { 0 };

	if (some_ids(repo, scratch, commit, 1, REVERSED, &ids[0], err) ||
	    some_ids(repo, scratch, undone, 1, WITHOUT_CONTEXT, &ids[1], err))
		return -1;
	*undoes = !oid_is_zero(&ids[0]) && oid_equal(&ids[0], &ids[1]);
	return 0;
}
