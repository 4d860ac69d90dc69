/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/state.h"

static int by_commit(const void *a, const void *b)
{
	const struct known_tag *x = a, *y = b;
	int cmp = oid_cmp(&x->commit, &y->commit);

	return cmp ? cmp : strcmp(x->name, y->name);
}

static int add_tag(struct gather *g, const char *name, const struct oid *oid,
		   bool is_pushed)
{
	struct oid commit;
	bool is_commit;

	if (!tag_name(name) || oid_is_zero(oid))
		return 0;
	if (repo_peel_commit(g->repo, oid, &commit, &is_commit, g->err))
		return -1;
	if (!is_commit)
		return 0;
	GROW(g->tags, g->n_tags, g->cap_tags);
	g->tags[g->n_tags++] = (struct known_tag){
		.name = name, .commit = commit, .is_pushed = is_pushed,
		.is_annotated = !oid_equal(oid, &commit),
	};
	return 0;
}

/* Upstream's tags of which the mergetag is all that is here. */
static void add_mergetags(struct gather *g)
{
	for (size_t i = 0; i < g->n_vouchers; i++) {
		const struct voucher *v = &g->vouchers[i];

		if (!v->raw || !v->upstream || !v->is_valid)
			continue;
		GROW(g->tags, g->n_tags, g->cap_tags);
		g->tags[g->n_tags++] = (struct known_tag){
			.name = v->name, .commit = v->commit,
			.is_annotated = true,
		};
	}
}

int gather_known_tags(struct gather *g)
{
	if (g->has_known_tags)
		return 0;
	g->has_known_tags = true;
	for (size_t i = 0; i < g->n_facts; i++)
		if (add_tag(g, g->facts[i].name, &g->facts[i].new,
			    g->input->mode != JUDGE_AUDIT))
			return -1;
	for (size_t i = 0; i < g->refs.n; i++)
		if (!gather_pushed(g, g->refs.v[i].name) &&
		    add_tag(g, g->refs.v[i].name, &g->refs.v[i].oid, false))
			return -1;
	add_mergetags(g);
	if (g->n_tags)
		qsort(g->tags, g->n_tags, sizeof(*g->tags), by_commit);
	return 0;
}

bool known_tag_counts(const struct gather *g, const struct known_tag *tag)
{
	if (!tag->is_annotated)
		return false;
	if (!tag->is_pushed)
		return true;
	for (size_t i = 0; i < g->n_vouchers; i++)
		if (!strcmp(g->vouchers[i].name, tag->name))
			return g->vouchers[i].is_valid;
	return true;
}

static size_t first_at(const struct gather *g, const struct oid *commit)
{
	size_t low = 0, high = g->n_tags;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (oid_cmp(&g->tags[mid].commit, commit) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct known_tag *known_tag_at(const struct gather *g,
				     const struct oid *commit)
{
	size_t i = first_at(g, commit);

	return i < g->n_tags && oid_equal(&g->tags[i].commit, commit) ?
	       &g->tags[i] : NULL;
}

const struct known_tag *base_tag(const struct gather *g,
				 const struct values *patterns,
				 const struct oid *commit)
{
	for (size_t i = first_at(g, commit); i < g->n_tags &&
	     oid_equal(&g->tags[i].commit, commit); i++)
		if (values_match(patterns, tag_name(g->tags[i].name)) &&
		    known_tag_counts(g, &g->tags[i]))
			return &g->tags[i];
	return NULL;
}

bool frozen_tag_at(const struct gather *g, const struct oid *commit)
{
	for (size_t i = 0; i < g->n_vouchers; i++)
		if (g->vouchers[i].raw && g->vouchers[i].is_valid &&
		    oid_equal(&g->vouchers[i].commit, commit))
			return true;
	for (size_t i = first_at(g, commit); i < g->n_tags &&
	     oid_equal(&g->tags[i].commit, commit); i++) {
		const char *name = tag_name(g->tags[i].name);

		if (freezing_line(g->policy, name) &&
		    known_tag_counts(g, &g->tags[i]))
			return true;
	}
	return false;
}
