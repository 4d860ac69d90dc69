/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "policy/govern.h"
#include "policy/ungoverned.h"
#include "policy/owners.h"

struct lint {
	const struct policy *policy;
	struct diags *diags;
	const struct glob **none;	/* what the next witness must avoid */
	size_t n_none, cap_none;
	struct buf witness;
};

#define WARN(l, line, ...) diags_add((l)->diags, (line), false, __VA_ARGS__)

/* Witnesses */

/* A cheap no: most pairs of patterns differ in their literal parts. */
static bool may_meet(const struct glob *a, const struct glob *b)
{
	char next;

	if (a->prefix_len > b->prefix_len)
		return may_meet(b, a);
	if (memcmp(a->prefix, b->prefix, a->prefix_len))
		return false;
	if (a->prefix_len == b->prefix_len)
		return true;
	next = b->prefix[a->prefix_len];
	return !(a->literal || (a->below && next != '/'));
}

/* Adds the patterns that may hide what both `a` and `b` match. */
static void avoid(struct lint *l, const struct values *patterns,
		  const struct glob *a, const struct glob *b)
{
	for (size_t i = 0; i < patterns->n; i++) {
		const struct glob *glob = &patterns->v[i].glob;

		if (!may_meet(glob, a) || !may_meet(glob, b))
			continue;
		GROW(l->none, l->n_none, l->cap_none);
		l->none[l->n_none++] = glob;
	}
}

/*
 * Looks for a string that both match and no pattern of `none` does. If there is
 * one it is in `witness`. Empties `none`.
 */
static bool meet(struct lint *l, const struct glob *a, const struct glob *b)
{
	const struct glob *const all[] = { a, b };
	size_t n = l->n_none;

	l->n_none = 0;
	buf_reset(&l->witness);
	return may_meet(a, b) &&
	       glob_witness(all, 2, l->none, n, &l->witness) == 1;
}

/* Names that stand for nothing */

static const char *signer_name(const void *ctx, size_t i)
{
	const struct policy *p = ctx;

	return i < p->n_signers ? p->signers[i].section.name : NULL;
}

static const char *tree_name(const void *ctx, size_t i)
{
	const struct policy *p = ctx;

	return i < p->n_trees ? p->trees[i].section.name : NULL;
}

static const char *subsystem_name(const void *ctx, size_t i)
{
	const struct policy *p = ctx;

	return i < p->n_subsystems ? p->subsystems[i].section.name : NULL;
}

struct target {
	const char *kind;
	const char *(*name)(const void *ctx, size_t i);
};

static const struct target a_signer = { "signer", signer_name };
static const struct target a_tree = { "tree", tree_name };
static const struct target a_subsystem = { "subsystem", subsystem_name };

static bool is_defined(const struct policy *policy,
		       const struct target *target, const char *wanted)
{
	const char *name;

	for (size_t i = 0; (name = target->name(policy, i)); i++)
		if (!strcmp(name, wanted))
			return true;
	return false;
}

static void check_names(struct lint *l, const char *key,
			const struct values *names,
			const struct target *target)
{
	for (size_t i = 0; i < names->n; i++) {
		const struct value *v = &names->v[i];
		const char *near;

		if (is_defined(l->policy, target, v->text))
			continue;
		near = text_nearest(v->text, target->name, l->policy);
		if (near)
			diags_add(l->diags, v->line, true, "'%s = %s' names "
				  "no [%s \"...\"]: did you mean '%s'?", key,
				  v->text, target->kind, near);
		else
			diags_add(l->diags, v->line, true, "'%s = %s' names "
				  "no [%s \"...\"]: add [%s \"%s\"] or remove "
				  "the line", key, v->text, target->kind,
				  target->kind, v->text);
	}
}

/* Sections, one by one */

static bool has_keyring(const struct policy *policy)
{
	bool has = policy->head.keyring.n;

	for (size_t i = 0; i < policy->n_signers; i++)
		has |= policy->signers[i].keyring.n > 0;
	return has;
}

