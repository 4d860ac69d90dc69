/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/known_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/govern.h"

static int by_commit(const void *a, const void *b)
{
	const struct known_tag *x = a, *y = b;
	int cmp = oid_cmp(&x->commit, &y->commit);

	return cmp ? cmp : strcmp(x->name, y->name);
}

static int add_tag(struct known_tags *k, const char *name,
		   const struct oid *oid, bool is_pushed, struct error *err)
{
	struct oid commit;
	bool is_commit;

	if (!tag_name(name) || oid_is_zero(oid))
		return 0;
	if (repo_peel_commit(k->repo, oid, &commit, &is_commit, err))
		return -1;
	if (!is_commit)
		return 0;
	GROW(k->v, k->n, k->cap);
	k->v[k->n++] = (struct known_tag){
		.name = name, .commit = commit, .is_pushed = is_pushed,
		.is_annotated = !oid_equal(oid, &commit),
	};
	return 0;
}

/* Upstream's tags of which the mergetag is all that is here. */
static void add_mergetags(struct known_tags *k)
{
	for (size_t i = 0; i < k->vouchers->n; i++) {
		const struct voucher *v = &k->vouchers->v[i];

		if (!v->raw || !v->upstream || !v->is_valid)
			continue;
		GROW(k->v, k->n, k->cap);
		k->v[k->n++] = (struct known_tag){
			.name = v->name, .commit = v->commit,
			.is_annotated = true,
		};
	}
}

int known_tags_load(struct known_tags *k, struct error *err)
{
	const struct refs *refs = k->refs;

	if (k->is_loaded)
		return 0;
	k->is_loaded = true;
	for (size_t i = 0; i < refs->n_updates; i++)
		if (add_tag(k, refs->updates[i].name, &refs->updates[i].new,
			    !k->is_audit, err))
			return -1;
	for (size_t i = 0; i < refs->here.n; i++)
		if (!refs_update(refs, refs->here.v[i].name) &&
		    add_tag(k, refs->here.v[i].name, &refs->here.v[i].oid,
			    false, err))
			return refs_broken(k->repo, refs->here.v[i].name,
					   err);
	add_mergetags(k);
	if (k->n)
		qsort(k->v, k->n, sizeof(*k->v), by_commit);
	return 0;
}

void known_tags_release(struct known_tags *k)
{
	free(k->v);
}

bool known_tag_counts(const struct known_tags *k,
		      const struct known_tag *tag)
{
	const struct ref_fact *ref;

	if (!tag->is_annotated)
		return false;
	if (!tag->is_pushed)
		return true;
	for (size_t i = 0; i < k->vouchers->n; i++) {
		const struct voucher *v = &k->vouchers->v[i];

		if (!strcmp(v->name, tag->name) && !v->raw)
			return v->is_sound && !v->is_late;
	}
	ref = refs_update(k->refs, tag->name);
	return ref && ref->rule.is_upstream && !ref->unproven &&
	       !ref->is_late;
}

static size_t first_at(const struct known_tags *k, const struct oid *commit)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (oid_cmp(&k->v[mid].commit, commit) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct known_tag *known_tag_at(const struct known_tags *k,
				     const struct oid *commit)
{
	size_t i = first_at(k, commit);

	return i < k->n && oid_equal(&k->v[i].commit, commit) ?
	       &k->v[i] : NULL;
}

const struct known_tag *known_tag_like(const struct known_tags *k,
				       const struct values *patterns,
				       const struct oid *commit)
{
	for (size_t i = first_at(k, commit); i < k->n &&
	     oid_equal(&k->v[i].commit, commit); i++)
		if (values_match(patterns, tag_name(k->v[i].name)))
			return &k->v[i];
	return NULL;
}

const struct known_tag *known_tag_base(const struct known_tags *k,
				       const struct values *patterns,
				       const struct oid *commit)
{
	for (size_t i = first_at(k, commit); i < k->n &&
	     oid_equal(&k->v[i].commit, commit); i++)
		if (values_match(patterns, tag_name(k->v[i].name)) &&
		    known_tag_counts(k, &k->v[i]))
			return &k->v[i];
	return NULL;
}

bool known_tags_freeze(const struct known_tags *k, const struct oid *commit)
{
	/* A valid mergetag of a shared tag; upstream's are among the others. */
	for (size_t i = 0; i < k->vouchers->n; i++) {
		const struct voucher *v = &k->vouchers->v[i];

		if (v->raw && (v->is_valid || v->is_base) && !v->upstream &&
		    oid_equal(&v->commit, commit))
			return true;
	}
	for (size_t i = first_at(k, commit); i < k->n &&
	     oid_equal(&k->v[i].commit, commit); i++) {
		const char *name = tag_name(k->v[i].name);

		if (freezing_line(k->policy, name) &&
		    known_tag_counts(k, &k->v[i]))
			return true;
	}
	return false;
}
