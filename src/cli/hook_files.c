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
#include "base/write_all.h"

enum { MAX_HOOK = 1 << 20 };

bool hook_is_known(const struct command *command,
		   const struct options *options)
{
	struct buf names = BUF_INIT;

	if (!options->hook || hook_file_find(options->hook))
		return true;
	for (const struct hook_file *h = hook_files; h->name; h++)
		buf_addf(&names, "%s%s", h == hook_files ? "" :
			 h[1].name ? ", " : " or ", h->name);
	usage_error(command, "no hook '%s': expected %s", options->hook,
		    buf_str(&names));
	buf_release(&names);
	return false;
}

void hook_file_tell(const char *what, const struct hook_place *place,
		    const struct hook_file *hook)
{
	char *path = hook_file_path(place, hook), *text = text_escaped(path);

	printf("%s %s\n", what, text);
	free(text);
	free(path);
}

/* Where */

/* Where git config core.hooksPath leads; NULL where it is not set. */
static int configured_dir(struct repo *repo, bool is_server, char **dir,
			  struct error *err)
{
	const char *base = is_server ? NULL : repo_work_tree(repo);
	char *path = NULL;
	int level = 0;

	*dir = NULL;
	if (repo_config(repo, "core.hookspath", &path, &level, err))
		return -1;
	if (path && level < repo_config_local)
		error_set(err, "git config core.hooksPath is set outside this "
			  "repository (%s), so a hook there would judge all "
			  "repositories: set it here, git config "
			  "core.hooksPath '%s/hooks'", path,
			  repo_common_dir(repo));
	free(path);
	if (!path)
		return 0;
	if (level < repo_config_local ||
	    repo_config_path(repo, "core.hookspath", &path, err))
		return -1;
	*dir = path[0] == '/' ? xstrdup(path) :
	       xasprintf("%s/%s", base ? base : repo_git_dir(repo), path);
	free(path);
	return 0;
}

int hook_place_find(struct repo *repo, bool is_server,
		    struct hook_place *place, struct error *err)
{
	*place = (struct hook_place){ 0 };
	if (file_modes_find(repo, &place->modes, err) ||
	    configured_dir(repo, is_server, &place->dir, err))
		return -1;
	if (!place->dir)
		place->dir = xasprintf("%s/hooks", repo_common_dir(repo));
	return kept_find(&place->kept, place->dir, err);
}

/* Directories of parts, as Gitea and GitLab have them */

const struct hook_file *hook_of_directory(const char *dir)
{
	size_t n = strlen(dir);
	const char *start;

	while (n && dir[n - 1] == '/')
		n--;
	start = n ? memrchr(dir, '/', n) : NULL;
	start = start ? start + 1 : dir;
	for (const struct hook_file *h = hook_files; h->name; h++) {
		size_t len = strlen(h->name);

		if ((size_t)(dir + n - start) == len + 2 &&
		    !strncmp(start, h->name, len) &&
		    !strncmp(start + len, ".d", 2))
			return h;
	}
	return NULL;
}

int hook_place_in(struct repo *repo, const char *dir, struct hook_place *place,
		  struct error *err)
{
	char *here = dir[0] == '/' ? NULL : realpath(".", NULL);
	size_t n;

	*place = (struct hook_place){ .file = "treaty" };
	if (dir[0] != '/' && !here)
		return error_errno(err, "the current directory");
	place->dir = here ? xasprintf("%s/%s", here, dir) : xstrdup(dir);
	free(here);
	n = strlen(place->dir);
	while (n > 1 && place->dir[n - 1] == '/')
		place->dir[--n] = '\0';
	return file_modes_find(repo, &place->modes, err) ||
	       kept_find(&place->kept, place->dir, err) ? -1 : 0;
}

void hook_place_release(struct hook_place *place)
{
	kept_release(&place->kept);
	free(place->dir);
	*place = (struct hook_place){ 0 };
}

int act_as_owner_of_hooks(const struct hook_place *place, struct error *err)
{
	char *dir = xstrdup(place->kept.hooks);
	int rc;

	while (access(dir, F_OK) && strrchr(dir, '/') > dir)
		*strrchr(dir, '/') = '\0';
	rc = act_as_owner(dir, err);
	free(dir);
	return rc;
}

char *hook_file_path(const struct hook_place *place,
		     const struct hook_file *hook)
{
	return xasprintf("%s/%s", place->dir, place->file ? place->file :
			 hook->name);
}

/* Where earlier versions kept the hook that was there before. */
static char *older_kept(const struct hook_place *place,
			const struct hook_file *hook)
{
	return xasprintf("%s/%s.before-treaty", place->dir, hook->name);
}

static bool is_there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

/* What is there */

