/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "git/hidden_refs.h"
#include "git/libgit2.h"
#include "git/repo_private.h"

const int repo_config_local = GIT_CONFIG_LEVEL_LOCAL;

bool repo_config_is_users(int level)
{
	return level == GIT_CONFIG_LEVEL_GLOBAL ||
	       level == GIT_CONFIG_LEVEL_XDG;
}

/*
 * Whether the environment tells libgit2, in this version or a later one, to
 * read config files elsewhere.
 */
static bool is_moved(void)
{
	static const char *const names[] = {
		"XDG_CONFIG_HOME", "APP_SANDBOX_CONTAINER_ID",
#if LIBGIT2_VER_MAJOR > 1 || LIBGIT2_VER_MINOR > 5
		"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
		"GIT_CONFIG_NOSYSTEM",
#endif
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (getenv(names[i]))
			return true;
	return getuid() != geteuid();
}

/* A file of the user, which git ignores where it may not read it. */
static bool add_users(struct config_list *list, const char *path, int level)
{
	return (access(path, R_OK) && errno == EACCES) ||
	       config_list_add_file(list, path, level);
}

/* Reads the files that libgit2 reads, those that count most last. */
static bool read_files(struct config_list *list, const char *git_dir)
{
	const char *home = getenv("HOME");
	char *paths[3];
	bool good;

	if (is_moved() || !home || *home != '/')
		return false;
	paths[0] = xasprintf("%s/.config/git/config", home);
	paths[1] = xasprintf("%s/.gitconfig", home);
	paths[2] = xasprintf("%s/config", git_dir);
	good = config_list_add_file(list, "/etc/gitconfig",
				    GIT_CONFIG_LEVEL_SYSTEM) &&
	       add_users(list, paths[0], GIT_CONFIG_LEVEL_XDG) &&
	       add_users(list, paths[1], GIT_CONFIG_LEVEL_GLOBAL) &&
	       config_list_add_file(list, paths[2], GIT_CONFIG_LEVEL_LOCAL);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		free(paths[i]);
	return good;
}

/* Whether the repository's own file says that. */
static bool says(const struct config_list *list, const char *name,
		 const char *value)
{
	const struct config_entry *entry = config_list_find(list, name);

	return entry && entry->level == GIT_CONFIG_LEVEL_LOCAL &&
	       !strcmp(entry->value, value);
}

/* Paths that begin with `~` or `%(prefix)` are libgit2's to read. */
static bool has_odd_path(const struct config_list *list)
{
	static const char *const names[] = { "treaty.policy",
					     "core.hookspath" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct config_entry *entry =
			config_list_find(list, names[i]);

		if (entry && (*entry->value == '~' || *entry->value == '%'))
			return true;
	}
	return false;
}

bool repo_read_plain_config(struct repo *repo, const char *git_dir)
{
	struct config_list *list = &repo->plain;

	if (read_files(list, git_dir) &&
	    says(list, "core.repositoryformatversion", "0") &&
	    says(list, "core.bare", "true") &&
	    !config_list_find(list, "core.worktree") && !has_odd_path(list))
		return true;
	config_list_release(list);
	return false;
}

int repo_freeze_config(struct repo *repo, struct error *err)
{
	if (repo->is_plain)
		return 0;
	return git2.repository_config_snapshot(&repo->config, repo->handle) ?
	       error_set(err, "git config: %s", libgit2_message()) : 0;
}

/* The config, to be closed after use. Returns libgit2's error. */
static int open_config(struct repo *repo, git_config **config)
{
	*config = repo->config;
	return *config ? 0 : git2.repository_config(config, repo->handle);
}

static void close_config(struct repo *repo, git_config *config)
{
	if (config != repo->config)
		git2.config_free(config);
}

/* repo_config() where the config is plain. */
static int find_plain(const struct repo *repo, const char *key, char **value,
		      int *level)
{
	const struct config_entry *entry = config_list_find(&repo->plain, key);

	if (entry)
		*value = xstrdup(entry->value);
	if (entry && level)
		*level = entry->level;
	return 0;
}

int repo_config(struct repo *repo, const char *key, char **value, int *level,
		struct error *err)
{
	git_config_entry *entry = NULL;
	git_config *config = NULL;
	int rc;

	*value = NULL;
	if (repo->is_plain)
		return find_plain(repo, key, value, level);
	rc = open_config(repo, &config);
	if (!rc)
		rc = git2.config_get_entry(&entry, config, key);
	if (!rc && !entry->value)
		rc = error_set(err, "git config %s has no value", key);
	else if (!rc)
		*value = xstrdup(entry->value);
	else if (rc == GIT_ENOTFOUND)
		rc = 0;
	else
		rc = error_set(err, "git config %s: %s", key,
			       libgit2_message());
	if (entry && level)
		*level = (int)entry->level;
	git2.config_entry_free(entry);
	close_config(repo, config);
	return rc;
}

int repo_config_path(struct repo *repo, const char *key, char **value,
		     struct error *err)
{
	git_buf path = GIT_BUF_INIT;
	git_config *config = NULL;
	int rc;

	*value = NULL;
	if (repo->is_plain)
		return find_plain(repo, key, value, NULL);
	rc = open_config(repo, &config);
	if (!rc)
		rc = git2.config_get_path(&path, config, key);
	if (!rc)
		*value = xstrdup(path.ptr);
	else
		rc = error_set(err, "git config %s: %s", key,
			       libgit2_message());
	git2.buf_dispose(&path);
	close_config(repo, config);
	return rc;
}

int repo_each_config(struct repo *repo, const char *what,
		     void (*take)(void *ctx, const char *name,
				  const char *value),
		     void *ctx, struct error *err)
{
	git_config_iterator *it = NULL;
	git_config *config = NULL;
	git_config_entry *entry;
	int rc;

	for (size_t i = 0; repo->is_plain && i < repo->plain.n; i++)
		take(ctx, repo->plain.v[i].name, repo->plain.v[i].value);
	if (repo->is_plain)
		return 0;
	rc = open_config(repo, &config);
	if (!rc)
		rc = git2.config_iterator_new(&it, config);
	while (!rc && !(rc = git2.config_next(&entry, it)))
		take(ctx, entry->name, entry->value);
	git2.config_iterator_free(it);
	close_config(repo, config);
	return rc == GIT_ITEROVER ? 0 :
	       error_access(err, "%s cannot be read: %s", what,
			    libgit2_message());
}

struct wanted {
	const char *key;
	struct strings *values;
};

static void take_wanted(void *ctx, const char *name, const char *value)
{
	const struct wanted *wanted = ctx;

	if (value && !strcasecmp(name, wanted->key))
		strings_add(wanted->values, value, strlen(value));
}

int repo_config_all(struct repo *repo, const char *key, struct strings *values,
		    struct error *err)
{
	struct wanted wanted = { key, values };

	return repo_each_config(repo, key, take_wanted, &wanted, err);
}

static void take_hidden(void *ctx, const char *name, const char *value)
{
	if (value && (!strcmp(name, "receive.hiderefs") ||
		      !strcmp(name, "transfer.hiderefs")))
		strings_add(ctx, value, strlen(value));
}

int repo_hidden_refs(struct repo *repo, struct strings *patterns,
		     struct error *err)
{
	return repo_each_config(repo, "receive.hideRefs", take_hidden,
				patterns, err);
}

bool repo_hides(struct repo *repo, const char *ref)
{
	struct strings patterns = { 0 };
	struct error ignored;
	bool hides = repo_hidden_refs(repo, &patterns, &ignored) ||
		     hidden_refs_have(&patterns, ref);

	strings_release(&patterns);
	return hides;
}
