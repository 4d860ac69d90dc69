/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/given_path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

/* What follows the directory in a path below it, or NULL. */
static const char *below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (!strcmp(dir, "/"))
		return path + 1;
	if (strncmp(path, dir, n) || (path[n] && path[n] != '/'))
		return NULL;
	return path + n + strspn(path + n, "/");
}

/* Where only GIT_DIR is set, git takes the current directory for the root. */
static bool is_work_tree_here(struct repo *repo)
{
	char *configured = NULL;
	struct error ignored;
	bool is = getenv("GIT_DIR") && !getenv("GIT_WORK_TREE") &&
		  !repo_config(repo, "core.worktree", &configured, NULL,
			       &ignored) && !configured;

	free(configured);
	return is;
}

void standpoint_init(struct standpoint *at, struct repo *repo)
{
	const char *work_tree = repo ? repo_work_tree(repo) : NULL;
	char *here = realpath(".", NULL);
	const char *rest = NULL;
	struct error ignored;
	bool found = false;

	*at = (struct standpoint){ .repo = repo };
	if (work_tree)
		at->root = realpath(is_work_tree_here(repo) ? "." : work_tree,
				    NULL);
	if (at->root && here)
		rest = below(here, at->root);
	at->prefix = xstrdup(rest ? rest : "");
	if (repo && (repo_ref_target(repo, "HEAD", &at->head, &found,
				     &ignored) || !found))
		at->head = (struct oid){ 0 };
	free(here);
}

void standpoint_release(struct standpoint *at)
{
	free(at->root);
	free(at->prefix);
	*at = (struct standpoint){ 0 };
}

/* Takes the last part of the path away; false where there is none. */
static bool leave(struct buf *path)
{
	const char *slash;

	if (!path->len)
		return false;
	slash = memrchr(path->ptr, '/', path->len);
	path->len = slash ? (size_t)(slash - path->ptr) : 0;
	path->ptr[path->len] = '\0';
	return true;
}

/* Goes on from `path` as `arg` says; false where that leads out of the root. */
static bool walk(struct buf *path, const char *arg)
{
	for (const char *p = arg; *p; p += strspn(p, "/")) {
		size_t n = strcspn(p, "/");

		if (n == 2 && !strncmp(p, "..", 2)) {
			if (!leave(path))
				return false;
		} else if (n && !(n == 1 && *p == '.')) {
			if (path->len)
				buf_addch(path, '/');
			buf_add(path, p, n);
		}
		p += n;
	}
	return true;
}

/* What makes a pathspec start at the root (gitglossary(7)). */
static const char *const root_magic[] = { ":/", ":(top)" };

/* Other magic asks for many paths, or excludes some. */
static bool is_pattern(const char *arg)
{
	return arg[0] == ':' && (!arg[1] || strchr("!^", arg[1]) ||
				 (arg[1] == '(' &&
				  !text_starts_with(arg, ":(top)")) ||
				 (arg[1] == '/' && arg[2] &&
				  strchr("!^", arg[2])));
}

/* The part of the argument that is walked, and where that starts. */
static const char *start(const struct standpoint *at, const char *arg,
			 struct buf *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(root_magic); i++)
		if (text_starts_with(arg, root_magic[i]))
			return arg + strlen(root_magic[i]);
	if (arg[0] == '/') {
		const char *rest = at->root ? below(arg, at->root) : NULL;

		return rest || !at->root ? rest :
		       below(arg, repo_work_tree(at->repo));
	}
	buf_addstr(path, at->prefix);
	return arg;
}

/* Asks the work tree first, then HEAD. */
static void look(const struct standpoint *at, struct given_path *given)
{
	char *file = xasprintf("%s/%s", at->root ? at->root : "", given->path);
	struct error ignored;
	struct stat st;
	bool is_tree;

	if (at->root && !lstat(file, &st)) {
		given->is_there = true;
		given->is_dir |= S_ISDIR(st.st_mode);
	} else if (!oid_is_zero(&at->head) &&
		   !repo_find_path(at->repo, &at->head, given->path,
				   &given->is_there, &is_tree, &ignored)) {
		given->is_dir |= given->is_there && is_tree;
	}
	free(file);
}

int given_path_find(const struct standpoint *at, const char *arg,
		    struct given_path *given, struct error *err)
{
	struct buf path = BUF_INIT;
	const char *rest = start(at, arg, &path);

	*given = (struct given_path){ .is_there = !at->repo };
	if (is_pattern(arg)) {
		buf_release(&path);
		return error_set(err, "'%s' is a pattern, not a path: write "
				 "'./%s' for a file of that name, or ask 'git "
				 "ls-files' which paths match", arg, arg);
	}
	if (!*arg || !rest || !walk(&path, rest)) {
		buf_release(&path);
		return error_set(err, at->root ? "'%s' is outside the work "
				 "tree, %s" : "'%s' is not a path in the tree: "
				 "write it as 'git ls-files' prints it at the "
				 "root of the tree", arg, at->root);
	}
	given->is_dir = !path.len || text_ends_with(arg, "/") ||
			text_ends_with(arg, "/.") || text_ends_with(arg, "..");
	given->path = buf_detach(&path);
	if (at->repo)
		look(at, given);
	return 0;
}
