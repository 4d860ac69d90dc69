/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <string.h>
#include <strings.h>

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

int repo_freeze_config(struct repo *repo, struct error *err)
{
	return git2.repository_config_snapshot(&repo->config, repo->handle) ?
	       error_set(err, "git config: %s", libgit2_message()) : 0;
}

int repo_open_config(struct repo *repo, git_config **config)
{
	*config = repo->config;
	return *config ? 0 : git2.repository_config(config, repo->handle);
}

void repo_close_config(struct repo *repo, git_config *config)
{
	if (config != repo->config)
		git2.config_free(config);
}

int repo_config(struct repo *repo, const char *key, char **value, int *level,
		struct error *err)
{
	git_config_entry *entry = NULL;
	git_config *config = NULL;
	int rc;

	*value = NULL;
	rc = repo_open_config(repo, &config);
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
	repo_close_config(repo, config);
	return rc;
}

int repo_config_path(struct repo *repo, const char *key, char **value,
		     struct error *err)
{
	git_buf path = GIT_BUF_INIT;
	git_config *config = NULL;
	int rc;

	*value = NULL;
	rc = repo_open_config(repo, &config);
	if (!rc)
		rc = git2.config_get_path(&path, config, key);
	if (!rc)
		*value = xstrdup(path.ptr);
	else
		rc = error_set(err, "git config %s: %s", key,
			       libgit2_message());
	git2.buf_dispose(&path);
	repo_close_config(repo, config);
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
	int rc = repo_open_config(repo, &config);

	if (!rc)
		rc = git2.config_iterator_new(&it, config);
	while (!rc && !(rc = git2.config_next(&entry, it)))
		take(ctx, entry->name, entry->value);
	git2.config_iterator_free(it);
	repo_close_config(repo, config);
	return rc == GIT_ITEROVER ? 0 :
	       error_set(err, "%s cannot be read: %s", what,
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
