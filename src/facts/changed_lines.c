/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/changed_lines.h"

#include <string.h>

#include "base/hash.h"
#include "base/progress.h"
#include "base/workers.h"
#include "git/line_sum.h"
#include "git/tree_diff.h"

/* A test of few commits has pieces of its own size. */
#if !defined(CHANGED_LINES_PIECE)
#define CHANGED_LINES_PIECE 64
#endif

/* Fewer than MIN_SHARED are not worth a process. */
enum { PIECE = CHANGED_LINES_PIECE, MIN_SHARED = 4 * PIECE };

struct commit_lines {
	struct repo *repo;
	uint64_t number;
};

/*
 * Reads a file. Nothing is an empty one, and a submodule has the name of its
 * commit. The caller releases the object.
 */
static int read_side(struct repo *repo, const struct tree_entry *entry,
		     struct object *object, struct error *err)
{
	*object = (struct object){ .data = "" };
	if (!entry->mode)
		return 0;
	if ((entry->mode & MODE_TYPE) != MODE_GITLINK)
		return repo_read(repo, &entry->oid, OBJECT_BLOB, object, err);
	object->data = (const char *)entry->oid.b;
	object->len = sizeof(entry->oid.b);
	return 0;
}

static int add_file(void *ctx, const char *path, size_t len,
		    const struct tree_entry *side, size_t n, struct error *err)
{
	struct commit_lines *c = ctx;
	struct object new, old;
	uint64_t between;

	(void)path;
	(void)len;
	(void)n;
	if (read_side(c->repo, &side[0], &new, err))
		return -1;
	if (read_side(c->repo, &side[1], &old, err)) {
		object_release(&new);
		return -1;
	}
	between = line_sum_between(old.data, old.len, new.data, new.len);
	c->number = hash_add(c->number, &between, sizeof(between));
	object_release(&new);
	object_release(&old);
	return 0;
}

/* The commit's tree and its first parent's. */
static int find_trees(struct repo *repo, const struct oid *oid,
		      struct oid trees[2], struct error *err)
{
	struct object object;
	struct commit commit;
	int rc;

	if (repo_known_trees(repo, oid, trees))
		return 0;
	if (repo_read_commit(repo, oid, &object, &commit, err))
		return -1;
	rc = repo_trees_of(repo, &commit, trees, err);
	object_release(&object);
	return rc;
}

static int find_number(struct repo *repo, const struct oid *oid,
		       uint64_t *number, struct error *err)
{
	struct commit_lines c = { repo, HASH_START };
	const struct tree_diff diff = { .skip = tree_diff_skip_equal,
					.visit = add_file, .ctx = &c };
	struct oid trees[2];

	progress_done(repo_progress(repo), 1);
	if (find_trees(repo, oid, trees, err) ||
	    tree_diff(repo, trees, 2, &diff, err))
		return -1;
	*number = c.number;
	return 0;
}

/* Sharing */

struct asked {
	struct repo *repo;
	const struct oid *commits;
	size_t n;
	uint64_t *numbers;
};

/* In a worker process. */
static int work_at_piece(void *ctx, size_t piece, size_t end,
			 struct buf *result, struct error *err)
{
	const struct asked *a = ctx;
	uint64_t number;

	(void)end;
	for (size_t i = piece * PIECE; i < a->n && i < (piece + 1) * PIECE;
	     i++) {
		if (find_number(a->repo, &a->commits[i], &number, err))
			return -1;
		buf_add(result, &number, sizeof(number));
	}
	return 0;
}

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	const struct asked *a = ctx;

	(void)err;
	memcpy(a->numbers + piece * PIECE, result, len);
	return 0;
}

int changed_lines(struct repo *repo, const struct oid *commits, size_t n,
		  uint64_t *numbers, struct error *err)
{
	struct asked asked = { repo, commits, n, numbers };
	const struct workers_job job = { .n = (n + PIECE - 1) / PIECE,
					 .work = work_at_piece,
					 .take = take_piece, .ctx = &asked };

	if (n >= MIN_SHARED && workers_useful() > 1)
		return workers_run(&job, workers_useful(), err);
	for (size_t i = 0; i < n; i++)
		if (find_number(repo, &commits[i], &numbers[i], err))
			return -1;
	return 0;
}
