/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/listed_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/pulls.h"
#include "git/history.h"

static void list_bases(const struct voucher *v, struct listed_tag *tag,
		       struct verdict *verdict)
{
	for (size_t i = 0; i < v->n_bases; i++) {
		const struct tag_base *base = &v->bases[i];

		GROW(tag->bases, tag->n_bases, tag->cap_bases);
		tag->bases[tag->n_bases++] = (struct listed_base){
			.commit = base->commit,
			.tag = base->tag ? verdict_text(verdict, base->tag) :
			       NULL,
		};
	}
}

/* The audited branches that contain it. */
static int list_pulls(const struct listed_tags_in *in, const struct voucher *v,
		      struct listed_tag *tag, struct verdict *verdict,
		      struct error *err)
{
	const struct dag *dag = in->dag;
	uint32_t node = dag_find(dag, &v->commit);

	for (size_t i = 0; i < in->starts->n; i++) {
		const struct start *start = &in->starts->v[i];
		struct oid merge = { { 0 } };
		bool has = false;

		if (!start->is_branch)
			continue;
		if (node != DAG_NONE)
			has = pulled_by(dag, start, node, &merge);
		else if (history_contains(in->freezing.repo, &start->commit, 1,
					  &v->commit, &has, err))
			return -1;
		if (!has)
			continue;
		GROW(tag->pulls, tag->n_pulls, tag->cap_pulls);
		tag->pulls[tag->n_pulls++] = (struct listed_pull){
			.ref = verdict_text(verdict, start->name),
			.merge = merge,
		};
	}
	return 0;
}

static int list_tag(const struct listed_tags_in *in, struct voucher *v,
		    struct verdict *verdict, struct error *err)
{
	struct listed_tag *tag = verdict_list_tag(verdict, tag_name(v->name));

	tag->oid = v->oid;
	tag->shared = v->shared;
	tag->signer = v->signer ? v->signer->section.name : NULL;
	if (v->unsigned_why)
		tag->unsigned_why = verdict_text(verdict, v->unsigned_why);
	tag->is_valid = v->is_sound;
	if (oid_is_zero(&v->commit))
		return 0;
	list_bases(v, tag, verdict);
	if (list_pulls(in, v, tag, verdict, err))
		return -1;
	return voucher_frozen(&in->freezing, v, &tag->is_frozen, err);
}

static int by_name(const void *a, const void *b)
{
	const struct voucher *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

int listed_tags_find(const struct listed_tags_in *in, struct verdict *verdict,
		     struct error *err)
{
	struct vouchers *vouchers = in->vouchers;
	struct voucher **sorted = xcalloc(vouchers->n, sizeof(*sorted));
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < vouchers->n; i++)
		if (vouchers->v[i].shared && vouchers->v[i].is_pushed)
			sorted[n++] = &vouchers->v[i];
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 0; !rc && i < n; i++)
		rc = list_tag(in, sorted[i], verdict, err);
	verdict->has_tags = true;
	free(sorted);
	return rc;
}