int hook_file_state(const struct hook_place *place,
		    const struct hook_file *hook, enum hook_state *state,
		    char **program, struct error *err)
{
	char *path = hook_file_path(place, hook);
	struct buf text = BUF_INIT;
	struct stat st;
	int rc = 0;

	*state = HOOK_NONE;
	if (program)
		*program = NULL;
	if (lstat(path, &st)) {
		if (errno != ENOENT && errno != ENOTDIR)
			rc = error_errno(err, "%s", path);
		goto out;
	}
	*state = HOOK_OTHER;
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_HOOK)
		goto out;
	rc = buf_read_file(&text, path, MAX_HOOK, err);
	if (!rc)
		*state = hook_text_state(hook, buf_str(&text), program);
out:
	buf_release(&text);
	free(path);
	return rc;
}

bool hook_file_keeps(const struct hook_place *place,
		     const struct hook_file *hook)
{
	char *older = older_kept(place, hook);
	bool keeps = kept_has(&place->kept, hook->name) || is_there(older);

	free(older);
	return keeps;
}

/* Putting in */

/* Writes the hook to a temporary file; the caller frees its name. */
static int write_temporary(const struct hook_place *place,
			   const struct hook_file *hook, const char *text,
			   char **path, struct error *err)
{
	mode_t mask = umask(0);
	int fd, rc = 0;

	umask(mask);
	*path = xasprintf("%s/%s.XXXXXX", place->dir, hook->name);
	fd = mkstemp(*path);
	if (fd < 0)
		return error_errno(err, "%s", *path);
	if (!write_all(fd, text, strlen(text)) ||
	    fchmod(fd, 0777 & ~mask))
		rc = error_errno(err, "%s", *path);
	if (!rc)
		rc = file_modes_apply(&place->modes, *path, err);
	if (!rc && fsync(fd))
		rc = error_errno(err, "%s", *path);
	close(fd);
	if (rc)
		unlink(*path);
	return rc;
}

/* Keeps the hook that is there, or the one that an earlier version kept. */
static int keep(const struct hook_place *place, const struct hook_file *hook,
		enum hook_state state, const char *path, const char *older,
		struct error *err)
{
	const char *from = state == HOOK_OTHER ? path : older;

	if (!is_there(from))
		return 0;
	if (state == HOOK_OTHER && is_there(older))
		return error_set(err, "both %s and %s exist, and one would be "
				 "lost: move one of them away first", path,
				 older);
	if (kept_add(&place->kept, from, hook->name, &place->modes, err))
		return -1;
	return kept_link(&place->kept, err);
}

static int replace(const struct hook_place *place,
		   const struct hook_file *hook, enum hook_state state,
		   const char *text, struct error *err)
{
	char *path = hook_file_path(place, hook);
	char *older = older_kept(place, hook);
	char *tmp = NULL;
	int rc = write_temporary(place, hook, text, &tmp, err);

	if (!rc) {
		rc = keep(place, hook, state, path, older, err);
		if (!rc && rename(tmp, path))
			rc = error_errno(err, "%s", path);
		if (rc)
			unlink(tmp);
		else
			unlink(older);
	}
	free(path);
	free(older);
	free(tmp);
	return rc;
}

/* Whether the installed file runs this program, and git can run it. */
static bool is_in(const struct hook_place *place, const struct hook_file *hook,
		  const char *program, const char *wanted)
{
	char *path = hook_file_path(place, hook);
	bool is = program && !strcmp(program, wanted) && !access(path, X_OK);

	free(path);
	return is;
}

/* Makes its parent as well, such as GitLab's custom_hooks. */
static int make_directory(const struct hook_place *place, struct error *err)
{
	char *parent = xstrdup(place->dir);
	int rc = 0;

	*strrchr(parent, '/') = '\0';
	if (place->file)
		rc = file_modes_mkdir(&place->modes, parent, err);
	free(parent);
	return rc ? rc : file_modes_mkdir(&place->modes, place->dir, err);
}

int hook_file_install(const struct hook_place *place,
		      const struct hook_file *hook, const char *program,
		      bool *done, struct error *err)
{
	char *old_program, *text, *path;
	enum hook_state state;
	int rc;

	*done = false;
	if (make_directory(place, err) ||
	    hook_file_state(place, hook, &state, &old_program, err))
		return -1;
	if (state == HOOK_EDITED)
		return error_set(err, "%s/%s was edited after git-treaty "
				 "installed it: move it away first", place->dir,
				 hook->name);
	if (place->file && state == HOOK_OTHER)
		return error_set(err, "%s/%s exists already, and is not "
				 "git-treaty's: move it away first",
				 place->dir, place->file);
	*done = state != HOOK_OURS ||
		!is_in(place, hook, old_program, program);
	text = hook_text(hook, program);
	path = hook_file_path(place, hook);
	rc = *done ? replace(place, hook, state, text, err) :
		     file_modes_apply(&place->modes, path, err);
	free(path);
	free(text);
	free(old_program);
	return rc;
}

/* Taking out */

