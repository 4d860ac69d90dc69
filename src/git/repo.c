/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "git/libgit2.h"
#include "git/repo_private.h"

enum { MAX_SHALLOW_FILE = 64 << 20 };

/* Opening */

/*
 * Whether HEAD is a symbolic link, as early versions of git made it. libgit2
 * takes a directory for no repository if it leads to a branch that is packed.
 */
static bool has_linked_head(struct error *err)
{
	const char *dir = getenv("GIT_DIR");
	char *path = xasprintf("%s/HEAD", dir && *dir ? dir :
					  access(".git", F_OK) ? "." : ".git");
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target));

	if (n > 0)
		error_set(err, "cannot open the repository: %s is a symbolic "
			  "link; 'git symbolic-ref HEAD %.*s' makes it a file",
			  path, (int)n, target);
	free(path);
	return n > 0;
}

static int open_failed(struct error *err)
{
	const char *msg = libgit2_message();

	if (strstr(msg, "objectformat") || strstr(msg, "object format"))
		return error_set(err, "this repository names objects by "
				 "SHA-256, which cannot be judged yet");
	if (strstr(msg, "refstorage"))
		return error_set(err, "this repository keeps its refs in a "
				 "reftable, which cannot be judged yet");
	if (has_linked_head(err))
		return -1;
	return error_set(err, "cannot open the repository: %s", msg);
}

static int read_shallow(struct repo *repo, struct error *err)
{
	char *path = xasprintf("%s/shallow", repo->common_dir);
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!access(path, F_OK))
		rc = buf_read_file(&text, path, MAX_SHALLOW_FILE, err);
	for (const char *p = buf_str(&text); !rc && *p;) {
		size_t n = strcspn(p, "\n");
		struct oid oid;

		if (!oid_parse(&oid, p, n))
			rc = error_set(err, "%s is garbled", path);
		else
			oidmap_put(&repo->shallow, &oid, 1);
		p += n + (p[n] == '\n');
	}
	buf_release(&text);
	free(path);
	return rc;
}

static char *without_slash(const char *dir)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	return xstrndup(dir, n);
}

/* Takes a variable out of the environment; its value, a new string, or NULL. */
static char *take_env(const char *name)
{
	const char *value = getenv(name);
	char *copy = value && *value ? xstrdup(value) : NULL;

	unsetenv(name);
	return copy;
}

static void put_env(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
}

static bool same_directory(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_ino == y.st_ino &&
	       x.st_dev == y.st_dev;
}

/*
 * libgit2 opens nothing where these two are set. The work tree is of no use
 * here but as a place; the common directory is where the repository says it is.
 */
static int open_handle(struct repo *repo, struct error *err)
{
	char *work_tree = take_env("GIT_WORK_TREE");
	char *common = take_env("GIT_COMMON_DIR");
	int rc = git2.repository_open_ext(&repo->handle, NULL,
					  GIT_REPOSITORY_OPEN_FROM_ENV, NULL);

	put_env("GIT_WORK_TREE", work_tree);
	put_env("GIT_COMMON_DIR", common);
	if (rc)
		rc = open_failed(err);
	else if (common && !same_directory(common,
				git2.repository_commondir(repo->handle)))
		rc = error_set(err, "GIT_COMMON_DIR is '%s', and the common "
			       "directory of the repository is '%s'", common,
			       git2.repository_commondir(repo->handle));
	if (!rc && work_tree)
		repo->work_tree = realpath(work_tree, NULL);
	free(work_tree);
	free(common);
	return rc;
}

int repo_use_libgit2(struct repo *repo, struct error *err)
{
	if (!repo->uses_libgit2 && libgit2_start(err))
		return -1;
	repo->uses_libgit2 = true;
	return 0;
}

static int open_with_libgit2(struct repo *repo, struct error *err)
{
	const char *work_tree;

	if (repo_use_libgit2(repo, err) || open_handle(repo, err))
		return -1;
	repo->git_dir = without_slash(git2.repository_path(repo->handle));
	repo->common_dir =
		without_slash(git2.repository_commondir(repo->handle));
	work_tree = git2.repository_workdir(repo->handle);
	if (!repo->work_tree && work_tree)
		repo->work_tree = without_slash(work_tree);
	return 0;
}

