/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/drafts.h"

#include <stdlib.h>

#include "git/history.h"
#include "git/merge_base.h"

struct search {
	struct repo *repo;
	const struct policy *policy;
	enum judge_mode mode;
	bool is_locked;
	const struct refs *refs;
	struct error *err;
};

static int is_merged(struct search *s, const struct oid_list *branches,
		     const struct oid *commit, bool *merged)
{
	*merged = false;
	if (!branches->n)
		return 0;
	return history_contains(s->repo, branches->v, branches->n, commit,
				merged, s->err);
}

/*
 * Whether a branch of this very push has merged the tag as it was. What came
 * in as part of the tag's new value does not count: that draft was redone
 * before anyone merged it.
 */
static int merged_by_push(struct search *s, const struct ref_fact *ref,
			  const struct oid *old, bool *merged)
{
	bool in_new = false, new_merged = false;

	if (is_merged(s, &s->refs->branches_after, old, merged))
		return -1;
	if (!*merged || oid_is_zero(&ref->commit))
		return 0;
	if (history_contains(s->repo, &ref->commit, 1, old, &in_new, s->err) ||
	    is_merged(s, &s->refs->branches_after, &ref->commit, &new_merged))
		return -1;
	*merged = !(in_new && new_merged && !oid_equal(&ref->commit, old));
	return 0;
}

/*
 * Whether a branch has the tag as it was and not as it becomes: the branches of
 * this very push, which merge the redone draft, may be written already.
 */
static int merged_without_new(struct search *s, const struct ref_fact *ref,
			      const struct oid *old, bool *merged)
{
	const struct oid_list *branches = &s->refs->branches_before;

	*merged = false;
	for (size_t i = 0; i < branches->n && !*merged; i++) {
		bool has_new = false;

		if (history_contains(s->repo, &branches->v[i], 1, old, merged,
				     s->err) ||
		    (*merged && !oid_is_zero(&ref->commit) &&
		     history_contains(s->repo, &branches->v[i], 1,
				      &ref->commit, &has_new, s->err)))
			return -1;
		*merged = *merged && (!has_new || oid_equal(&ref->commit, old));
	}
	return 0;
}

/* The one commit of upstream or a branch that a draft starts from, if any. */
static int find_base(struct search *s, const struct oid_list *published,
		     const struct oid *commit, struct oid *base)
{
	struct merge_bases bases;
	int rc;

	merge_bases_init(&bases, s->repo);
	rc = merge_bases_find(&bases, published->v, published->n, commit,
			      s->err);
	if (!rc && bases.n_found == 1)
		*base = bases.found[0];
	merge_bases_release(&bases);
	return rc;
}

static int find_bases(struct search *s, struct ref_fact *ref,
		      const struct oid *old)
{
	struct oid_list published = { 0 };
	int rc = 0;

	if (oid_is_zero(&ref->commit))
		return 0;
	oid_list_add_all(&published, &s->refs->upstream);
	oid_list_add_all(&published, &s->refs->branches_before);
	if (published.n)
		rc = find_base(s, &published, old, &ref->old_base);
	if (!rc && published.n)
		rc = find_base(s, &published, &ref->commit, &ref->new_base);
	free(published.v);
	return rc;
}

static int find_draft(struct search *s, struct ref_fact *ref)
{
	const char *tag = tag_name(ref->name);
	const struct shared_tag *shared =
		tag ? shared_tag_match(s->policy, tag) : NULL;
	bool there, is_commit, merged;
	struct oid commit;

	if (!shared || shared->freeze != FREEZE_MERGE ||
	    oid_is_zero(&ref->old) || oid_equal(&ref->old, &ref->new))
		return 0;
	if (repo_has(s->repo, &ref->old, &there, s->err))
		return -1;
	if (!there && s->mode == JUDGE_CLIENT) {
		ref->draft = DRAFT_UNKNOWN;
		return 0;
	}
	if (repo_peel_commit(s->repo, &ref->old, &commit, &is_commit, s->err))
		return -1;
	if (!is_commit)
		return 0;
	if (is_merged(s, &s->refs->branches_before, &commit, &merged) ||
	    (merged && s->is_locked &&
	     merged_without_new(s, ref, &commit, &merged)) ||
	    (!merged && merged_by_push(s, ref, &commit, &merged)))
		return -1;
	ref->draft = merged ? DRAFT_MERGED : DRAFT_UNMERGED;
	return merged ? 0 : find_bases(s, ref, &commit);
}

int drafts_find(const struct drafts_in *in, struct refs *refs,
		struct error *err)
{
	struct search s = {
		.repo = in->repo, .policy = in->policy, .mode = in->mode,
		.is_locked = in->is_locked,
		.refs = refs, .err = err,
	};

	for (size_t i = 0; i < refs->n_updates; i++)
		if (s.mode != JUDGE_AUDIT && find_draft(&s, &refs->updates[i]))
			return -1;
	return 0;
}
