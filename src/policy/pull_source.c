/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/pull_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "policy/govern.h"

/* The subject */

/* The kind of the names in the list before "of URL". */
enum kind { KIND_NONE, KIND_TAG, KIND_BRANCH, KIND_OTHER };

struct words {
	const char *p;
	struct pull_sources *out;
	enum kind kind;
	size_t first;			/* source since the last URL */
};

static size_t word_length(const char *p)
{
	return strcspn(p, " ");
}

static bool take_word(struct words *w, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(w->p, word, n) || (w->p[n] && w->p[n] != ' '))
		return false;
	w->p += n + (w->p[n] == ' ');
	return true;
}

static struct pull_source *add(struct words *w)
{
	GROW(w->out->v, w->out->n, w->out->cap);
	w->out->v[w->out->n] = (struct pull_source){ 0 };
	return &w->out->v[w->out->n++];
}

/*
 * Takes 'name', with a comma after it or not. No ref's name has a blank, so
 * that the quote before one ends it.
 */
static bool take_name(struct words *w)
{
	size_t n = word_length(w->p), len = n;
	struct pull_source *source;
	char *name;

	while (len && strchr(",;", w->p[len - 1]))
		len--;
	if (w->kind == KIND_NONE || len < 3 || w->p[0] != '\'' ||
	    w->p[len - 1] != '\'')
		return false;
	name = xstrndup(w->p + 1, len - 2);
	source = add(w);
	if (w->kind == KIND_TAG)
		source->tag = name;
	else if (w->kind == KIND_BRANCH)
		source->branch = name;
	else
		free(name);
	w->p += n + (w->p[n] == ' ');
	return true;
}

static bool is_place(const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);

	return *word == '/' || *word == '.' ||
	       (colon && (!strncmp(colon, "://", 3) ||
			  (size_t)(colon - word) + 1 < len));
}

/* Takes a URL: that of all names since the last one, or one alone. */
static bool take_url(struct words *w)
{
	size_t n = word_length(w->p), len = n;

	while (len && strchr(",;", w->p[len - 1]))
		len--;
	if (!len || !is_place(w->p, len))
		return false;
	if (w->first == w->out->n)
		add(w);
	for (; w->first < w->out->n; w->first++)
		w->out->v[w->first].url = xstrndup(w->p, len);
	w->p += n + (w->p[n] == ' ');
	w->kind = KIND_NONE;
	return true;
}

static bool take_kind(struct words *w)
{
	if (take_word(w, "tag") || take_word(w, "tags")) {
		w->kind = KIND_TAG;
	} else if (take_word(w, "branch") || take_word(w, "branches")) {
		w->kind = KIND_BRANCH;
	} else if (take_word(w, "commit") || take_word(w, "commits")) {
		w->kind = KIND_OTHER;
	} else {
		return take_word(w, "remote-tracking") ||
		       take_word(w, "remote") || take_word(w, "HEAD") ||
		       take_word(w, "HEAD,") || take_word(w, "and");
	}
	return true;
}

static void source_release(struct pull_source *source)
{
	free(source->tag);
	free(source->branch);
	free(source->url);
}

/*
 * If names are followed by something that git does not write, they may mean
 * anything.
 */
static void forget_unplaced(struct words *w)
{
	while (w->out->n > w->first)
		source_release(&w->out->v[--w->out->n]);
}

void pull_sources_parse(const char *subject, struct pull_sources *sources)
{
	struct words w = { .p = subject, .out = sources };
	bool is_known = take_word(&w, "Merge");

	while (is_known && *w.p && !take_word(&w, "into"))
		is_known = take_word(&w, "of") ? take_url(&w) :
			   take_name(&w) || take_kind(&w) || take_url(&w);
	if (!is_known)
		forget_unplaced(&w);
}

void pull_sources_release(struct pull_sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		source_release(&sources->v[i]);
	free(sources->v);
	*sources = (struct pull_sources){ 0 };
}

/* The trees */

const char *told_by_name(enum told_by how)
{
	static const char *const names[] = {
		[TOLD_BY_URL] = "url", [TOLD_BY_BRANCH] = "branch",
		[TOLD_BY_TAG] = "tag", [TOLD_BY_SIGNER] = "signer",
	};

	return names[how];
}

/* What follows the host in url_place(); a path of this machine is all of it. */
static const char *path_of(const char *url, const char *place)
{
	const char *slash = url_is_local(url) ? NULL : strchr(place, '/');

	return slash ? slash + 1 : place;
}

void tree_places_init(struct tree_places *places, const struct policy *policy)
{
	*places = (struct tree_places){ .policy = policy };
	for (size_t i = 0; i < policy->n_trees; i++) {
		const struct tree *tree = &policy->trees[i];

		for (size_t k = 0; k < tree->url.n; k++) {
			char *place = url_place(tree->url.v[k].text);

			GROW(places->v, places->n, places->cap);
			places->v[places->n++] = (struct tree_place){
				tree, place,
				path_of(tree->url.v[k].text, place),
			};
		}
	}
}

