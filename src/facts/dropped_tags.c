/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/dropped_tags.h"

#include <stdlib.h>

#include "base/mem.h"

/* A branch that loses commits by this push, and where it was. */
struct loser {
	const char *ref;
	struct oid tip;
};

struct losers {
	struct loser *v;
	size_t n, cap;
};

/* Those of which the old tip is here. */
static int find_losers(const struct dropped_tags_in *in,
		       struct losers *losers, struct error *err)
{
	for (size_t i = 0; i < in->refs->n_updates; i++) {
		const struct ref_fact *ref = &in->refs->updates[i];
		enum object_type type;
		struct oid commit;
		bool is_commit;

		if (ref->rule.kind != REF_BRANCH || oid_is_zero(&ref->old) ||
		    (ref->ff != FF_NO && !oid_is_zero(&ref->new)))
			continue;
		if (repo_type(in->repo, &ref->old, &type, err))
			return -1;
		if (type == OBJECT_MISSING)
			continue;
		if (repo_peel_commit(in->repo, &ref->old, &commit, &is_commit,
				     err))
			return -1;
		if (!is_commit)
			continue;
		GROW(losers->v, losers->n, losers->cap);
		losers->v[losers->n++] = (struct loser){ ref->name, commit };
	}
	return 0;
}

struct naming {
	const char *ref;
	const char **names;		/* by node */
};

static bool enter_unnamed(void *ctx, uint32_t node)
{
	struct naming *n = ctx;

	if (n->names[node])
		return false;
	n->names[node] = n->ref;
	return true;
}

/* For each commit lost the first branch that had it; the caller frees it. */
static const char **name_branches(const struct losers *losers,
				  const struct dag *lost)
{
	struct naming n = { .names = xcalloc(lost->n, sizeof(*n.names)) };

	for (size_t i = 0; i < losers->n; i++) {
		n.ref = losers->v[i].ref;
		dag_spread(lost, dag_find(lost, &losers->v[i].tip),
			     enter_unnamed, &n);
	}
	return n.names;
}

/* The line that freezes a tag that a governed branch contains, or 0. */
static int frozen_line(const struct dropped_tags_in *in, const char *ref)
{
	if (govern_ref(in->policy, in->tree, ref).kind == REF_INTEGRATION)
		return 0;
	return freezing_line(in->policy, tag_name(ref));
}

static int look_among(const struct dropped_tags_in *in,
		      const struct losers *losers, const struct dag *lost,
		      struct dropped_tags *dropped, struct error *err)
{
	const char **names;

	if (!lost->n)
		return 0;
	if (known_tags_load(in->known, err))
		return -1;
	names = name_branches(losers, lost);
	for (size_t i = 0; i < in->known->n; i++) {
		const struct known_tag *tag = &in->known->v[i];
		uint32_t node = dag_find(lost, &tag->commit);
		int line = frozen_line(in, tag->name);

		if (!line || node == DAG_NONE)
			continue;
		GROW(dropped->v, dropped->n, dropped->cap);
		dropped->v[dropped->n++] = (struct dropped_tag_fact){
			.tag = tag->name, .commit = tag->commit,
			.ref = names[node], .line = line,
		};
	}
	free(names);
	return 0;
}

int dropped_tags_find(const struct dropped_tags_in *in,
		      struct dropped_tags *dropped, struct error *err)
{
	struct oid_list from = { 0 }, not = { 0 };
	struct losers losers = { 0 };
	struct history lost = { 0 };
	int rc;

	rc = find_losers(in, &losers, err);
	for (size_t i = 0; i < losers.n; i++)
		oid_list_add(&from, &losers.v[i].tip);
	if (!rc && from.n) {
		oid_list_add_all(&not, &in->refs->branches_kept);
		oid_list_add_all(&not, &in->refs->upstream);
		rc = walker_walk(in->walker, &from, &not, &lost, err);
		if (!rc)
			rc = look_among(in, &losers, &lost.dag, dropped, err);
		history_release(&lost);
	}
	free(losers.v);
	free(from.v);
	free(not.v);
	return rc;
}