static void check_signers(struct lint *l)
{
	bool keyring = has_keyring(l->policy);

	for (size_t i = 0; i < l->policy->n_signers; i++) {
		const struct signer *s = &l->policy->signers[i];

		if (!s->gpg.n && !s->ssh.n && !s->keyring.n)
			WARN(l, s->section.line, "[signer \"%s\"] has no key, "
			     "so none of its signatures can be verified: add "
			     "'gpg = FINGERPRINT' or 'ssh = PUBLIC KEY'",
			     s->section.name);
		if (s->gpg.n && !keyring)
			WARN(l, s->gpg.v[0].line, "no keyring has the key of "
			     "[signer \"%s\"], so none of its signatures can "
			     "be verified: add 'keyring = FILE' with the "
			     "output of 'gpg --export'", s->section.name);
	}
}

static void check_tree(struct lint *l, const struct tree *tree)
{
	bool marked = tree->marker_path.n || tree->marker_subject.n;

	check_names(l, "signer", &tree->signer, &a_signer);
	if (tree->role != ROLE_MAINTAINER && !tree->ref.n && !marked)
		WARN(l, tree->section.line, "[tree \"%s\"] is %s, but nothing "
		     "tells its history: add 'ref = refs/...'",
		     tree->section.name, tree->role == ROLE_UPSTREAM ?
		     "upstream" : "an integration tree");
}

static void check_hidden_paths(struct lint *l, const struct subsystem *s)
{
	for (size_t i = 0; i < s->path.n; i++) {
		const struct value *path = &s->path.v[i];
		const struct glob *const all[] = { &path->glob };

		l->n_none = 0;
		avoid(l, &s->exclude, &path->glob, &path->glob);
		buf_reset(&l->witness);
		if (l->n_none && !glob_witness(all, 1, l->none, l->n_none,
					       &l->witness))
			WARN(l, path->line, "'path = %s' claims nothing: the "
			     "'exclude' patterns of [subsystem \"%s\"] (line "
			     "%d) hide all of it; narrow them, or remove the "
			     "line", path->text, s->section.name,
			     s->section.line);
		l->n_none = 0;
	}
}

static void check_subsystem(struct lint *l, const struct subsystem *s)
{
	check_names(l, "tree", &s->tree, &a_tree);
	if (!s->tree.n)
		WARN(l, s->section.line, "[subsystem \"%s\"] has no tree, so "
		     "its paths are foreign to none: add 'tree = NAME'",
		     s->section.name);
	if (!s->path.n && !s->match.n)
		WARN(l, s->section.line, "[subsystem \"%s\"] has no path, so "
		     "it owns nothing: add 'path = PATTERN'",
		     s->section.name);
	check_hidden_paths(l, s);
}

/* Others' subsystems in a tag's scope need their owners' consent. */
static void check_scope(struct lint *l, const struct shared_tag *tag)
{
	bool ack = policy_accepts_acks(l->policy);
	const char *tree = tag->tree.n ? tag->tree.v[0].text : "";

	for (size_t i = 0; i < tag->scope.n; i++) {
		const struct value *v = &tag->scope.v[i];
		const struct subsystem *s =
			policy_subsystem(l->policy, v->text);

		if (!s || !s->tree.n || values_have(&s->tree, tree) ||
		    (ack && s->maintainer.n))
			continue;
		WARN(l, v->line, "'scope = %s' lets nothing in: the subsystem "
		     "is not of '%s', and %s", v->text, tree, ack ?
		     "it has no 'maintainer' whose Acked-by could count" :
		     "without 'accept-ack = yes' in [rule \"foreign-path\"] "
		     "its owners cannot agree");
	}
}

static void check_shared_tag(struct lint *l, const struct shared_tag *tag)
{
	check_names(l, "tree", &tag->tree, &a_tree);
	check_names(l, "scope", &tag->scope, &a_subsystem);
	check_scope(l, tag);
	check_names(l, "consumer", &tag->consumer, &a_tree);
}

