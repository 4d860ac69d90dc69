/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/patch_id.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/workers.h"
#include "git/command.h"
#include "git/repo_private.h"

/*
 * At most so many commits at a time, so that their patches do not fill the
 * disk; fewer than MIN_SHARED are not worth a process.
 */
enum { AT_ONCE = 2000, MIN_SHARED = 500 };

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

/* Commits whose ids are asked for, in pieces of the same size. */
struct asked {
	struct repo *repo;
	struct scratch *scratch;
	const struct oid *commits;
	size_t n, per_piece;
	struct oid *ids;
};

static size_t piece_size(const struct asked *a, size_t piece)
{
	size_t left = a->n - piece * a->per_piece;

	return left < a->per_piece ? left : a->per_piece;
}

static int ask_piece(const struct asked *a, size_t piece, struct oid *ids,
		     struct error *err)
{
	return some_ids(a->repo, a->scratch, a->commits + piece * a->per_piece,
			piece_size(a, piece), WITH_CONTEXT, ids, err);
}

/* In a worker process. */
static int work_at_piece(void *ctx, size_t piece, size_t end,
			 struct buf *result, struct error *err)
{
	const struct asked *a = ctx;
	struct oid *ids = xcalloc(a->per_piece, sizeof(*ids));
	int rc = ask_piece(a, piece, ids, err);

	(void)end;
	if (!rc)
		buf_add(result, ids, piece_size(a, piece) * sizeof(*ids));
	free(ids);
	return rc;
}

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	const struct asked *a = ctx;

	(void)err;
	memcpy(a->ids + piece * a->per_piece, result, len);
	return 0;
}

/* Rounds up. */
static size_t divide(size_t n, size_t by)
{
	return (n + by - 1) / by;
}

static int ask(struct asked *a, struct error *err)
{
	size_t workers = a->n < MIN_SHARED ? 1 : workers_useful();
	size_t pieces = workers * divide(a->n, workers * AT_ONCE);
	struct workers_job job = { .work = work_at_piece, .take = take_piece,
				   .ctx = a };
	int rc = 0;

	if (!a->n)
		return 0;
	a->per_piece = divide(a->n, pieces);
	job.n = divide(a->n, a->per_piece);
	/* The process that makes the directory is the one to remove it. */
	if (workers > 1)
		return scratch_open(a->scratch, err) ? -1 :
		       workers_run(&job, workers, err);
	for (size_t i = 0; !rc && i < job.n; i++)
		rc = ask_piece(a, i, a->ids + i * a->per_piece, err);
	return rc;
}

/* Lists the commits that are asked about for the first time; makes room. */
static void note_new(struct repo *repo, const struct oid *commits, size_t n,
		     struct oid_list *new)
{
	static const struct oid none;

	for (size_t i = 0; i < n; i++) {
		if (oidmap_get(&repo->patch_index, &commits[i]) >= 0)
			continue;
		oidmap_put(&repo->patch_index, &commits[i],
			   (uint32_t)repo->patches.n);
		oid_list_add(&repo->patches, &none);
		oid_list_add(new, &commits[i]);
	}
}

void repo_patches_forget(struct repo *repo)
{
	oidmap_release(&repo->patch_index);
	free(repo->patches.v);
	repo->patches = (struct oid_list){ 0 };
}

int patch_ids(struct repo *repo, struct scratch *scratch,
	      const struct oid *commits, size_t n, struct oid *ids,
	      struct error *err)
{
	const size_t first = repo->patches.n;
	struct oid_list new = { 0 };
	struct asked asked = { .repo = repo, .scratch = scratch };
	int rc;

	note_new(repo, commits, n, &new);
	asked.commits = new.v;
	asked.n = new.n;
	asked.ids = new.n ? repo->patches.v + first : NULL;
	rc = ask(&asked, err);
	free(new.v);
	if (rc) {
		repo_patches_forget(repo);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		ids[i] = repo->patches.v[oidmap_get(&repo->patch_index,
						    &commits[i])];
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
