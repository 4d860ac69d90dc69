/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/kept_branches.h"

#include <stdlib.h>

#include "git/history.h"

struct search {
	struct repo *repo;
	struct refs *refs;
	struct error *err;
};

/*
 * Finds the first of the tips that contains the commit, by halves; if none
 * does, `*at` is their number.
 */
static int find_container(struct search *s, const struct oid_list *tips,
			  const struct oid *commit, size_t *at)
{
	size_t n = tips->n;
	bool contains = false;

	*at = 0;
	if (n && history_contains(s->repo, tips->v, n, commit, &contains,
				  s->err))
		return -1;
	if (!contains)
		*at = tips->n;
	while (contains && n > 1) {
		bool in_first;

		if (history_contains(s->repo, tips->v + *at, n / 2, commit,
				     &in_first, s->err))
			return -1;
		*at += in_first ? 0 : n / 2;
		n = in_first ? n / 2 : n - n / 2;
	}
	return 0;
}

/* Whether it is a branch outside `rewind` that is there after the push. */
static bool keeps(const struct ref_fact *ref)
{
	return ref->rule.kind == REF_BRANCH && !ref->rule.may_rewind &&
	       !oid_is_zero(&ref->commit);
}

/* A branch of this push that will have the commit, if git takes it. */
static int find_keeper(struct search *s, const struct oid *commit,
		       const char **keeper)
{
	struct oid_list tips = { 0 };
	size_t at;
	int rc;

	for (size_t i = 0; i < s->refs->n_updates; i++)
		if (keeps(&s->refs->updates[i]))
			oid_list_add(&tips, &s->refs->updates[i].commit);
	rc = find_container(s, &tips, commit, &at);
	for (size_t i = 0; !rc && at < tips.n && !*keeper; i++) {
		const struct ref_fact *ref = &s->refs->updates[i];

		if (keeps(ref) && oid_equal(&ref->commit, &tips.v[at]))
			*keeper = ref->name;
	}
	free(tips.v);
	return rc;
}

/* Whether the push deletes a branch whose commits must stay on another. */
static bool is_deleted(struct search *s, const struct ref_fact *ref)
{
	return ref->rule.kind == REF_BRANCH && !ref->rule.may_rewind &&
	       !oid_is_zero(&ref->old) && oid_is_zero(&ref->new) &&
	       !refs_object_is_lost(s->repo, &ref->old);
}

/*
 * Finds the commits of deleted branches that no branch is sure to keep, by one
 * walk for all of them. False if there is only one such branch, or if the walk
 * fails: then each is looked for by itself.
 */
static bool walk_deleted(struct search *s, struct history *history)
{
	const struct oid_list *steady = &s->refs->steady;
	struct oid_list from = { 0 };
	struct error ignored;
	bool done;

	for (size_t i = 0; i < s->refs->n_updates; i++) {
		const struct ref_fact *ref = &s->refs->updates[i];
		struct oid old;
		bool is_commit;

		if (is_deleted(s, ref) &&
		    !repo_peel_commit(s->repo, &ref->old, &old, &is_commit,
				      &ignored) && is_commit)
			oid_list_add(&from, &old);
	}
	done = from.n > 1 && !history_walk(s->repo, from.v, from.n, steady->v,
					   steady->n, false, history, &ignored);
	free(from.v);
	return done;
}

/* Whether a branch is sure to keep the commit; for `lost` see find_kept(). */
static int is_steady(struct search *s, const struct history *lost,
		     const struct oid *commit, bool *is)
{
	const struct oid_list *steady = &s->refs->steady;
	bool lacks = true;

	*is = false;
	if (!lost)
		return steady->n ?
		       history_contains(s->repo, steady->v, steady->n, commit,
					is, s->err) : 0;
	if (history_has(s->repo, lost, steady, commit, &lacks, s->err))
		return -1;
	*is = !lacks;
	return 0;
}

/*
 * Whether a deleted branch's commits stay on another, whatever git refuses.
 * `lost` is what walk_deleted() found, or NULL.
 */
static int find_kept(struct search *s, const struct history *lost,
		     struct ref_fact *ref)
{
	struct oid old;
	bool is_commit;

	if (!is_deleted(s, ref))
		return 0;
	if (repo_peel_commit(s->repo, &ref->old, &old, &is_commit, s->err))
		return -1;
	if (is_commit && is_steady(s, lost, &old, &ref->is_kept))
		return -1;
	return is_commit && !ref->is_kept ?
	       find_keeper(s, &old, &ref->kept_by) : 0;
}

int kept_branches_find(struct repo *repo, struct refs *refs, struct error *err)
{
	struct search s = { repo, refs, err };
	struct history lost = { 0 };
	bool is_walked = walk_deleted(&s, &lost);
	int rc = 0;

	for (size_t i = 0; !rc && i < refs->n_updates; i++)
		rc = find_kept(&s, is_walked ? &lost : NULL,
			       &refs->updates[i]);
	history_release(&lost);
	return rc;
}
