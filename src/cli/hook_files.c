/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/hook_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { MAX_HOOK = 1 << 20 };

const struct hook_file *hook_file_find(const char *name)
{
	for (const struct hook_file *h = hook_files; h->name; h++)
		if (!strcmp(h->name, name))
			return h;
	return NULL;
}

bool hook_is_known(const struct command *command,
		   const struct options *options)
{
	if (!options->hook || hook_file_find(options->hook))
		return true;
	usage_error(command, "no hook '%s': expected pre-push, pre-receive or "
		    "update", options->hook);
	return false;
}

void hook_file_tell(const char *what, const char *dir,
		    const struct hook_file *hook)
{
	char *text = text_escaped(dir);

	printf("%s %s/%s\n", what, text, hook->name);
	free(text);
}

char *hook_file_kept(const char *dir, const struct hook_file *hook)
{
	return xasprintf("%s/%s.before-treaty", dir, hook->name);
}

/* The line that makes a hook ours, whatever else it says. */
static bool is_treaty_hook(const char *text, const char *name)
{
	char *line = xasprintf("exec git treaty %s --chained ", name);
	bool found = strstr(text, line);

	free(line);
	return found;
}

int hook_file_state(const char *dir, const struct hook_file *hook,
		    enum hook_state *state, struct error *err)
{
	char *path = xasprintf("%s/%s", dir, hook->name);
	struct buf text = BUF_INIT;
	struct stat st;
	int rc = 0;

	*state = HOOK_NONE;
	if (lstat(path, &st)) {
		if (errno != ENOENT && errno != ENOTDIR)
			rc = error_set(err, "%s: %s", path, strerror(errno));
		goto out;
	}
	*state = HOOK_OTHER;
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_HOOK)
		goto out;
	rc = buf_read_file(&text, path, MAX_HOOK, err);
	if (rc)
		goto out;
	if (!strcmp(buf_str(&text), hook->text))
		*state = HOOK_OURS;
	else if (is_treaty_hook(buf_str(&text), hook->name))
		*state = HOOK_EDITED;
out:
	buf_release(&text);
	free(path);
	return rc;
}

/* Writes the hook beside its place; the caller frees the name. */
static int write_temporary(const char *dir, const struct hook_file *hook,
			   char **path, struct error *err)
{
	size_t len = strlen(hook->text);
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	*path = xasprintf("%s/%s.XXXXXX", dir, hook->name);
	fd = mkstemp(*path);
	if (fd < 0)
		return error_set(err, "%s: %s", *path, strerror(errno));
	if (write(fd, hook->text, len) != (ssize_t)len ||
	    fchmod(fd, 0777 & ~mask) || fsync(fd)) {
		error_set(err, "%s: %s", *path, strerror(errno));
		close(fd);
		unlink(*path);
		return -1;
	}
	close(fd);
	return 0;
}

/* Gives the hook that is there its second name. */
static int keep_other(const char *path, const char *kept, struct error *err)
{
	struct stat st;

	if (!lstat(kept, &st))
		return error_set(err, "both %s and %s are there: one of them "
				 "would be lost; move it away first", path,
				 kept);
	if (!link(path, kept) || !rename(path, kept))
		return 0;
	return error_set(err, "%s: %s", path, strerror(errno));
}

static int replace(const char *dir, const struct hook_file *hook,
		   enum hook_state state, struct error *err)
{
	char *path = xasprintf("%s/%s", dir, hook->name);
	char *kept = hook_file_kept(dir, hook), *tmp = NULL;
	int rc = write_temporary(dir, hook, &tmp, err);

	if (rc)
		goto out;
	if (state == HOOK_OTHER)
		rc = keep_other(path, kept, err);
	if (!rc && rename(tmp, path))
		rc = error_set(err, "%s: %s", path, strerror(errno));
	if (rc)
		unlink(tmp);
out:
	free(path);
	free(kept);
	free(tmp);
	return rc;
}

int hook_file_install(const char *dir, const struct hook_file *hook,
		      bool *done, struct error *err)
{
	enum hook_state state;
	char *path;

	*done = false;
	if (mkdir(dir, 0777) && errno != EEXIST)
		return error_set(err, "%s: %s", dir, strerror(errno));
	if (hook_file_state(dir, hook, &state, err))
		return -1;
	if (state == HOOK_EDITED)
		return error_set(err, "%s/%s was edited after it was put in: "
				 "take it away first", dir, hook->name);
	if (state == HOOK_OURS) {
		path = xasprintf("%s/%s", dir, hook->name);
		*done = access(path, X_OK);
		if (*done && chmod(path, 0755))
			error_set(err, "%s: %s", path, strerror(errno));
		else
			state = HOOK_NONE;
		free(path);
		return state == HOOK_NONE ? 0 : -1;
	}
	*done = true;
	return replace(dir, hook, state, err);
}

int hook_file_uninstall(const char *dir, const struct hook_file *hook,
			bool *done, struct error *err)
{
	char *path, *kept;
	enum hook_state state;
	int rc;

	*done = false;
	if (hook_file_state(dir, hook, &state, err))
		return -1;
	if (state == HOOK_EDITED)
		return error_set(err, "%s/%s was edited after it was put in: "
				 "take it out by hand", dir, hook->name);
	if (state != HOOK_OURS)
		return 0;
	*done = true;
	path = xasprintf("%s/%s", dir, hook->name);
	kept = hook_file_kept(dir, hook);
	rc = rename(kept, path);
	if (rc && errno == ENOENT)
		rc = unlink(path);
	if (rc)
		error_set(err, "%s: %s", path, strerror(errno));
	free(path);
	free(kept);
	return rc;
}

int hooks_directory(struct repo *repo, char **dir, struct error *err)
{
	const char *base = repo_work_tree(repo);
	char *path = NULL;
	int level = 0;

	*dir = NULL;
	if (repo_config(repo, "core.hookspath", &path, &level, err))
		return -1;
	if (!path) {
		*dir = xasprintf("%s/hooks", repo_common_dir(repo));
		return 0;
	}
	if (level < repo_config_local) {
		error_set(err, "git config core.hooksPath is set outside this "
			  "repository (%s), so a hook there would judge all "
			  "repositories: set it here, git config "
			  "core.hooksPath '%s/hooks'", path,
			  repo_common_dir(repo));
		free(path);
		return -1;
	}
	free(path);
	if (repo_config_path(repo, "core.hookspath", &path, err))
		return -1;
	*dir = path[0] == '/' ? xstrdup(path) :
	       xasprintf("%s/%s", base ? base : repo_git_dir(repo), path);
	free(path);
	return 0;
}
