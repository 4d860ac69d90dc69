/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/revision_paths.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/search.h"
#include "git/revision.h"
#include "git/tree_diff.h"

static bool skip_none(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	(void)side;
	(void)n;
	return false;
}

static int visit(void *ctx, const char *path, size_t len,
		 const struct tree_entry *side, size_t n, struct error *err)
{
	struct revision_paths *paths = ctx;

	(void)n;
	(void)err;
	GROW(paths->v, paths->n, paths->cap);
	/* The names may still move, so keep offsets until all are in. */
	paths->v[paths->n++] = (struct revision_path){
		.path = (const char *)(uintptr_t)paths->names.len,
		.oid = side[0].oid,
	};
	buf_add(&paths->names, path, len);
	buf_addch(&paths->names, '\0');
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct revision_path *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* The single revision of an argument. */
struct one {
	struct oid commit;
	int n;
};

static void take(void *ctx, const struct revision *revision)
{
	struct one *one = ctx;

	one->commit = revision->commit;
	one->n += revision->is_excluded ? 2 : 1;
}

static int find_tree(struct repo *repo, const char *rev, struct oid *tree,
		     struct error *err)
{
	struct one one = { .n = 0 };
	struct object object;
	struct commit commit;

	if (revision_resolve(repo, rev, take, &one, err))
		return -1;
	if (one.n != 1 || oid_is_zero(&one.commit))
		return error_set(err, "'%s' is not a single commit", rev);
	if (repo_read_commit(repo, &one.commit, &object, &commit, err))
		return -1;
	*tree = commit.tree;
	object_release(&object);
	return 0;
}

int revision_paths_read(struct repo *repo, const char *rev,
			struct revision_paths *paths, struct error *err)
{
	const struct tree_diff cmp = { .skip = skip_none, .visit = visit,
				       .ctx = paths };
	struct oid tree;

	if (find_tree(repo, rev, &tree, err) ||
	    tree_diff(repo, &tree, 1, &cmp, err))
		return error_wrap(err, "%s", rev);
	for (size_t i = 0; i < paths->n; i++)
		paths->v[i].path = paths->names.ptr +
				   (uintptr_t)paths->v[i].path;
	if (paths->n)
		qsort(paths->v, paths->n, sizeof(*paths->v), by_path);
	return 0;
}

void revision_paths_release(struct revision_paths *paths)
{
	free(paths->v);
	buf_release(&paths->names);
	*paths = (struct revision_paths){ 0 };
}

struct wanted {
	const struct revision_paths *paths;
	const char *path;
};

static bool is_before(const void *ctx, size_t i)
{
	const struct wanted *wanted = ctx;

	return strcmp(wanted->paths->v[i].path, wanted->path) < 0;
}

/* The first path that is not less. */
static size_t lower_bound(const struct revision_paths *paths, const char *path)
{
	const struct wanted wanted = { paths, path };

	return search_first(0, paths->n, is_before, &wanted);
}

const struct revision_path *revision_paths_find(
	const struct revision_paths *paths, const char *path)
{
	size_t i = lower_bound(paths, path);

	return i < paths->n && !strcmp(paths->v[i].path, path) ? &paths->v[i] :
								 NULL;
}

bool revision_paths_has_dir(const struct revision_paths *paths,
			    const char *dir)
{
	char *prefix = xasprintf("%s/", dir);
	size_t i = lower_bound(paths, prefix);
	bool has = i < paths->n && !strncmp(paths->v[i].path, prefix,
					    strlen(prefix));

	free(prefix);
	return has;
}