/* Trees against each other */

/* Asks the way pre-push will, of a policy with this tree alone. */
static bool has_url(struct tree *tree, const char *url)
{
	const struct policy alone = { .trees = tree, .n_trees = 1 };
	const struct tree *second;

	return tree_by_url(&alone, url, &second);
}

static void check_same_url(struct lint *l, const struct tree *tree,
			   struct tree *before)
{
	for (size_t i = 0; i < tree->url.n; i++) {
		const struct value *v = &tree->url.v[i];

		if (has_url(before, v->text))
			WARN(l, v->line, "'url = %s' of [tree \"%s\"] is a url "
			     "of [tree \"%s\"] (line %d) too, so it names "
			     "neither tree: remove one of the two",
			     v->text, tree->section.name,
			     before->section.name, before->section.line);
	}
}

static void check_same_repository(struct lint *l, const struct tree *tree,
				  const struct tree *before)
{
	for (size_t i = 0; i < tree->repository.n; i++) {
		for (size_t k = 0; k < before->repository.n; k++) {
			const struct value *v = &tree->repository.v[i];
			const struct value *w = &before->repository.v[k];

			if (glob_match(&v->glob, w->text) ||
			    glob_match(&w->glob, v->text))
				WARN(l, v->line, "'repository = %s' of [tree "
				     "\"%s\"] overlaps that of [tree \"%s\"] "
				     "on line %d, so it names neither tree: "
				     "remove one of the two", v->text,
				     tree->section.name, before->section.name,
				     w->line);
		}
	}
}

/* A tree's own line comes before `ungoverned`. */
static void check_ungoverned(struct lint *l, const struct tree *tree,
			     const struct values *claims, const char *key)
{
	const struct values *lines = &l->policy->head.ungoverned;

	for (size_t i = 0; i < lines->n; i++) {
		for (size_t k = 0; k < claims->n; k++) {
			char *own = ungoverned_pattern(claims->v[k].text);

			if (lines->v[i].glob.literal &&
			    glob_match(&lines->v[i].glob, own))
				WARN(l, lines->v[i].line, "'ungoverned = %s' "
				     "is '%s' of [tree \"%s\"] (line %d), so "
				     "it is judged all the same: remove one of "
				     "the two", lines->v[i].text, key,
				     tree->section.name, claims->v[k].line);
			free(own);
		}
	}
}

static void check_same_ref(struct lint *l, const struct tree *upstream,
			   const struct tree *integration)
{
	for (size_t i = 0; i < upstream->ref.n; i++) {
		for (size_t k = 0; k < integration->ref.n; k++) {
			const struct value *v = &upstream->ref.v[i];
			const struct value *w = &integration->ref.v[k];

			if (meet(l, &v->glob, &w->glob))
				WARN(l, v->line > w->line ? v->line : w->line,
				     "'%s' is a ref of upstream [tree \"%s\"] "
				     "(line %d) and of integration [tree "
				     "\"%s\"] (line %d), and counts as the "
				     "latter: narrow one of the patterns",
				     buf_str(&l->witness),
				     upstream->section.name, v->line,
				     integration->section.name, w->line);
		}
	}
}

static void check_tree_pair(struct lint *l, const struct tree *tree,
			    struct tree *before)
{
	check_same_url(l, tree, before);
	check_same_repository(l, tree, before);
	if (tree->role == ROLE_UPSTREAM && before->role == ROLE_INTEGRATION)
		check_same_ref(l, tree, before);
	if (tree->role == ROLE_INTEGRATION && before->role == ROLE_UPSTREAM)
		check_same_ref(l, before, tree);
}

