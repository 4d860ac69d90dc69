/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/merge_file.h"

#include <string.h>

#include "base/buf.h"
#include "base/errand.h"
#include "base/mem.h"
#include "base/process.h"
#include "git/conflict.h"
#include "git/libgit2.h"
#include "git/repo_private.h"
#include "git/text_merge.h"

/*
 * Versions that are larger together, or have more lines, are left to git, whose
 * memory is limited apart from ours: each line takes some 200 bytes there and
 * here. So are those that take more steps; a step takes some nanoseconds.
 */
enum {
	MAX_FILES = 64 << 20, MAX_LINES = 600000, MAX_STEPS = 50000000,
	LINE_STEPS = 50,		/* to take one, wherever it stands */
	FEW_LINES = 2000,		/* merging more may take very long */
};

static const char work_name[] = "files to merge again";

/* The versions of one file. */
struct versions {
	struct object base, ours, theirs, result, inner, other_base;
	struct buf merged_base;		/* if there are two */
	bool may_be_clean;		/* see struct text_merge */
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
		{ &file->inner, &v->inner },
		{ &file->other_base, &v->other_base },
	};
	size_t total = 0;

	*v = (struct versions){ .merged_base = BUF_INIT };
	for (size_t i = 0; i < ARRAY_SIZE(all) && !v->is_huge; i++) {
		if (oid_is_zero(all[i].oid))
			continue;
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
	object_release(&v->inner);
	object_release(&v->other_base);
	buf_release(&v->merged_base);
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

/* Sets `*clean` and `*gives`: see merge_file_gives(). */
static int merge_here(const struct versions *v, bool *clean, bool *gives,
		      struct error *err)
{
	git_merge_file_input base = file_input(&v->base);
	git_merge_file_input ours = file_input(&v->ours);
	git_merge_file_input theirs = file_input(&v->theirs);
	git_merge_file_result merged = { 0 };

	if (git2.merge_file(&merged, &base, &ours, &theirs, NULL))
		return error_set(err, "a file cannot be merged: %s",
				 libgit2_message());
	*clean = merged.automergeable;
	*gives = *clean && is_result(v, merged.ptr, merged.len);
	git2.merge_file_result_free(&merged);
	return 0;
}

/* In a process of its own */

struct apart {
	const struct versions *versions;
	int64_t cpu_limit;
};

static int work_apart(void *ctx, struct buf *out, struct error *err)
{
	const struct apart *apart = ctx;
	bool answer[2];

	process_limit_cpu(apart->cpu_limit);
	if (merge_here(apart->versions, &answer[0], &answer[1], err))
		return -1;
	buf_add(out, answer, sizeof(answer));
	return 0;
}

static int merge_apart(struct repo *repo, const struct versions *v,
		       bool *clean, bool *gives, struct error *err)
{
	struct apart apart = { v, repo_work_left(repo) };
	struct errand errand = { 0 };
	struct buf answer = BUF_INIT;
	int rc = errand_start(&errand, "merge a file", work_apart, &apart,
			      err) || errand_run(&errand, &answer, err);

	errand_release(&errand);
	if (!rc) {
		*clean = answer.ptr[0];
		*gives = answer.ptr[1];
	}
	buf_release(&answer);
	return rc ? -1 : 0;
}

/*
 * libgit2 takes a time that grows with the square of the lines, if these are
 * made for it: so it is counted, and for many lines limited.
 */
static int merge_blobs(struct repo *repo, const struct versions *v,
		       bool *clean, bool *gives, struct error *err)
{
	int64_t before = process_cpu_time(), n = (int64_t)v->n_lines;
	int rc;

	if (repo_use_libgit2(repo, err))
		return -1;
	if (n <= FEW_LINES)
		return repo_work(repo, n * n, work_name, err) ||
		       merge_here(v, clean, gives, err) ? -1 : 0;
	if (repo_work(repo, 0, work_name, err))
		return -1;
	rc = merge_apart(repo, v, clean, gives, err);
	/* If its time was up, that is why it failed. */
	return repo_work(repo, process_cpu_time() - before, work_name, err) ?
	       -1 : rc;
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

/* Merges two bases. -1 where they conflict, or where only git can tell. */
static int merge_bases_of(struct versions *v, int64_t *steps)
{
	struct text_merge merge = {
		.base = text_of(&v->inner), .ours = text_of(&v->base),
		.theirs = text_of(&v->other_base), .steps = *steps,
	};
	size_t n_conflicts = 0;
	int rc = text_merge(&merge, &v->merged_base, &n_conflicts);

	*steps = merge.steps;
	return rc || n_conflicts ? -1 : 0;
}

/* What git makes of it. */
static enum file_merge merge_texts(struct versions *v, bool has_inner,
				   const struct oid parents[2], int64_t *steps)
{
	char ours[OID_HEX + 1], theirs[OID_HEX + 1];
	struct text_merge merge = {
		.base = text_of(&v->base), .ours = text_of(&v->ours),
		.theirs = text_of(&v->theirs), .result = text_of(&v->result),
		.our_name = ours, .their_name = theirs,
	};
	struct buf merged = BUF_INIT;
	size_t n_conflicts = 0;
	enum file_merge is;

	if (has_inner && merge_bases_of(v, steps))
		return FILE_OPEN;
	if (has_inner)
		merge.base = (struct text){ buf_str(&v->merged_base),
					    v->merged_base.len };
	oid_format(ours, &parents[0]);
	oid_format(theirs, &parents[1]);
	merge.steps = *steps;
	is = text_merge(&merge, &merged, &n_conflicts) ? FILE_OPEN :
	     is_result(v, merged.ptr, merged.len) ? FILE_MERGED :
	     n_conflicts && conflict_fits(buf_str(&merged), merged.len,
					  v->result.data, v->result.len) ?
	     FILE_RESOLVED : FILE_CHANGED;
	*steps = merge.steps;
	v->may_be_clean = merge.may_be_clean;
	buf_release(&merged);
	return is;
}

int merge_file_compare(struct repo *repo, const struct merge_file *file,
		       const struct oid parents[2], enum file_merge *is,
		       struct error *err)
{
	bool has_inner = !oid_is_zero(&file->inner), clean, gives = false;
	int64_t steps = MAX_STEPS;
	struct versions v;
	int rc = read_versions(repo, file, &v, err);

	*is = FILE_OPEN;
	if (!rc && !v.is_huge) {
		*is = merge_texts(&v, has_inner, parents, &steps);
		rc = repo_work(repo, MAX_STEPS - steps +
			       (int64_t)v.n_lines * LINE_STEPS,
			       work_name, err);
		if (!rc && *is != FILE_MERGED && !has_inner &&
		    v.may_be_clean)
			rc = merge_blobs(repo, &v, &clean, &gives, err);
	}
	if (gives)
		*is = FILE_MERGED;
	versions_release(&v);
	return rc;
}
