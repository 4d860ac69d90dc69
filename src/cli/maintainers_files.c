/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/maintainers_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { MAX_SOURCE = 16 << 20 };		/* bytes */

static const char base_name[] = "MAINTAINERS";

static struct source *add_source(struct maintainers_files *s, const char *name)
{
	GROW(s->v, s->n, s->cap);
	s->v[s->n] = (struct source){ .name = xstrdup(name) };
	return &s->v[s->n++];
}

static int add_file(struct maintainers_files *s, const char *path,
		    struct error *err)
{
	return buf_read_file(&add_source(s, path)->text, path, MAX_SOURCE, err);
}

static void add_root(struct maintainers_files *s, char *dir)
{
	GROW(s->roots, s->n_roots, s->cap_roots);
	s->roots[s->n_roots++] = dir;
}

/* Whether the last name of a path is MAINTAINERS. */
static bool is_maintainers(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, base_name);
}

/* Directories on the disk */

struct found {
	char **v;
	size_t n, cap;
};

static int find_below(struct found *found, const char *dir, struct error *err);

/* Adds one entry of a directory; takes ownership of the path. */
static int visit(struct found *found, const char *name, char *path,
		 struct error *err)
{
	struct stat st;
	int rc = 0;

	if (lstat(path, &st)) {
		rc = error_errno(err, "%s", path);
	} else if (S_ISDIR(st.st_mode)) {
		rc = strcmp(name, ".git") ? find_below(found, path, err) : 0;
	} else if (S_ISREG(st.st_mode) && !strcmp(name, base_name)) {
		GROW(found->v, found->n, found->cap);
		found->v[found->n++] = path;
		return 0;
	}
	free(path);
	return rc;
}

static int find_below(struct found *found, const char *dir, struct error *err)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;
	int rc = 0;

	if (!stream)
		return error_errno(err, "%s", dir);
	while (!rc && (entry = readdir(stream))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") && strcmp(name, ".."))
			rc = visit(found, name, xasprintf("%s/%s", dir, name),
				   err);
	}
	closedir(stream);
	return rc;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_dir(struct maintainers_files *s, const char *dir,
		   struct error *err)
{
	struct found found = { 0 };
	size_t len = strlen(dir);
	int rc;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	add_root(s, xstrndup(dir, len));
	rc = find_below(&found, s->roots[s->n_roots - 1], err);
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_text);
	else if (!rc)
		rc = error_set(err, "%s: no file %s below it", dir, base_name);
	for (size_t i = 0; i < found.n; i++) {
		if (!rc)
			rc = add_file(s, found.v[i], err);
		free(found.v[i]);
	}
	free(found.v);
	return rc;
}

/* The tree that a file is in: the repository around it, or its directory. */
static char *tree_of(const char *file)
{
	char *real = realpath(file, NULL), *dir, *slash;

	if (!real)
		return xstrdup(".");
	*strrchr(real, '/') = '\0';
	dir = xstrdup(real);
	for (;;) {
		char *git = xasprintf("%s/.git", dir);
		bool is_top = !access(git, F_OK);

		free(git);
		if (is_top) {
			free(real);
			return dir;
		}
		slash = strrchr(dir, '/');
		if (!slash)
			break;
		*slash = '\0';
	}
	free(dir);
	return real;
}

/* Revisions */

static int open_rev(struct maintainers_files *s, struct repo *repo,
		    const char *rev, const struct revision_paths **paths,
		    struct error *err)
{
	struct source_rev *r;

	for (size_t i = 0; i < s->n_revs; i++) {
		*paths = &s->revs[i].paths;
		if (!strcmp(s->revs[i].rev, rev))
			return 0;
	}
	GROW(s->revs, s->n_revs, s->cap_revs);
	r = &s->revs[s->n_revs++];
	*r = (struct source_rev){ .rev = xstrdup(rev) };
	*paths = &r->paths;
	return revision_paths_read(repo, rev, &r->paths, err);
}

static int add_blob(struct maintainers_files *s, struct repo *repo,
		    const char *rev, const struct revision_path *path,
		    struct error *err)
{
	char *name = xasprintf("%s:%s", rev, path->path);
	struct source *source = add_source(s, name);
	struct object object;
	int rc;

	rc = repo_read(repo, &path->oid, OBJECT_BLOB, &object, err);
	if (!rc && object.len > MAX_SOURCE)
		rc = error_set(err, "larger than %d bytes", MAX_SOURCE);
	else if (!rc)
		buf_add(&source->text, object.data, object.len);
	if (!rc)
		object_release(&object);
	else
		error_wrap(err, "%s", name);
	free(name);
	return rc;
}

static int add_rev(struct maintainers_files *s, const char *arg,
		   struct repo *repo, struct error *err)
{
	const char *colon = strchr(arg, ':'), *path = colon + 1;
	char *rev = xstrndup(arg, (size_t)(colon - arg));
	const struct revision_paths *paths;
	const struct revision_path *file;
	size_t before = s->n, len = strlen(path);
	int rc;

	rc = open_rev(s, repo, rev, &paths, err);
	file = rc ? NULL : revision_paths_find(paths, path);
	while (len && path[len - 1] == '/')
		len--;
	if (file)
		rc = add_blob(s, repo, rev, file, err);
	for (size_t i = 0; !rc && !file && i < paths->n; i++) {
		const char *p = paths->v[i].path;

		if (is_maintainers(p) && !strncmp(p, path, len) &&
		    (!len || p[len] == '/'))
			rc = add_blob(s, repo, rev, &paths->v[i], err);
	}
	if (!rc && s->n == before)
		rc = error_set(err, "%s: no such file, and no %s below it",
			       arg, base_name);
	free(rev);
	return rc;
}

int maintainers_files_add(struct maintainers_files *s, const char *arg,
			  struct repo **repo, struct error *err)
{
	struct stat st;

	if (!stat(arg, &st)) {
		if (S_ISDIR(st.st_mode))
			return add_dir(s, arg, err);
		add_root(s, tree_of(arg));
		return add_file(s, arg, err);
	}
	if (!strchr(arg, ':') || *arg == ':')
		return error_errno(err, "%s", arg);
	if (!*repo)
		*repo = repo_open(err);
	return *repo ? add_rev(s, arg, *repo, err) : -1;
}

void maintainers_files_release(struct maintainers_files *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		buf_release(&s->v[i].text);
	}
	for (size_t i = 0; i < s->n_roots; i++)
		free(s->roots[i]);
	for (size_t i = 0; i < s->n_revs; i++) {
		free(s->revs[i].rev);
		revision_paths_release(&s->revs[i].paths);
	}
	free(s->v);
	free(s->roots);
	free(s->revs);
	*s = (struct maintainers_files){ 0 };
}

bool maintainers_files_have_dir(void *ctx, const char *path)
{
	const struct maintainers_files *s = ctx;
	bool has = false;

	for (size_t i = 0; i < s->n_roots && !has; i++) {
		char *full = xasprintf("%s/%s", s->roots[i], path);
		struct stat st;

		has = !stat(full, &st) && S_ISDIR(st.st_mode);
		free(full);
	}
	for (size_t i = 0; i < s->n_revs && !has; i++)
		has = revision_paths_has_dir(&s->revs[i].paths, path);
	return has;
}
