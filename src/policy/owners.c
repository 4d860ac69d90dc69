/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/owners.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/globset.h"
#include "base/mem.h"

enum claim_kind { CLAIM_PATH, CLAIM_EXCLUDE, CLAIM_COMMON };

/* What a pattern does with the paths that it matches. */
struct claim {
	enum claim_kind kind;
	uint32_t subsystem;		/* its index in the policy */
	const struct value *pattern;
	int depth;			/* or UNKNOWN: see depth_of() */
	bool must_search;		/* its glob matches more than it does */
};

/* The state of a subsystem during a look-up. */
struct tally {
	uint32_t round;			/* number of the look-up that this
					 * belongs to */
	uint32_t best;			/* of its claims, or NONE */
	bool is_excluded;
};

#define NONE UINT32_MAX
#define UNKNOWN INT_MIN

struct ownership {
	bool is_compiled;
	struct globset *set;
	struct claim *claims;		/* by the number of their glob */
	size_t n_claims, cap_claims;
	struct claim *searches;		/* those that have no glob */
	size_t n_searches, cap_searches;
	struct glob **words;		/* our own: the words of the searches */
	size_t n_words, cap_words;
	struct globset_ids ids, some;
	struct tally *tallies;		/* by subsystem */
	uint32_t round;
	uint32_t *touched;		/* subsystems of this look-up */
	size_t n_touched, cap_touched;
	size_t *hits;			/* by claim; NULL: not counted */
};

struct ownership *ownership_new(void)
{
	return xcalloc(1, sizeof(struct ownership));
}

void ownership_free(struct ownership *o)
{
	if (!o)
		return;
	globset_free(o->set);
	for (size_t i = 0; i < o->n_words; i++) {
		glob_release(o->words[i]);
		free(o->words[i]);
	}
	free(o->words);
	free(o->claims);
	free(o->searches);
	free(o->ids.v);
	free(o->some.v);
	free(o->tallies);
	free(o->touched);
	free(o->hits);
	free(o);
}

int pattern_depth(const char *pattern)
{
	const char *p = pattern;
	int depth = 0;

	if (pattern[0] == '*')
		return -1;
	for (; *p; p++)
		depth += *p == '/';
	if (p - pattern >= 3 && !memcmp(p - 3, "/**", 3))
		return depth;
	return depth + (p == pattern || p[-1] != '/');
}

/* Compiling */

static void add_claim(struct ownership *o, const struct claim *claim,
		      const struct glob *glob)
{
	GROW(o->claims, o->n_claims, o->cap_claims);
	o->claims[o->n_claims++] = *claim;
	globset_add(o->set, glob);
}

static void add_paths(struct ownership *o, enum claim_kind kind,
		      uint32_t subsystem, const struct values *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		const struct claim claim = {
			.kind = kind, .subsystem = subsystem,
			.pattern = &paths->v[i], .depth = UNKNOWN,
		};

		add_claim(o, &claim, &paths->v[i].glob);
	}
}

static const struct glob *add_word(struct ownership *o, const char *text)
{
	struct glob *glob = xcalloc(1, sizeof(*glob));

	glob_init_containing(glob, text);
	GROW(o->words, o->n_words, o->cap_words);
	o->words[o->n_words++] = glob;
	return glob;
}

/*
 * Most expressions contain a word that all their matches have. The walk over
 * the path looks for these words, so few paths are left to search.
 */
static void add_matches(struct ownership *o, enum claim_kind kind,
			uint32_t subsystem, const struct values *matches)
{
	for (size_t i = 0; i < matches->n; i++) {
		struct claim claim = { .kind = kind, .subsystem = subsystem,
				       .pattern = &matches->v[i] };
		const char *word;
		bool whole;

		word = regex_word(matches->v[i].regex, &whole);
		claim.must_search = !whole;
		if (word) {
			add_claim(o, &claim, add_word(o, word));
		} else {
			GROW(o->searches, o->n_searches, o->cap_searches);
			o->searches[o->n_searches++] = claim;
		}
	}
}

/* How many claims there are at most. */
static size_t count_patterns(const struct policy *policy)
{
	size_t n = policy->head.commons.n;

	for (size_t i = 0; i < policy->n_subsystems; i++) {
		const struct subsystem *s = &policy->subsystems[i];

		n += s->path.n + s->exclude.n + s->match.n + s->exclude_match.n;
	}
	return n;
}

static struct ownership *compiled(const struct policy *policy)
{
	struct ownership *o = policy->ownership;