static bool has_file(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

/*
 * Opens a repository as servers have them, without libgit2: a bare one that
 * GIT_DIR names, with a plain config. False leaves everything to libgit2.
 */
static bool open_plainly(struct repo *repo)
{
	const char *env = getenv("GIT_DIR");
	char *dir;

	if (!env || !*env || getenv("GIT_WORK_TREE") ||
	    getenv("GIT_COMMON_DIR"))
		return false;
	dir = realpath(env, NULL);
	repo->is_plain = dir && has_file(dir, "HEAD") &&
			 has_file(dir, "refs") && has_file(dir, "objects") &&
			 !has_file(dir, "commondir") &&
			 repo_read_plain_config(repo, dir);
	if (repo->is_plain) {
		repo->git_dir = dir;
		repo->common_dir = xstrdup(dir);
	} else {
		free(dir);
	}
	return repo->is_plain;
}

static struct repo *open_repo(bool is_once, struct error *err)
{
	const char *namespace = getenv("GIT_NAMESPACE");
	struct repo *repo;

	if (namespace && *namespace) {
		error_set(err, "GIT_NAMESPACE is '%s', and refs in a namespace "
			  "cannot be judged yet: serve this repository without "
			  "it, or give the namespace a repository of its own",
			  namespace);
		return NULL;
	}
	repo = xcalloc(1, sizeof(*repo));
	repo->trees = tree_cache_new();
	if (!(is_once && open_plainly(repo)) && open_with_libgit2(repo, err))
		goto fail;
	if (repo_objects_open(repo, err) || read_shallow(repo, err))
		goto fail;
	return repo;
fail:
	repo_free(repo);
	return NULL;
}

struct repo *repo_open(struct error *err)
{
	return open_repo(false, err);
}

struct repo *repo_open_once(struct error *err)
{
	return open_repo(true, err);
}

static void stop_libgit2(struct repo *repo)
{
	if (!repo->uses_libgit2)
		return;
	git2.config_free(repo->config);
	git2.repository_free(repo->handle);
	libgit2_stop();
}

void repo_free(struct repo *repo)
{
	if (!repo)
		return;
	repo_objects_close(repo);
	repo_patches_forget(repo);
	repo_work_close(repo);
	repo_refs_close(repo);
	commit_graph_free(repo->commit_graph);
	for (size_t i = 0; i < ARRAY_SIZE(repo->dropped); i++)
		commit_graph_free(repo->dropped[i]);
	free(repo->parents.v);
	tree_cache_free(repo->trees);
	config_list_release(&repo->plain);
	oidmap_release(&repo->shallow);
	free(repo->git_dir);
	free(repo->common_dir);
	free(repo->work_tree);
	stop_libgit2(repo);
	free(repo);
}

/* Places */

static void add_path(struct strings *places, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	strings_add(places, path, strlen(path));
	free(path);
}

/*
 * Adds the symbolic links in a directory: what they lead to is elsewhere. Some
 * file systems do not tell what is a link.
 */
static void add_links(struct strings *places, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if ((entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) &&
		    strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			add_path(places, path, entry->d_name);
	if (dir)
		closedir(dir);
}

static void add_directory(struct strings *places, const char *dir)
{
	strings_add(places, dir, strlen(dir));
	add_links(places, dir);
}

void repo_add_places(const struct repo *repo, struct strings *places)
{
	char *refs = xasprintf("%s/refs", repo->common_dir);

	add_directory(places, repo->common_dir);
	add_links(places, refs);
	free(refs);
	if (strcmp(repo->git_dir, repo->common_dir))
		add_directory(places, repo->git_dir);
	for (size_t i = 0; repo->object_dirs[i]; i++) {
		char *packs = xasprintf("%s/pack", repo->object_dirs[i]);
		char *info = xasprintf("%s/info", repo->object_dirs[i]);

		add_directory(places, repo->object_dirs[i]);
		add_links(places, packs);
		add_links(places, info);
		free(packs);
		free(info);
	}
}

const char *repo_git_dir(const struct repo *repo)
{
	return repo->git_dir;
}

const char *repo_common_dir(const struct repo *repo)
{
	return repo->common_dir;
}

const char *repo_work_tree(const struct repo *repo)
{
	return repo->work_tree;
}

bool repo_is_shallow_at(const struct repo *repo, const struct oid *oid)
{
	return oidmap_get(&repo->shallow, oid) >= 0;
}