void tree_places_release(struct tree_places *places)
{
	for (size_t i = 0; i < places->n; i++)
		free(places->v[i].place);
	free(places->v);
}

/* The best tree so far; two that are equally good are none. */
struct choice {
	const struct tree *tree;
	size_t score;
	bool is_tied;
};

static void consider(struct choice *c, const struct tree *tree, size_t score)
{
	if (!score || score < c->score || (score == c->score &&
					   c->tree == tree))
		return;
	c->is_tied = score == c->score;
	c->tree = tree;
	c->score = score;
}

static struct told decide(const struct choice *c, enum told_by how)
{
	return c->tree && !c->is_tied ? (struct told){ c->tree, how } :
					(struct told){ 0 };
}

/* How many parts at the ends of two paths are the same. */
static size_t common_parts(const char *a, size_t len_a, const char *b,
			   size_t len_b)
{
	size_t parts = 0;

	while (len_a && len_b && a[len_a - 1] == b[len_b - 1]) {
		len_a--;
		len_b--;
		parts += (!len_a || a[len_a - 1] == '/') &&
			 (!len_b || b[len_b - 1] == '/');
	}
	return parts;
}

/* If several trees share a repository, the one with this branch counts. */
static size_t exact_score(const struct tree *tree, const char *branch)
{
	char *ref = branch ? xasprintf("refs/heads/%s", branch) : NULL;
	size_t score = ref && values_match(&tree->branch, ref) ? 2 : 1;

	free(ref);
	return score;
}

static struct told by_url(const struct tree_places *places,
			  const struct pull_source *source)
{
	char *place = url_place(source->url);
	const char *path = path_of(source->url, place);
	struct choice exact = { 0 }, moved = { 0 };

	for (size_t i = 0; i < places->n; i++) {
		const struct tree_place *p = &places->v[i];

		if (!strcmp(p->place, place))
			consider(&exact, p->tree,
				 exact_score(p->tree, source->branch));
		consider(&moved, p->tree,
			 common_parts(p->path, strlen(p->path), path,
				      strlen(path)));
	}
	free(place);
	return decide(exact.tree ? &exact : &moved, TOLD_BY_URL);
}

/*
 * The length of the name if the branch has it, or begins with it and a slash;
 * else 0.
 */
static size_t name_score(const char *name, const char *branch)
{
	size_t n = strlen(name);

	return !strncmp(branch, name, n) && (!branch[n] || branch[n] == '/') ?
	       n : 0;
}

static struct told by_branch(const struct tree_places *places,
			     const char *branch)
{
	const struct policy *policy = places->policy;
	struct choice named = { 0 }, at = { 0 };

	for (size_t i = 0; i < policy->n_trees; i++)
		consider(&named, &policy->trees[i],
			 name_score(policy->trees[i].section.name, branch));
	for (const char *p = strchr(branch, '/'); p && !named.tree;
	     p = strchr(p + 1, '/')) {
		size_t len = (size_t)(p - branch);

		for (size_t i = 0; i < places->n; i++) {
			const char *path = places->v[i].path;
			size_t n = strlen(path);

			if (n >= len && !strncmp(path + n - len, branch, len) &&
			    (n == len || path[n - len - 1] == '/'))
				consider(&at, places->v[i].tree, len);
		}
	}
	return decide(named.tree ? &named : &at, TOLD_BY_BRANCH);
}

static struct told by_tag(const struct policy *policy, const char *tag)
{
	const struct shared_tag *shared = shared_tag_match(policy, tag);
	const struct tree *tree = shared ?
		policy_tree(policy, shared->tree.v[0].text) : NULL;

	return tree ? (struct told){ tree, TOLD_BY_TAG } : (struct told){ 0 };
}

static struct told by_source(const struct tree_places *places,
			     const struct pull_source *source)
{
	struct told told = { 0 };

	if (source->url)
		told = by_url(places, source);
	else if (source->branch)
		told = by_branch(places, source->branch);
	return !told.tree && source->tag ?
	       by_tag(places->policy, source->tag) : told;
}

/* Takes what one more source says; false if two say different things. */
static bool agree(struct told *all, struct told one)
{
	if (all->tree && one.tree && all->tree != one.tree)
		return false;
	if (!all->tree)
		*all = one;
	return true;
}

struct told pull_tree(const struct tree_places *places,
		      const struct pull_sources *sources,
		      const char *const *tags, size_t n_tags)
{
	struct told told = { 0 };
	size_t n_unknown = 0;

	for (size_t i = 0; i < sources->n; i++) {
		struct told one = by_source(places, &sources->v[i]);

		n_unknown += !one.tree;
		if (!agree(&told, one))
			return (struct told){ 0 };
	}
	if (told.tree)
		return n_unknown ? (struct told){ 0 } : told;
	for (size_t i = 0; i < n_tags; i++)
		if (!agree(&told, by_tag(places->policy, tags[i])))
			return (struct told){ 0 };
	return told;
}