	if (o->is_compiled)
		return o;
	o->is_compiled = true;
	o->set = globset_new();
	o->cap_claims = count_patterns(policy);
	o->claims = xreallocarray(NULL, o->cap_claims, sizeof(*o->claims));
	o->tallies = xcalloc(policy->n_subsystems + 1, sizeof(*o->tallies));
	for (size_t i = 0; i < policy->n_subsystems; i++) {
		const struct subsystem *s = &policy->subsystems[i];
		uint32_t index = (uint32_t)i;

		add_paths(o, CLAIM_PATH, index, &s->path);
		add_paths(o, CLAIM_EXCLUDE, index, &s->exclude);
		add_matches(o, CLAIM_PATH, index, &s->match);
		add_matches(o, CLAIM_EXCLUDE, index, &s->exclude_match);
	}
	add_paths(o, CLAIM_COMMON, 0, &policy->head.commons);
	return o;
}

/* Looking up */

static void new_round(const struct policy *policy, struct ownership *o,
		      struct owners *owners)
{
	owners->n = 0;
	owners->common = NULL;
	o->n_touched = 0;
	if (++o->round)
		return;
	memset(o->tallies, 0, policy->n_subsystems * sizeof(*o->tallies));
	o->round = 1;
}

static struct tally *tally_of(struct ownership *o, const struct claim *claim)
{
	struct tally *tally = &o->tallies[claim->subsystem];

	if (tally->round == o->round)
		return tally;
	*tally = (struct tally){ .round = o->round, .best = NONE };
	GROW(o->touched, o->n_touched, o->cap_touched);
	o->touched[o->n_touched++] = claim->subsystem;
	return tally;
}

/* The index of a claim: those with searches follow the others. */
static struct claim *claim_at(const struct ownership *o, uint32_t i)
{
	return i < o->n_claims ? &o->claims[i] : &o->searches[i - o->n_claims];
}

/* Most claims match none of the paths that are looked up. */
static int depth_of(struct claim *claim)
{
	if (claim->depth == UNKNOWN)
		claim->depth = pattern_depth(claim->pattern->text);
	return claim->depth;
}

/* Prefers the deeper claim, or the first of equal ones. */
static bool is_better(const struct ownership *o, uint32_t i, uint32_t than)
{
	int a, b;

	if (than == NONE)
		return true;
	a = depth_of(claim_at(o, i));
	b = depth_of(claim_at(o, than));
	return a != b ? a > b : i < than;
}

static void count_claim(struct ownership *o, uint32_t i, struct owners *owners)
{
	const struct claim *claim = claim_at(o, i);
	struct tally *tally;

	if (o->hits)
		o->hits[i]++;
	if (claim->kind == CLAIM_COMMON) {
		if (!owners->common || claim->pattern < owners->common)
			owners->common = claim->pattern;
		return;
	}
	tally = tally_of(o, claim);
	if (claim->kind == CLAIM_EXCLUDE)
		tally->is_excluded = true;
	else if (is_better(o, i, tally->best))
		tally->best = i;
}

/* Counts the claim if its expression, where it has one, matches the path. */
static int search(struct ownership *o, uint32_t i, const char *path,
		  struct owners *owners, struct error *err)
{
	const struct claim *claim = claim_at(o, i);
	int found = 1;

	if (claim->must_search)
		found = regex_match(claim->pattern->regex, path, err);
	if (found > 0)
		count_claim(o, i, owners);
	return found < 0 ? -1 : 0;
}