static int put_back(const struct hook_place *place,
		    const struct hook_file *hook, struct error *err)
{
	char *path = hook_file_path(place, hook);
	char *older = older_kept(place, hook);
	int rc = 0;

	if (kept_has(&place->kept, hook->name))
		rc = kept_restore(&place->kept, hook->name, err);
	else if (is_there(older) ? rename(older, path) : unlink(path))
		rc = error_errno(err, "%s", path);
	if (!rc)
		kept_clean(&place->kept);
	free(path);
	free(older);
	return rc;
}

/*
 * Takes ours out of where another tool that came later has put it and runs it
 * from, as pre-commit does. The hook that was there before ours takes its
 * place.
 */
static int take_moved(const struct hook_place *place,
		      const struct hook_file *hook, bool *done,
		      struct error *err)
{
	char *name = xasprintf("%s.legacy", hook->name);
	const struct hook_file moved = { .name = name, .text = hook->text };
	char *path = hook_file_path(place, &moved);
	char *before = kept_path(&place->kept, hook->name);
	enum hook_state state;
	int rc = hook_file_state(place, &moved, &state, NULL, err);

	if (rc || state != HOOK_OURS)
		goto out;
	*done = true;
	if (kept_has(&place->kept, hook->name) ? rename(before, path) :
						 unlink(path))
		rc = error_errno(err, "%s", path);
	kept_clean(&place->kept);
out:
	free(before);
	free(path);
	free(name);
	return rc;
}

int hook_file_uninstall(const struct hook_place *place,
			const struct hook_file *hook, bool *done,
			struct error *err)
{
	enum hook_state state;

	*done = false;
	if (hook_file_state(place, hook, &state, NULL, err))
		return -1;
	if (state == HOOK_EDITED)
		return error_set(err, "%s/%s was edited after git-treaty "
				 "installed it: remove it by hand", place->dir,
				 hook->name);
	*done = state == HOOK_OURS || state == HOOK_OLDER;
	if (*done && put_back(place, hook, err))
		return -1;
	return place->file ? 0 : take_moved(place, hook, done, err);
}

/* The record */

static char *record_path(struct repo *repo, const struct hook_file *hook)
{
	return xasprintf("%s/treaty/installed.%s", repo_common_dir(repo),
			 hook->name);
}

bool hook_is_recorded(struct repo *repo, const struct hook_file *hook)
{
	char *path = record_path(repo, hook);
	bool is = is_there(path);

	free(path);
	return is;
}

/* Reads the record: the directory of parts, or nothing. */
int hook_place_recorded(struct repo *repo, const struct hook_file *hook,
			struct hook_place *place, bool *found,
			struct error *err)
{
	char *path = record_path(repo, hook);
	struct buf text = BUF_INIT;
	int rc = 0;

	*found = false;
	*place = (struct hook_place){ 0 };
	if (is_there(path))
		rc = buf_read_file(&text, path, 1 << 16, err);
	if (!rc && text.len) {
		char *dir = text.ptr[0] == '/' ? xstrdup(text.ptr) :
			    xasprintf("%s/%s", repo_common_dir(repo), text.ptr);

		*found = true;
		rc = hook_place_in(repo, dir, place, err);
		free(dir);
	}
	buf_release(&text);
	free(path);
	return rc;
}

/* Relative to the repository if it is in there: repositories may be moved. */
static char *record_text(struct repo *repo, const struct hook_place *place)
{
	char *real = place->file ? realpath(place->dir, NULL) : NULL;
	char *common = realpath(repo_common_dir(repo), NULL);
	size_t n = common ? strlen(common) : 0;
	char *text;

	if (real && n && !strncmp(real, common, n) && real[n] == '/')
		text = xstrdup(real + n + 1);
	else
		text = xstrdup(real ? real : "");
	free(common);
	free(real);
	return text;
}

static int write_record(struct repo *repo, const char *dir, const char *path,
			const char *text, struct error *err)
{
	struct file_modes modes;
	int fd, rc = 0;

	if (file_modes_find(repo, &modes, err) ||
	    file_modes_mkdir(&modes, dir, err))
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || !write_all(fd, text, strlen(text)))
		rc = error_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	return rc ? rc : file_modes_apply(&modes, path, err);
}

int hook_record(struct repo *repo, const struct hook_file *hook,
		const struct hook_place *place, struct error *err)
{
	char *dir = xasprintf("%s/treaty", repo_common_dir(repo));
	char *path = record_path(repo, hook);
	char *text = place ? record_text(repo, place) : NULL;
	int rc = act_as_owner(repo_common_dir(repo), err);

	if (!rc && place) {
		rc = write_record(repo, dir, path, text, err);
	} else if (!rc && !unlink(path)) {
		rmdir(dir);		/* stays where settings are in it */
	}
	free(text);
	free(path);
	free(dir);
	return rc;
}
