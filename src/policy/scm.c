/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/scm.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "policy/values.h"

static const char blanks[] = " \t";

/* The next word of `*p`, as a new string; NULL at the end. */
static char *next_word(const char **p)
{
	size_t n;
	char *word;

	*p += strspn(*p, blanks);
	n = strcspn(*p, blanks);
	word = n ? xstrndup(*p, n) : NULL;
	*p += n;
	return word;
}

/* scheme://host/path, or [user@]host:path, as git clone takes them. */
static bool is_url(const char *s)
{
	const char *scheme = strstr(s, "://"), *colon = strchr(s, ':');

	if (scheme == s || colon == s)
		return false;
	if (scheme)
		return isalnum((unsigned char)scheme[3]) &&
		       strchr(scheme + 3, '/') && !strstr(s, "@/");
	return colon && colon[1] && strchr(s, '@') && !strstr(s, "@:") &&
	       !memchr(s, '/', (size_t)(colon - s));
}

/* A url alone, which get_maintainer.pl --self-test reports as malformed. */
static bool is_bare_git(const char *s)
{
	return is_url(s) && (text_starts_with(s, "git://") ||
			     text_ends_with(s, ".git"));
}

static char *branch_ref(const char *name)
{
	const struct key key = { .name = "branch", .type = KEY_REF };
	char *ref, *problem;

	if (!name || *name == '(')
		return NULL;
	ref = xasprintf("refs/heads/%s", name);
	problem = value_problem(&key, ref);
	if (problem || strpbrk(name, "*?[\\^~: ") || strstr(name, "..") ||
	    *name == '/') {
		free(ref);
		ref = NULL;
	}
	free(problem);
	return ref;
}

void scm_parse(struct scm *scm, const char *value)
{
	const char *p = value;
	char *type = next_word(&p), *branch;

	*scm = (struct scm){ 0 };
	if (type && !strcmp(type, "git")) {
		scm->url = next_word(&p);
	} else if (type && is_bare_git(type)) {
		scm->url = xstrdup(type);
		scm->is_bare = true;
	}
	free(type);
	if (!scm->url)
		return;
	if (!is_url(scm->url)) {
		free(scm->url);
		scm->url = NULL;
		return;
	}
	branch = next_word(&p);
	scm->branch = branch_ref(branch);
	free(branch);
}

void scm_release(struct scm *scm)
{
	free(scm->url);
	free(scm->branch);
	*scm = (struct scm){ 0 };
}

static void add_once(struct values *values, const char *text)
{
	if (!values_have(values, text))
		values_add(values, text);
}

/* Whether it is the same path of three parts or more, on whatever host. */
static bool is_moved(const char *a, const char *b)
{
	const char *x = strchr(a, '/'), *y = strchr(b, '/'), *second;

	if (!x || !y || x == a || y == b || strcmp(x, y))
		return false;
	second = strchr(x + 1, '/');
	return second && strchr(second + 1, '/');
}

static struct scm_tree *find(const struct scm_trees *trees, const char *key)
{
	for (size_t i = 0; i < trees->n; i++)
		if (!strcmp(trees->v[i].key, key) ||
		    (trees->joins_hosts && is_moved(trees->v[i].key, key)))
			return &trees->v[i];
	return NULL;
}

void scm_trees_add(struct scm_trees *trees, const struct scm *scm)
{
	char *key = url_place(scm->url);
	struct scm_tree *tree = find(trees, key);

	if (tree) {
		free(key);
	} else {
		GROW(trees->v, trees->n, trees->cap);
		tree = &trees->v[trees->n++];
		*tree = (struct scm_tree){ .key = key };
	}
	add_once(&tree->url, scm->url);
	if (scm->branch)
		add_once(&tree->branch, scm->branch);
	else
		tree->all_branches = true;
}

const struct scm_tree *scm_trees_find(const struct scm_trees *trees,
				      const struct scm *scm)
{
	char *key = url_place(scm->url);
	const struct scm_tree *tree = find(trees, key);

	free(key);
	return tree;
}

/* Names */

/* The policy's tree with this repository, or NULL. */
static const struct tree *known_tree(const struct policy *policy,
				     const char *key)
{
	for (size_t i = 0; policy && i < policy->n_trees; i++) {
		const struct tree *tree = &policy->trees[i];

		for (size_t k = 0; k < tree->url.n; k++) {
			char *own = url_place(tree->url.v[k].text);
			bool same = !strcmp(own, key);

			free(own);
			if (same)
				return tree;
		}
	}
	return NULL;
}

/* The last `n` components of host/path, without the host; a new string. */
static char *last_names(const char *key, int n)
{
	const char *path = strchr(key, '/');
	const char *start = key + strlen(key), *slash;

	if (!path)
		return xstrdup(key);
	while (start > path + 1 && (start[-1] != '/' || --n))
		start--;
	slash = strchr(start, '/');
	if (slash && !strncmp(start, slash + 1, (size_t)(slash - start)) &&
	    strlen(slash + 1) == (size_t)(slash - start))
		start = slash + 1;
	return xstrdup(start);
}

static char *with_host(const char *key)
{
	char *tail = last_names(key, 2);
	char *name = xasprintf("%.*s/%s", (int)strcspn(key, "/"), key, tail);

	free(tail);
	return name;
}

static char *short_name(const char *key)
{
	return last_names(key, 2);
}

/* Whether the name is no form of any other tree's. */
static bool is_only(const struct scm_trees *trees, const char *name,
		    const char *key)
{
	bool is = true;

	for (size_t i = 0; is && i < trees->n; i++) {
		const char *other = trees->v[i].key;
		char *forms[] = { short_name(other), with_host(other) };

		if (other != key)
			is = strcmp(name, other) && strcmp(name, forms[0]) &&
			     strcmp(name, forms[1]);
		free(forms[0]);
		free(forms[1]);
	}
	return is;
}

static char *make_name(const struct scm_trees *trees, const char *key)
{
	char *name = short_name(key);

	if (is_only(trees, name, key))
		return name;
	free(name);
	name = with_host(key);
	if (is_only(trees, name, key))
		return name;
	free(name);
	return xstrdup(key);
}

static int by_key(const void *a, const void *b)
{
	const struct scm_tree *x = a, *y = b;

	return strcmp(x->key, y->key);
}

void scm_trees_name(struct scm_trees *trees, const struct policy *policy)
{
	if (trees->n)
		qsort(trees->v, trees->n, sizeof(*trees->v), by_key);
	for (size_t i = 0; i < trees->n; i++) {
		struct scm_tree *t = &trees->v[i];
		const struct tree *known = known_tree(policy, t->key);

		t->is_known = known;
		t->name = known ? xstrdup(known->section.name) :
				  make_name(trees, t->key);
	}
}

void scm_trees_release(struct scm_trees *trees)
{
	for (size_t i = 0; i < trees->n; i++) {
		free(trees->v[i].key);
		free(trees->v[i].name);
		values_release(&trees->v[i].url);
		values_release(&trees->v[i].branch);
	}
	free(trees->v);
	*trees = (struct scm_trees){ 0 };
}
