/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/upstream_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct proof {
	const struct upstream_tags_in *in;
	struct oid_list from;		/* what is judged, or what vouches */
	bool knows_more;		/* what was judged before counts, too */
	struct oid_list tags;		/* vouchers within what is judged */
	struct upstream_claim **rest;	/* not decided, the youngest first */
	size_t n_rest;
	struct oid_list tips;		/* their commits */
	struct oid_list edge;		/* where upstream's seems to begin */
	bool was_wrong;			/* a claim that was counted on failed */
	struct error *err;
};

/* The claims that may count */

/* A tag that does not count can still say why commits in it are refused. */
static void reject(struct proof *p, const struct upstream_claim *claim)
{
	vouchers_add_upstream(p->in->vouchers, claim->name, &claim->oid,
			      &claim->commit, claim->tree, true);
}

static int find_time(struct proof *p, struct upstream_claim *claim)
{
	struct object object;
	struct commit commit;

	if (repo_read_commit(p->in->repo, &claim->commit, &object, &commit,
			     p->err))
		return -1;
	claim->time = commit.time;
	object_release(&object);
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct upstream_claim *x = *(struct upstream_claim *const *)a;
	const struct upstream_claim *y = *(struct upstream_claim *const *)b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int find_rest(struct proof *p)
{
	struct upstream_claims *claims = &p->in->refs->claims;

	p->rest = xcalloc(claims->n, sizeof(struct upstream_claim *));
	for (size_t i = 0; i < claims->n; i++) {
		struct upstream_claim *claim = &claims->v[i];
		bool may_count = !claim->tree->is_signed ||
				 claim->tree->signer.n;

		if (claim->tree->is_signed && may_count &&
		    signers_finds_signature(p->in->signers, &claim->oid,
					    &may_count, p->err))
			return -1;
		if (!may_count) {
			reject(p, claim);
			continue;
		}
		if (find_time(p, claim))
			return -1;
		p->rest[p->n_rest++] = claim;
	}
	qsort(p->rest, p->n_rest, sizeof(*p->rest), by_time);
	for (size_t i = 0; i < p->n_rest; i++)
		oid_list_add(&p->tips, &p->rest[i]->commit);
	return 0;
}

static void drop(struct proof *p, size_t at)
{
	p->n_rest--;
	p->tips.n--;
	for (size_t i = at; i < p->n_rest; i++) {
		p->rest[i] = p->rest[i + 1];
		p->tips.v[i] = p->tips.v[i + 1];
	}
}

/* Where upstream's commits begin */

static int add_parents(struct proof *p, const struct dag *dag, uint32_t node)
{
	const uint32_t *parents = dag_parents(dag, node);
	struct object object;
	struct commit commit;
	bool is_inside = true;

	for (uint32_t i = 0; i < dag->nodes[node].n_parents; i++)
		is_inside &= parents[i] != DAG_NONE;
	if (is_inside)
		return 0;
	if (repo_read_commit(p->in->repo, &dag->nodes[node].oid, &object,
			     &commit, p->err))
		return -1;
	for (uint32_t i = 0; i < dag->nodes[node].n_parents; i++) {
		struct oid parent = commit_parent(&commit, i);

		if (parents[i] == DAG_NONE)
			oid_list_add(&p->edge, &parent);
	}
	object_release(&object);
	return 0;
}

/* What is upstream's without the `rest`, or was judged before. */
static struct oid_list known(const struct proof *p)
{
	struct oid_list list = { 0 };

	if (p->knows_more)
		oid_list_add_all(&list, &p->in->refs->hidden);
	oid_list_add_all(&list, &p->in->refs->upstream);
	return list;
}

static void find_tags(struct proof *p, const struct dag *dag)
{
	const struct vouchers *vouchers = p->in->vouchers;

	for (size_t i = 0; i < vouchers->n; i++)
		if (!vouchers->v[i].upstream &&
		    dag_find(dag, &vouchers->v[i].commit) != DAG_NONE)
			oid_list_add(&p->tags, &vouchers->v[i].commit);
}

/* Finds the edge: what is left out of N lies below one of its commits. */
static int find_edge(struct proof *p)
{
	struct oid_list not = known(p);
	struct history history = { 0 };
	int rc;

	oid_list_add_all(&not, &p->tips);
	p->edge.n = 0;
	rc = walker_walk(p->in->walker, &p->from, &not, &history, p->err);
	for (size_t i = 0; !rc && i < p->from.n; i++)
		if (dag_find(&history.dag, &p->from.v[i]) == DAG_NONE)
			oid_list_add(&p->edge, &p->from.v[i]);
	for (uint32_t i = 0; !rc && i < history.dag.n; i++)
		rc = add_parents(p, &history.dag, i);
	find_tags(p, &history.dag);
	history_release(&history);
	free(not.v);
	return rc;
}

/*
 * Leaves in the edge what only the `rest` can leave out of N. In a shallow
 * clone the walk may fail: then all of it stays.
 */
static void narrow_edge(struct proof *p)
{
	struct oid_list not = known(p);
	struct history history = { 0 };
	struct error ignored;
	size_t n = 0;

	if (not.n && !walker_walk(p->in->walker, &p->edge, &not, &history,
				  &ignored)) {
		for (size_t i = 0; i < p->edge.n; i++)
			if (dag_find(&history.dag, &p->edge.v[i]) != DAG_NONE)
				p->edge.v[n++] = p->edge.v[i];
		p->edge.n = n;
	}
	history_release(&history);
	free(not.v);
}

/* Which to verify */

/* One of the claims from `first` on contains it; else not, or not known. */
static bool contains(struct proof *p, size_t first, size_t end,
		     const struct oid *commit)
{
	struct error ignored;
	bool is = false;

	return first < end &&
	       !history_contains(p->in->repo, p->tips.v + first, end - first,
				 commit, &is, &ignored) && is;
}

/* The youngest claim that contains the commit, or `n_rest`. */
static size_t find_youngest(struct proof *p, const struct oid *commit)
{
	size_t low = 0, high = p->n_rest;

	if (!contains(p, low, high, commit))
		return p->n_rest;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (contains(p, low, mid, commit))
			high = mid;
		else
			low = mid;
	}
	return low;
}