static void check_trees(struct lint *l)
{
	const struct policy *p = l->policy;

	if (!p->n_trees)
		WARN(l, 0, "the policy has no tree, so it judges nobody: add "
		     "[tree \"NAME\"] for each repository");
	for (size_t i = 0; i < p->n_trees; i++) {
		check_tree(l, &p->trees[i]);
		check_ungoverned(l, &p->trees[i], &p->trees[i].url, "url");
		check_ungoverned(l, &p->trees[i], &p->trees[i].repository,
				 "repository");
		for (size_t k = 0; k < i; k++)
			check_tree_pair(l, &p->trees[i], &p->trees[k]);
	}
}

/* Tags against each other */

static void check_shared_pair(struct lint *l, const struct shared_tag *tag,
			      const struct shared_tag *before)
{
	if (meet(l, &before->glob, &tag->glob))
		WARN(l, tag->section.line, "[shared-tag \"%s\"] and "
		     "[shared-tag \"%s\"] on line %d both match '%s', for "
		     "which the first in the file decides: narrow one of the "
		     "patterns", tag->section.name, before->section.name,
		     before->section.line, buf_str(&l->witness));
}

static void check_thaw(struct lint *l, const struct shared_tag *tag,
		       const struct immutable *immutable)
{
	for (size_t i = 0; i < immutable->tag.n; i++) {
		const struct value *v = &immutable->tag.v[i];

		if (meet(l, &tag->glob, &v->glob))
			WARN(l, tag->section.line, "[shared-tag \"%s\"] has "
			     "'freeze = merge', but [immutable \"%s\"] (line "
			     "%d) freezes '%s' as soon as it exists: narrow "
			     "one of the patterns, or freeze at push",
			     tag->section.name, immutable->section.name,
			     v->line, buf_str(&l->witness));
	}
}

static void check_shared_tags(struct lint *l)
{
	const struct policy *p = l->policy;

	for (size_t i = 0; i < p->n_shared_tags; i++) {
		const struct shared_tag *tag = &p->shared_tags[i];

		check_shared_tag(l, tag);
		for (size_t k = 0; k < i; k++)
			check_shared_pair(l, tag, &p->shared_tags[k]);
		if (tag->freeze != FREEZE_MERGE)
			continue;
		for (size_t k = 0; k < p->n_immutables; k++)
			check_thaw(l, tag, &p->immutables[k]);
	}
}

/* Subsystems against each other */

struct claim {
	const struct subsystem *owner;
	const struct value *path;
};

static int prefix_compare(const struct glob *a, const struct glob *b)
{
	size_t len = a->prefix_len < b->prefix_len ? a->prefix_len
						   : b->prefix_len;
	int order = memcmp(a->prefix, b->prefix, len);

	return order ? order : (a->prefix_len > len) - (b->prefix_len > len);
}

static bool prefix_begins(const struct glob *a, const struct glob *b)
{
	return a->prefix_len <= b->prefix_len &&
	       !memcmp(a->prefix, b->prefix, a->prefix_len);
}

/*
 * Sorts by prefix, so that the patterns that may meet one follow it directly.
 */
static int by_prefix(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = prefix_compare(&x->path->glob, &y->path->glob);

	return order ? order : x->path->line - y->path->line;
}

static struct claim *sorted_claims(const struct policy *p, size_t *n)
{
	struct claim *claims = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < p->n_subsystems; i++) {
		const struct subsystem *s = &p->subsystems[i];

		for (size_t k = 0; s->tree.n && k < s->path.n; k++) {
			GROW(claims, *n, cap);
			claims[(*n)++] = (struct claim){ s, &s->path.v[k] };
		}
	}
	if (*n)
		qsort(claims, *n, sizeof(*claims), by_prefix);
	return claims;
}

static bool share_tree(const struct subsystem *a, const struct subsystem *b)
{
	for (size_t i = 0; i < a->tree.n; i++)
		if (values_have(&b->tree, a->tree.v[i].text))
			return true;
	return false;
}

