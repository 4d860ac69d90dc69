/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/refspec.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "git/libgit2.h"
#include "git/repo_private.h"

static void add_refspec(struct refspecs *specs, const char *text)
{
	const char *colon;

	text += *text == '+';
	colon = strchr(text, ':');
	if (*text == '^' || !colon || !colon[1])
		return;
	GROW(specs->v, specs->n, specs->cap);
	specs->v[specs->n++] = (struct refspec){
		xstrndup(text, (size_t)(colon - text)), xstrdup(colon + 1),
	};
}

/*
 * Calls `fn` with each remote's name and the value of each of its keys that
 * is called `key`, or `other`.
 */
static int each_remote(struct repo *repo, const char *key, const char *other,
		       void (*fn)(void *ctx, const char *name,
				  const char *value),
		       void *ctx, struct error *err)
{
	git_config_iterator *it = NULL;
	git_config *config = NULL;
	git_config_entry *entry;
	int rc = git2.repository_config(&config, repo->handle);

	if (!rc)
		rc = git2.config_iterator_new(&it, config);
	while (!rc && !(rc = git2.config_next(&entry, it))) {
		const char *name = entry->name + strlen("remote.");
		const char *dot = strrchr(entry->name, '.');
		char *remote;

		if (!text_starts_with(entry->name, "remote.") || dot < name ||
		    (strcmp(dot + 1, key) && strcmp(dot + 1, other)) ||
		    !entry->value)
			continue;
		remote = xstrndup(name, (size_t)(dot - name));
		fn(ctx, remote, entry->value);
		free(remote);
	}
	git2.config_iterator_free(it);
	git2.config_free(config);
	return rc == GIT_ITEROVER ? 0 :
	       error_set(err, "the remotes cannot be read: %s",
			 libgit2_message());
}

/* A search through the remotes, by name or by url. */
struct remote_search {
	const char *name, *url;
	struct refspecs *specs;
	struct repo *repo;
	struct error *err;
	int rc;
};

static void take_fetch(void *ctx, const char *name, const char *value)
{
	struct remote_search *search = ctx;

	if (!strcmp(name, search->name))
		add_refspec(search->specs, value);
}

static void take_url(void *ctx, const char *name, const char *value)
{
	struct remote_search *search = ctx;
	struct remote_search named = { .name = name, .specs = search->specs };

	if (!search->rc && !strcmp(value, search->url))
		search->rc = each_remote(search->repo, "fetch", "fetch",
					 take_fetch, &named, search->err);
}

int refspecs_read(struct repo *repo, const char *remote, const char *url,
		  struct refspecs *specs, struct error *err)
{
	struct remote_search search = { .name = remote, .url = url,
					.specs = specs, .repo = repo,
					.err = err };

	if (each_remote(repo, "fetch", "fetch", take_fetch, &search, err))
		return -1;
	if (!specs->n && each_remote(repo, "url", "pushurl", take_url, &search,
				     err))
		return -1;
	return search.rc;
}

void refspecs_release(struct refspecs *specs)
{
	for (size_t i = 0; i < specs->n; i++) {
		free(specs->v[i].src);
		free(specs->v[i].dst);
	}
	free(specs->v);
	*specs = (struct refspecs){ 0 };
}

/*
 * The text that the star of `dst` matches in `name`; false when it does not
 * match.
 */
static bool match_star(const char *dst, const char *name, const char **star,
		       size_t *len)
{
	size_t head = strcspn(dst, "*"), n = strlen(name), tail;

	if (!dst[head]) {
		*len = 0;
		return !strcmp(dst, name);
	}
	tail = strlen(dst + head + 1);
	if (n < head + tail || strncmp(dst, name, head) ||
	    strcmp(dst + head + 1, name + n - tail))
		return false;
	*star = name + head;
	*len = n - head - tail;
	return true;
}

char *refspecs_source(const struct refspecs *specs, const char *name)
{
	for (size_t i = 0; i < specs->n; i++) {
		const char *src = specs->v[i].src, *star = "";
		size_t head = strcspn(src, "*"), len;

		if (!match_star(specs->v[i].dst, name, &star, &len))
			continue;
		if (!src[head])
			return xstrdup(src);
		return xasprintf("%.*s%.*s%s", (int)head, src, (int)len, star,
				 src + head + 1);
	}
	return NULL;
}