static int verify(struct proof *p, size_t at)
{
	struct upstream_claim *claim = p->rest[at];
	const struct signer *signer;
	char *why = NULL;

	if (claim->tree->is_signed &&
	    signers_check_ref(p->in->signers, claim->name, &claim->oid, true,
			      claim->tree, &signer, &why, p->err))
		return -1;
	claim->counts = !why;
	if (claim->counts) {
		oid_list_add(&p->in->refs->upstream, &claim->commit);
	} else {
		reject(p, claim);
		p->was_wrong = true;
	}
	free(why);
	drop(p, at);
	return 0;
}

/* Verifies claims until the edge needs none of the rest. */
static int prove_edge(struct proof *p)
{
	for (;;) {
		size_t at = p->n_rest;

		narrow_edge(p);
		while (p->edge.n && at == p->n_rest) {
			at = find_youngest(p, &p->edge.v[p->edge.n - 1]);
			p->edge.n -= at == p->n_rest;
		}
		if (!p->edge.n)
			return 0;
		if (verify(p, at))
			return -1;
	}
}

static int prove_from(struct proof *p)
{
	do {
		p->was_wrong = false;
		if (p->n_rest && p->from.n && (find_edge(p) || prove_edge(p)))
			return -1;
	} while (p->was_wrong);
	return 0;
}

static void add_judged(struct proof *p)
{
	const struct refs *refs = p->in->refs;

	for (size_t i = 0; i < refs->n_updates; i++)
		if (!oid_is_zero(&refs->updates[i].commit))
			oid_list_add(&p->from, &refs->updates[i].commit);
}

/* A tag's own commits go down to upstream, whatever was judged before. */
static void add_vouchers(struct proof *p)
{
	const struct vouchers *vouchers = p->in->vouchers;

	for (size_t i = 0; i < vouchers->n; i++)
		if (!oid_is_zero(&vouchers->v[i].commit) &&
		    (p->in->is_audit || vouchers->v[i].is_pushed))
			oid_list_add(&p->from, &vouchers->v[i].commit);
}

static int prove(struct proof *p)
{
	if (find_rest(p))
		return -1;
	add_judged(p);
	if (!p->in->is_audit) {
		p->knows_more = true;
		if (prove_from(p))
			return -1;
		p->from.n = 0;
		oid_list_add_all(&p->from, &p->tags);
	}
	p->knows_more = false;
	add_vouchers(p);
	return prove_from(p);
}

int upstream_tags_prove(const struct upstream_tags_in *in, struct error *err)
{
	struct proof p = { .in = in, .err = err };
	int rc = in->refs->claims.n ? prove(&p) : 0;

	free(p.from.v);
	free(p.rest);
	free(p.tips.v);
	free(p.tags.v);
	free(p.edge.v);
	return rc;
}