static void add_trees(struct buf *out, const struct subsystem *s)
{
	for (size_t i = 0; i < s->tree.n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", s->tree.v[i].text);
}

static void report_conflict(struct lint *l, const struct claim *a,
			    const struct claim *b)
{
	struct buf trees_a = BUF_INIT, trees_b = BUF_INIT;

	add_trees(&trees_a, a->owner);
	add_trees(&trees_b, b->owner);
	WARN(l, b->path->line, "[subsystem \"%s\"] (tree %s, line %d) and "
	     "[subsystem \"%s\"] (tree %s, line %d) both own '%s': exclude it "
	     "from one of them, or name a tree in both",
	     a->owner->section.name, buf_str(&trees_a), a->path->line,
	     b->owner->section.name, buf_str(&trees_b), b->path->line,
	     buf_str(&l->witness));
	buf_release(&trees_a);
	buf_release(&trees_b);
}

/* Paths that an expression excludes, or cannot decide, prove no conflict. */
static bool may_be_excluded(const struct subsystem *s, const char *path)
{
	struct error err;

	for (size_t i = 0; i < s->exclude_match.n; i++)
		if (regex_match(s->exclude_match.v[i].regex, path, &err))
			return true;
	return false;
}

/* Reports trees that both claim a path; true when it did. */
static bool check_claims(struct lint *l, const struct claim *a,
			 const struct claim *b)
{
	const struct glob *x = &a->path->glob, *y = &b->path->glob;

	if (a->path->line > b->path->line)
		return check_claims(l, b, a);
	if (l->policy->head.owners == OWNERS_NEAREST &&
	    pattern_depth(a->path->text) != pattern_depth(b->path->text))
		return false;
	if (!may_meet(x, y) || share_tree(a->owner, b->owner))
		return false;
	avoid(l, &a->owner->exclude, x, y);
	avoid(l, &b->owner->exclude, x, y);
	avoid(l, &l->policy->head.commons, x, y);
	if (!meet(l, x, y) ||
	    may_be_excluded(a->owner, buf_str(&l->witness)) ||
	    may_be_excluded(b->owner, buf_str(&l->witness)))
		return false;
	report_conflict(l, a, b);
	return true;
}

/* The index in a table of all pairs of subsystems. */
static unsigned char *pair(const struct policy *p, unsigned char *pairs,
			   const struct claim *a, const struct claim *b)
{
	size_t i = (size_t)(a->owner - p->subsystems);
	size_t k = (size_t)(b->owner - p->subsystems);

	return &pairs[i < k ? i * p->n_subsystems + k
			    : k * p->n_subsystems + i];
}

/* Compares the i-th claim with those after it that it may meet. */
static void check_behind(struct lint *l, const struct claim *claims, size_t n,
			 size_t i, unsigned char *told)
{
	const struct glob *glob = &claims[i].path->glob;

	for (size_t k = i + 1; k < n; k++) {
		unsigned char *seen = pair(l->policy, told, &claims[i],
					   &claims[k]);

		if (!prefix_begins(glob, &claims[k].path->glob))
			return;
		if (claims[i].owner != claims[k].owner && !*seen)
			*seen = check_claims(l, &claims[i], &claims[k]);
	}
}

static void check_subsystems(struct lint *l)
{
	const struct policy *p = l->policy;
	unsigned char *told = xcalloc(p->n_subsystems, p->n_subsystems);
	struct claim *claims;
	size_t n;

	for (size_t i = 0; i < p->n_subsystems; i++)
		check_subsystem(l, &p->subsystems[i]);
	claims = sorted_claims(p, &n);
	for (size_t i = 0; i < n; i++)
		check_behind(l, claims, n, i, told);
	free(claims);
	free(told);
}

void policy_lint(const struct policy *policy, struct diags *diags)
{
	struct lint l = { .policy = policy, .diags = diags };

	check_signers(&l);
	check_trees(&l);
	check_shared_tags(&l);
	check_subsystems(&l);
	diags_sort(diags);
	free(l.none);
	buf_release(&l.witness);
}
