/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/own_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/write_all.h"
#include "cli/file_modes.h"

enum { MAX_CONFIG = 16 << 20 };

/* The config file, what it was before install, and what install made of it. */
struct files {
	char *dir, *config, *before, *after;
};

static void files_init(struct files *files, struct repo *repo)
{
	const char *common = repo_common_dir(repo);

	files->dir = xasprintf("%s/treaty", common);
	files->config = xasprintf("%s/config", common);
	files->before = xasprintf("%s/config.before", files->dir);
	files->after = xasprintf("%s/config.after", files->dir);
}

static void files_release(struct files *files)
{
	free(files->dir);
	free(files->config);
	free(files->before);
	free(files->after);
}

/* Copies `from` to `to`, through a temporary file. */
static int copy(const char *from, const char *to, struct error *err)
{
	char *tmp = xasprintf("%s.treaty-lock", to);
	struct buf text = BUF_INIT;
	struct stat st;
	int fd = -1, rc;

	rc = buf_read_file(&text, from, MAX_CONFIG, err);
	if (!rc && stat(from, &st))
		rc = error_errno(err, "%s", from);
	if (rc)
		goto out;
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || (fchown(fd, (uid_t)-1, st.st_gid) && errno != EPERM) ||
	    fchmod(fd, st.st_mode & 07777) ||
	    !write_all(fd, buf_str(&text), text.len) || fsync(fd) ||
	    rename(tmp, to))
		rc = error_errno(err, "%s", to);
	if (fd >= 0)
		close(fd);
	if (rc)
		unlink(tmp);
out:
	buf_release(&text);
	free(tmp);
	return rc;
}

static bool same(const char *a, const char *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	struct error err;
	bool equal;

	equal = !buf_read_file(&x, a, MAX_CONFIG, &err) &&
		!buf_read_file(&y, b, MAX_CONFIG, &err) && x.len == y.len &&
		!memcmp(buf_str(&x), buf_str(&y), x.len);
	buf_release(&x);
	buf_release(&y);
	return equal;
}

static int git_config(const char *a, const char *b, const char *c,
		      struct error *err)
{
	const char *argv[] = { "git", "config", a, b, c, NULL };
	struct process process = { .argv = argv };
	int status;

	if (process_run(&process, &status, err))
		return -1;
	return status ? error_set(err, "git config failed with status %d: run "
				  "this as the repository's owner", status) :
			0;
}

/* The value of a key in one config file, a new string, NULL where unset. */
static int value_in(const char *file, const char *key, char **value,
		    struct error *err)
{
	const char *argv[] = { "git", "config", "--file", file, "--get", key,
			       NULL };
	struct buf out = BUF_INIT;
	struct process process = { .argv = argv, .output = &out,
				   .quiet = true };
	int status, rc;

	*value = NULL;
	rc = process_run(&process, &status, err);
	if (!rc && status > 1)
		rc = error_set(err, "git config --get %s failed with status "
			       "%d", key, status);
	if (!rc && !status && out.len) {
		out.ptr[--out.len] = '\0';
		*value = buf_detach(&out);
	}
	buf_release(&out);
	return rc;
}

/* Removes one key, unless somebody has changed it since. */
static int take_back(const struct files *files, const char *key,
		     struct error *err)
{
	char *now = NULL, *ours = NULL, *old = NULL;
	int rc;

	rc = value_in(files->config, key, &now, err) ||
	     value_in(files->after, key, &ours, err) ||
	     value_in(files->before, key, &old, err) ? -1 : 0;
	if (!rc && now && ours && !strcmp(now, ours) &&
	    !(old && !strcmp(old, ours)))
		rc = old ? git_config("--local", key, old, err) :
			   git_config("--local", "--unset", key, err);
	free(now);
	free(ours);
	free(old);
	return rc;
}

int settings_restore(struct repo *repo, struct error *err)
{
	struct files files;
	int rc = 0;

	files_init(&files, repo);
	if (access(files.after, F_OK))
		goto out;
	if (same(files.config, files.after))
		rc = copy(files.before, files.config, err);
	else if (take_back(&files, "treaty.policy", err) ||
		 take_back(&files, "treaty.policyBlob", err) ||
		 take_back(&files, "treaty.tree", err))
		rc = -1;
	if (!rc) {
		unlink(files.before);
		unlink(files.after);
		rmdir(files.dir);
	}
out:
	files_release(&files);
	return rc;
}

/* The options' values, each under its key; NULL where there is none. */
struct setting {
	const char *key;
	char *value;
};

enum { N_SETTINGS = 3 };

static int take_settings(struct setting *settings,
			 const struct options *options, struct error *err)
{
	settings[0] = (struct setting){ "treaty.policy", NULL };
	settings[1] = (struct setting){ "treaty.policyBlob", NULL };
	settings[2] = (struct setting){ "treaty.tree", NULL };
	if (options->policy) {
		settings[0].value = realpath(options->policy, NULL);
		if (!settings[0].value)
			return error_errno(err, "%s", options->policy);
	}
	if (options->policy_blob)
		settings[1].value = xstrdup(options->policy_blob);
	if (options->tree)
		settings[2].value = xstrdup(options->tree);
	return 0;
}

/* Whether the repository's own config has the value already. */
static int is_set(struct repo *repo, const struct setting *setting, bool *set,
		  struct error *err)
{
	char *value = NULL;
	int level = 0;

	*set = !setting->value;
	if (*set)
		return 0;
	if (repo_config(repo, setting->key, &value, &level, err))
		return -1;
	*set = value && level == repo_config_local &&
	       !strcmp(value, setting->value);
	free(value);
	return 0;
}

/* The policy is a file or in a ref: setting one removes the other. */
static int set_all(const struct files *files, const struct setting *settings,
		   struct error *err)
{
	for (size_t i = 0; i < N_SETTINGS; i++) {
		const struct setting *other = i < 2 ? &settings[1 - i] : NULL;
		char *old = NULL;

		if (!settings[i].value)
			continue;
		if (git_config("--local", settings[i].key, settings[i].value,
			       err) ||
		    (other && value_in(files->config, other->key, &old, err)))
			return -1;
		if (old && git_config("--local", "--unset", other->key, err)) {
			free(old);
			return -1;
		}
		free(old);
	}
	return 0;
}

static int write_settings(struct repo *repo, const struct setting *settings,
			  const struct files *files, struct error *err)
{
	bool untouched = same(files->config, files->after);
	struct file_modes modes;

	/* Others have changed the file: keep their changes, remove ours. */
	if (!untouched && settings_restore(repo, err))
		return -1;
	if (file_modes_find(repo, &modes, err) ||
	    file_modes_mkdir(&modes, files->dir, err))
		return -1;
	if (!untouched && copy(files->config, files->before, err))
		return -1;
	if (!set_all(files, settings, err))
		return copy(files->config, files->after, err);
	if (!untouched) {
		unlink(files->before);
		rmdir(files->dir);
	}
	return -1;
}

int settings_write(struct repo *repo, const struct options *options,
		   struct error *err)
{
	struct setting settings[N_SETTINGS] = { 0 };
	struct files files;
	bool all = true, set;
	int rc;

	files_init(&files, repo);
	rc = take_settings(settings, options, err);
	for (size_t i = 0; !rc && i < N_SETTINGS; i++) {
		rc = is_set(repo, &settings[i], &set, err);
		all &= set;
	}
	if (!rc && !all)
		rc = write_settings(repo, settings, &files, err);
	for (size_t i = 0; i < N_SETTINGS; i++)
		free(settings[i].value);
	files_release(&files);
	return rc;
}
