/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/remote.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "git/repo_private.h"

/* Reading */

static struct remote *get_remote(struct remotes *remotes, const char *name,
				 size_t len)
{
	for (size_t i = 0; i < remotes->n; i++)
		if (strlen(remotes->v[i].name) == len &&
		    !memcmp(remotes->v[i].name, name, len))
			return &remotes->v[i];
	GROW(remotes->v, remotes->n, remotes->cap);
	remotes->v[remotes->n] = (struct remote){
		.name = xstrndup(name, len),
	};
	return &remotes->v[remotes->n++];
}

static void add(struct strings *list, const char *text)
{
	strings_add(list, text, strlen(text));
}

/* remote.<name>.<key> */
static void take_remote(struct remotes *remotes, const char *name, size_t len,
			const char *key, const char *value)
{
	struct remote *remote = get_remote(remotes, name, len);

	if (!strcmp(key, "url"))
		add(&remote->url, value);
	else if (!strcmp(key, "pushurl"))
		add(&remote->pushurl, value);
	else if (!strcmp(key, "fetch"))
		add(&remote->fetch, value);
}

/* url.<base>.<key> */
static void take_rewriting(struct remotes *remotes, const char *base,
			   size_t len, const char *key, const char *value)
{
	struct strings *list = !strcmp(key, "insteadof") ? &remotes->rewritten :
		!strcmp(key, "pushinsteadof") ? &remotes->push_rewritten :
		NULL;

	if (!list)
		return;
	add(list, value);
	strings_add(list, base, len);
}

static void take_entry(void *ctx, const char *name, const char *value)
{
	struct remotes *remotes = ctx;
	const char *first = strchr(name, '.');
	const char *last = strrchr(name, '.');

	if (!value || !first || first == last)
		return;
	if (text_starts_with(name, "remote."))
		take_remote(remotes, first + 1, (size_t)(last - first - 1),
			    last + 1, value);
	else if (text_starts_with(name, "url."))
		take_rewriting(remotes, first + 1, (size_t)(last - first - 1),
			       last + 1, value);
}

int remotes_read(struct repo *repo, struct remotes *remotes, struct error *err)
{
	return repo_each_config(repo, "the remotes", take_entry, remotes, err);
}

void remotes_release(struct remotes *remotes)
{
	for (size_t i = 0; i < remotes->n; i++) {
		free(remotes->v[i].name);
		strings_release(&remotes->v[i].url);
		strings_release(&remotes->v[i].pushurl);
		strings_release(&remotes->v[i].fetch);
	}
	free(remotes->v);
	strings_release(&remotes->rewritten);
	strings_release(&remotes->push_rewritten);
	*remotes = (struct remotes){ 0 };
}

/* URLs */

/* Rewrites by the longest prefix; NULL where none fits. */
static char *rewrite(const struct strings *pairs, const char *url)
{
	size_t best = 0, longest = 0;

	for (size_t i = 0; i < pairs->n; i += 2) {
		size_t len = strlen(pairs->v[i]);

		if (len > longest && text_starts_with(url, pairs->v[i])) {
			best = i;
			longest = len;
		}
	}
	return longest ? xasprintf("%s%s", pairs->v[best + 1], url + longest) :
			 NULL;
}

static char *fetch_url(const struct remotes *remotes, const char *raw)
{
	char *url = rewrite(&remotes->rewritten, raw);

	return url ? url : xstrdup(raw);
}

/* pushInsteadOf is for remotes without a pushurl of their own. */
static char *push_url(const struct remotes *remotes,
		      const struct remote *remote, const char *raw)
{
	char *url = remote->pushurl.n ? NULL :
		    rewrite(&remotes->push_rewritten, raw);

	return url ? url : fetch_url(remotes, raw);
}

static const struct strings *push_urls(const struct remote *remote)
{
	return remote->pushurl.n ? &remote->pushurl : &remote->url;
}

char *remote_directory(const char *url)
{
	const char *path = text_starts_with(url, "file://") ? url + 7 : url;
	char *real, *dotted;

	if (!url_is_local(url))
		return NULL;
	real = realpath(path, NULL);
	if (real)
		return real;
	dotted = xasprintf("%s.git", path);
	real = realpath(dotted, NULL);
	free(dotted);
	return real;
}

char *remote_place(const char *url)
{
	char *real = remote_directory(url);
	char *place = url_place(real ? real : url);

	free(real);
	return place;
}

/* Frees `url`. */
static bool is_at(char *url, const char *place)
{
	char *own = remote_place(url);
	bool is = !strcmp(own, place);

	free(own);
	free(url);
	return is;
}

static bool tracks(const struct remotes *remotes, const struct remote *remote,
		   const char *place)
{
	const struct strings *push = push_urls(remote);

	if (!remote->url.n || !remote->fetch.n ||
	    !is_at(fetch_url(remotes, remote->url.v[0]), place))
		return false;
	for (size_t i = 0; i < push->n; i++)
		if (!is_at(push_url(remotes, remote, push->v[i]), place))
			return false;
	return true;
}

void remotes_tracking(const struct remotes *remotes, const char *url,
		      struct refspecs *specs)
{
	char *place = remote_place(url);

	for (size_t i = 0; i < remotes->n; i++) {
		const struct remote *remote = &remotes->v[i];

		if (!tracks(remotes, remote, place))
			continue;
		for (size_t k = 0; k < remote->fetch.n; k++)
			refspecs_add(specs, remote->fetch.v[k]);
	}
	free(place);
}

const char *remotes_raw_url(const struct remotes *remotes, const char *name,
			    const char *url)
{
	for (size_t i = 0; i < remotes->n; i++) {
		const struct remote *remote = &remotes->v[i];
		const struct strings *raw = push_urls(remote);

		if (strcmp(remote->name, name))
			continue;
		for (size_t k = 0; k < raw->n; k++) {
			char *git = push_url(remotes, remote, raw->v[k]);
			bool is = !strcmp(git, url);

			free(git);
			if (is)
				return raw->v[k];
		}
	}
	return url;
}