static int by_index(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Adds the subsystems that were claimed and not excluded. */
static void add_owners(const struct policy *policy, struct ownership *o,
		       struct owners *owners)
{
	if (o->n_touched > 1)
		qsort(o->touched, o->n_touched, sizeof(*o->touched), by_index);
	for (size_t i = 0; i < o->n_touched; i++) {
		const struct tally *tally = &o->tallies[o->touched[i]];
		struct claim *claim;

		if (tally->is_excluded || tally->best == NONE)
			continue;
		claim = claim_at(o, tally->best);
		GROW(owners->v, owners->n, owners->cap);
		owners->v[owners->n++] = (struct owner){
			.subsystem = &policy->subsystems[o->touched[i]],
			.pattern = claim->pattern, .depth = depth_of(claim),
		};
	}
}

static void keep_nearest(struct owners *owners)
{
	int deepest = 0;
	size_t n = 0;

	for (size_t i = 0; i < owners->n; i++)
		if (!i || owners->v[i].depth > deepest)
			deepest = owners->v[i].depth;
	for (size_t i = 0; i < owners->n; i++)
		if (owners->v[i].depth == deepest)
			owners->v[n++] = owners->v[i];
	owners->n = n;
}

int owners_find(const struct policy *policy, const char *path,
		struct owners *owners, struct error *err)
{
	struct ownership *o = compiled(policy);

	new_round(policy, o, owners);
	globset_match(o->set, path, &o->ids);
	for (size_t i = 0; i < o->ids.n; i++)
		if (search(o, o->ids.v[i], path, owners, err))
			return -1;
	for (size_t i = 0; i < o->n_searches; i++)
		if (search(o, (uint32_t)(o->n_claims + i), path, owners, err))
			return -1;
	add_owners(policy, o, owners);
	if (policy->head.owners == OWNERS_NEAREST)
		keep_nearest(owners);
	return 0;
}

/* Counting */

void owners_count(const struct policy *policy)
{
	struct ownership *o = compiled(policy);

	free(o->hits);
	o->hits = xcalloc(o->n_claims + o->n_searches + 1, sizeof(*o->hits));
}

static const char *claim_key(const struct claim *claim)
{
	if (claim->kind == CLAIM_COMMON)
		return "commons";
	if (claim->kind == CLAIM_EXCLUDE)
		return claim->pattern->regex ? "exclude-match" : "exclude";
	return claim->pattern->regex ? "match" : "path";
}

void owners_hits(const struct policy *policy,
		 void (*fn)(void *ctx, const struct subsystem *subsystem,
			    const struct value *pattern, const char *key,
			    size_t hits), void *ctx)
{
	const struct ownership *o = policy->ownership;

	for (uint32_t i = 0; i < o->n_claims + o->n_searches; i++) {
		const struct claim *claim = claim_at(o, i);

		fn(ctx, claim->kind == CLAIM_COMMON ? NULL :
		   &policy->subsystems[claim->subsystem], claim->pattern,
		   claim_key(claim), o->hits[i]);
	}
}

bool owners_claimed(const struct policy *policy,
		    const struct subsystem *subsystem)
{
	const struct ownership *o = policy->ownership;
	size_t index = (size_t)(subsystem - policy->subsystems);

	for (uint32_t i = 0; i < o->n_claims + o->n_searches; i++) {
		const struct claim *claim = claim_at(o, i);

		if (claim->kind == CLAIM_PATH && claim->subsystem == index &&
		    o->hits[i])
			return true;
	}
	return false;
}

/* Whether a claim on some paths of a directory leaves its owners unchanged. */
static bool changes_nothing(const struct policy *policy,
			    const struct ownership *o,
			    const struct claim *claim,
			    const struct owners *owners)
{
	const struct tally *tally = &o->tallies[claim->subsystem];
	bool is_owner;

	if (claim->kind == CLAIM_COMMON)
		return owners->common;
	if (tally->round == o->round && tally->is_excluded)
		return true;
	is_owner = tally->round == o->round && tally->best != NONE;
	if (claim->kind == CLAIM_EXCLUDE)
		return !is_owner;
	return is_owner && policy->head.owners == OWNERS_ANY;
}

/* An owner some of whose paths may be excluded is not certain of any. */
static void drop_doubtful(struct ownership *o, const struct claim *claim)
{
	if (claim->kind == CLAIM_EXCLUDE)
		tally_of(o, claim)->best = NONE;
}

/*
 * The i-th claim that may hold for some of the paths; NULL when it holds for
 * all of them.
 */
static const struct claim *nth_doubt(const struct ownership *o, size_t i)
{
	const struct claim *claim;

	if (i < o->ids.n) {
		claim = &o->claims[o->ids.v[i]];
		return claim->must_search ? claim : NULL;
	}
	i -= o->ids.n;
	if (i < o->some.n)
		return &o->claims[o->some.v[i]];
	return &o->searches[i - o->some.n];
}

bool owners_below(const struct policy *policy, const char *dir,
		  struct owners *owners)
{
	struct ownership *o = compiled(policy);
	size_t n;
	bool is_exact = true;

	new_round(policy, o, owners);
	globset_below(o->set, dir, &o->ids, &o->some);
	for (size_t i = 0; i < o->ids.n; i++)
		if (!o->claims[o->ids.v[i]].must_search)
			count_claim(o, o->ids.v[i], owners);
	n = o->ids.n + o->some.n + o->n_searches;
	for (size_t i = 0; i < n; i++) {
		const struct claim *claim = nth_doubt(o, i);

		if (claim && !changes_nothing(policy, o, claim, owners))
			is_exact = false;
	}
	for (size_t i = 0; i < n; i++) {
		const struct claim *claim = nth_doubt(o, i);

		if (claim)
			drop_doubtful(o, claim);
	}
	add_owners(policy, o, owners);
	if (policy->head.owners == OWNERS_NEAREST) {
		if (is_exact)
			keep_nearest(owners);
		else
			owners->n = 0;
	}
	return is_exact;
}

void owners_release(struct owners *owners)
{
	free(owners->v);
	*owners = (struct owners){ 0 };
}

bool owners_have_tree(const struct owners *owners, const char *tree)
{
	for (size_t i = 0; i < owners->n; i++)
		if (values_have(&owners->v[i].subsystem->tree, tree))
			return true;
	return false;
}

bool owners_foreign(const struct policy *policy, const struct owners *owners,
		    const struct tree *tree)
{
	bool claimed = false;

	if (owners->common || tree->role != ROLE_MAINTAINER)
		return false;
	if (!owners->n)
		return policy->head.unowned == UNOWNED_DENY;
	for (size_t i = 0; i < owners->n; i++)
		claimed |= owners->v[i].subsystem->tree.n > 0;
	return claimed && !owners_have_tree(owners, tree->section.name);
}
