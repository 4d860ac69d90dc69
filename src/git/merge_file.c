/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/merge_file.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/conflict.h"
#include "git/libgit2.h"
#include "git/repo_private.h"
#include "git/text_merge.h"

/*
 * Larger files, and more lines, are left to git, which stores what it cannot
 * keep, and whose memory is limited apart from ours: each line takes some 200
 * bytes there and here. So are files that take more steps, of some nanoseconds.
 */
enum {
	MAX_FILES = 64 << 20, MAX_LINES = 600000, MAX_STEPS = 50000000,
	LINE_STEPS = 50,		/* to take one, wherever it stands */
};

/* The versions of one file. */
struct versions {
	struct object base, ours, theirs, result;
	size_t n_lines;
	bool is_huge;			/* then some are not read */
};

static size_t count_lines(const struct object *blob)
{
	const char *p = blob->data, *end = p + blob->len;
	size_t n = 0;

	for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	return n;
}

static int read_versions(struct repo *repo, const struct merge_file *file,
			 struct versions *v, struct error *err)
{
	const struct {
		const struct oid *oid;
		struct object *object;
	} all[] = {
		{ &file->base, &v->base }, { &file->ours, &v->ours },
		{ &file->theirs, &v->theirs }, { &file->result, &v->result },
	};
	size_t total = 0;

	*v = (struct versions){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(all) && !v->is_huge; i++) {
		if (repo_read(repo, all[i].oid, OBJECT_BLOB, all[i].object,
			      err))
			return -1;
		total += all[i].object->len;
		v->n_lines += count_lines(all[i].object);
		v->is_huge = total > MAX_FILES || v->n_lines > MAX_LINES;
	}
	return 0;
}

static void versions_release(struct versions *v)
{
	object_release(&v->base);
	object_release(&v->ours);
	object_release(&v->theirs);
	object_release(&v->result);
}

static git_merge_file_input file_input(const struct object *object)
{
	git_merge_file_input input = {
		.version = GIT_MERGE_FILE_INPUT_VERSION,
	};

	input.ptr = object->data;
	input.size = object->len;
	return input;
}

static bool is_result(const struct versions *v, const char *p, size_t len)
{
	return len == v->result.len &&
	       (!len || !memcmp(p, v->result.data, len));
}

static int merge_blobs(struct repo *repo, const struct versions *v,
		       bool *clean, bool *gives, struct error *err)
{
	git_merge_file_input base = file_input(&v->base);
	git_merge_file_input ours = file_input(&v->ours);
	git_merge_file_input theirs = file_input(&v->theirs);
	git_merge_file_result merged = { 0 };

	if (repo_use_libgit2(repo, err))
		return -1;
	if (git2.merge_file(&merged, &base, &ours, &theirs, NULL))
		return error_set(err, "a file cannot be merged: %s",
				 libgit2_message());
	*clean = merged.automergeable;
	*gives = *clean && is_result(v, merged.ptr, merged.len);
	git2.merge_file_result_free(&merged);
	return 0;
}

int merge_file_gives(struct repo *repo, const struct merge_file *file,
		     bool *clean, bool *gives, struct error *err)
{
	struct versions v;
	int rc = read_versions(repo, file, &v, err);

	*clean = true;
	*gives = false;
	if (!rc && !v.is_huge)
		rc = merge_blobs(repo, &v, clean, gives, err);
	versions_release(&v);
	return rc;
}

static struct text text_of(const struct object *object)
{
	return (struct text){ object->data, object->len };
}

/* What git makes of it. */
static int merge_texts(const struct repo *repo, const struct versions *v,
		       const struct oid parents[2], enum file_merge *is,
		       struct error *err)
{
	char ours[OID_HEX + 1], theirs[OID_HEX + 1];
	struct text_merge merge = {
		.base = text_of(&v->base), .ours = text_of(&v->ours),
		.theirs = text_of(&v->theirs),
		.our_name = ours, .their_name = theirs, .steps = MAX_STEPS,
	};
	struct buf merged = BUF_INIT;
	size_t n_conflicts = 0;

	oid_format(ours, &parents[0]);
	oid_format(theirs, &parents[1]);
	*is = text_merge(&merge, &merged, &n_conflicts) ? FILE_OPEN :
	      is_result(v, merged.ptr, merged.len) ? FILE_MERGED :
	      n_conflicts && conflict_fits(buf_str(&merged), merged.len,
					   v->result.data, v->result.len) ?
	      FILE_RESOLVED : FILE_CHANGED;
	buf_release(&merged);
	return repo_work(repo, MAX_STEPS - merge.steps +
			 (int64_t)v->n_lines * LINE_STEPS,
			 "files to merge again", err);
}

int merge_file_compare(struct repo *repo, const struct merge_file *file,
		       const struct oid parents[2], enum file_merge *is,
		       struct error *err)
{
	struct versions v;
	bool clean, gives = false;
	int rc = read_versions(repo, file, &v, err);

	*is = FILE_OPEN;
	if (!rc && !v.is_huge)
		rc = merge_texts(repo, &v, parents, is, err);
	if (!rc && !v.is_huge && *is != FILE_MERGED)
		rc = merge_blobs(repo, &v, &clean, &gives, err);
	if (gives)
		*is = FILE_MERGED;
	versions_release(&v);
	return rc;
}
