/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/original_history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/contained.h"

/*
 * A bit for each class, from CLASS_SHIFT on, marks what its start has. The last
 * class is of those that no bit is left for.
 */
enum { CLASS_SHIFT = 8, REST = 23, ALL_CLASSES = (1 << (REST + 1)) - 1 };

struct look {
	const struct original_history_in *in;
	struct original_history *out;
	struct past_tags *past;
	struct outer_parent *starts;	/* to one parent of each of ours that is
					 * on top of none of ours */
	size_t n_starts, cap_starts;
	struct oid class_start[REST];
	uint32_t n_classes;
	bool is_rooted;			/* one of ours is on top of nothing */
	struct error *err;
};

/* From which refs */

static bool is_in_n(const struct dag *dag, uint32_t node)
{
	return node != DAG_NONE && dag->nodes[node].flags & NODE_IN_N;
}

/* Which commits of the dag are ours, or contain one. The caller frees it. */
static bool *find_leads(const struct dag *dag)
{
	bool *leads = xcalloc(dag->n, sizeof(*leads));

	for (uint32_t i = 0; i < dag->n; i++)
		leads[i] = dag->nodes[i].n_parents < 2 && is_in_n(dag, i);
	dag_see_descendants(dag, leads);
	return leads;
}

/* Tags that refs with some of ours may lack. */
static int find_past(struct look *l)
{
	struct past_tags_in in = {
		.originals = l->in->originals, .signers = l->in->signers,
		.bases = l->in->bases, .dag = l->in->dag,
	};
	bool *leads = find_leads(l->in->dag);
	struct oid_list starts = { 0 };
	int rc;

	for (size_t i = 0; i < l->in->starts->n; i++) {
		const struct oid *commit = &l->in->starts->v[i].commit;
		uint32_t node = dag_find(l->in->dag, commit);

		if (node != DAG_NONE && leads[node])
			oid_list_add(&starts, commit);
	}
	free(leads);
	in.starts = starts.v;
	in.n_starts = starts.n;
	rc = past_tags_find(&in, l->past, &l->out->refs, l->err);
	free(starts.v);
	return rc;
}

/* Which commits */

static void add_below(struct original_history *out, uint32_t child,
		      const struct oid *parent)
{
	GROW(out->below, out->n_below, out->cap_below);
	out->below[out->n_below++] = (struct outer_parent){ child, *parent };
}

static void add_start(struct look *l, uint32_t child, const struct oid *parent)
{
	GROW(l->starts, l->n_starts, l->cap_starts);
	l->starts[l->n_starts++] = (struct outer_parent){ child, *parent };
}

/* Finds `below` and `starts`: all of ours contain one of the latter. */
static int find_below(struct look *l, uint32_t i)
{
	const struct dag *dag = l->in->dag;
	const struct dag_node *node = &dag->nodes[i];
	struct object object;
	struct commit commit;
	bool is_lowest = is_in_n(dag, i), is_edge = false;

	for (uint32_t p = 0; p < node->n_parents; p++) {
		is_lowest &= !is_in_n(dag, dag_parents(dag, i)[p]);
		is_edge |= dag_parents(dag, i)[p] == DAG_NONE;
	}
	if (!is_lowest && !is_edge)
		return 0;
	if (repo_read_commit(l->in->originals->repo, &node->oid, &object,
			     &commit, l->err))
		return -1;
	for (uint32_t p = 0; p < node->n_parents; p++) {
		struct oid parent = commit_parent(&commit, p);

		if (dag_parents(dag, i)[p] == DAG_NONE)
			add_below(l->out, i, &parent);
		if (is_lowest && !p)
			add_start(l, i, &parent);
	}
	if (is_lowest && !node->n_parents)
		l->is_rooted = true;
	object_release(&object);
	return 0;
}

/*
 * A commit that all of `starts` contain, so that all of ours contain it, too.
 */
static int find_common(struct look *l, struct oid_list *common)
{
	struct merge_bases *bases = l->in->bases;
	struct oid oid;

	if (!l->n_starts || l->is_rooted)
		return 0;
	oid = l->starts[0].parent;
	for (size_t i = 1; i < l->n_starts; i++) {
		if (merge_bases_find(bases, &oid, 1, &l->starts[i].parent,
				     l->err))
			return -1;
		if (!bases->n_found)
			return 0;
		oid = bases->found[0];
	}
	oid_list_add(common, &oid);
	return 0;
}

static uint8_t class_for(struct look *l, const struct oid *start)
{
	uint32_t i = 0;

	while (i < l->n_classes && !oid_equal(&l->class_start[i], start))
		i++;
	if (i == REST)
		return REST;
	if (i == l->n_classes)
		l->class_start[l->n_classes++] = *start;
	return (uint8_t)i;
}

/* Each has the class of what it starts from, or of its first parent of ours. */
static void find_classes(struct look *l)
{
	const struct dag *dag = l->in->dag;
	uint32_t *order = dag_topological(dag);

	l->out->class_of = xmalloc(dag->n);
	memset(l->out->class_of, REST, dag->n);
	for (size_t i = 0; i < l->n_starts; i++)
		l->out->class_of[l->starts[i].child] =
			class_for(l, &l->starts[i].parent);
	for (size_t i = 0; i < dag->n; i++) {
		uint32_t node = order[i], p = 0;
		const uint32_t *parents = dag_parents(dag, node);

		while (p < dag->nodes[node].n_parents &&
		       !is_in_n(dag, parents[p]))
			p++;
		if (p < dag->nodes[node].n_parents)
			l->out->class_of[node] = l->out->class_of[parents[p]];
	}
	free(order);
}

static bool add_to_line(void *ctx, const struct oid *oid)
{
	oid_list_add(ctx, oid);
	return true;
}

/* False where that does not pay, or fails: then all of it is walked. */
static bool walk_loosely(struct look *l, const struct oid_list *from,
			 const struct oid_list *not)
{
	/* More take longer to compare; some more are looked at. */
	enum { MAX_LOOSE = 5000, MOST = 2 * MAX_LOOSE };
	struct repo *repo = l->in->originals->repo;
	struct oid_list line = { 0 };
	const struct oidmap below = { 0 };
	const struct history_floor floor = { &line, &below };
	struct walker walker = { .repo = repo, .floor = &floor, .most = MOST };
	struct error ignored;
	bool ok;

	if (!l->in->loosely || l->in->originals->walker->floor || !not->n ||
	    !repo_lacks_commit_graph(repo))
		return false;
	ok = !history_first_parents(repo, &not->v[0], add_to_line, &line,
				    &ignored) &&
	     !walker_walk(&walker, from, &(struct oid_list){ 0 },
			  &l->out->commits, &ignored);
	if (ok && l->out->commits.dag.n > MAX_LOOSE) {
		history_release(&l->out->commits);
		ok = false;
	}
	walker_release(&walker);
	free(line.v);
	return ok;
}

static int walk(struct look *l, const struct oid_list *not)
{
	struct oid_list from = { 0 };
	int rc = 0;

	for (size_t i = 0; i < l->out->refs.n; i++)
		oid_list_add(&from, &l->out->refs.v[i].commit);
	if (not->n)
		contained_drop(l->in->originals->repo, &not->v[0], &from);
	for (size_t i = 0; i < l->out->n_below; i++)
		oid_list_add(&from, &l->out->below[i].parent);
	for (uint32_t i = 0; i < l->n_classes; i++)
		oid_list_add(&from, &l->class_start[i]);
	l->out->is_loose = walk_loosely(l, &from, not);
	if (!l->out->is_loose)
		rc = walker_walk(l->in->originals->walker, &from, not,
				 &l->out->commits, l->err);
	free(from.v);
	return rc;
}

static int find_history(struct look *l)
{
	const struct dag *dag = l->in->dag;
	struct oid_list not = { 0 };
	int rc = 0;

	for (uint32_t i = 0; !rc && i < dag->n; i++)
		if (dag->nodes[i].flags & NODE_STARTED)
			rc = find_below(l, i);
	if (!rc)
		rc = find_common(l, &not);
	if (!rc) {
		find_classes(l);
		rc = walk(l, &not);
	}
	free(not.v);
	return rc;
}

static void mark_source(struct original_history *h,
			const struct original_ref *source)
{
	struct dag *dag = &h->commits.dag;
	uint32_t node = dag_find(dag, &source->commit);

	if (source->unproven) {
		dag_mark(dag, node, IN_UNPROVEN_TAG, 0);
		return;
	}
	dag_mark(dag, node, IN_SOURCE, 0);
	if (source->kind == ORIGINAL_FROZEN)
		dag_mark(dag, node, IN_FROZEN_TAG, 0);
	if (source->is_own)
		dag_mark(dag, node, IN_OWN_SHARED_TAG, 0);
}

static void mark_history(struct look *l)
{
	struct dag *dag = &l->out->commits.dag;

	for (size_t i = 0; i < l->out->refs.n; i++)
		mark_source(l->out, &l->out->refs.v[i]);
	for (uint32_t i = 0; i < l->n_classes; i++)
		dag_mark(dag, dag_find(dag, &l->class_start[i]),
			 1u << (CLASS_SHIFT + i), 0);
}

static int look(struct look *l)
{
	if (originals_find(l->in->originals, false, &l->out->refs, l->err) ||
	    find_past(l))
		return -1;
	if (!l->out->refs.n)
		return 0;
	if (find_history(l))
		return -1;
	if (l->out->commits.dag.n)
		mark_history(l);
	return 0;
}

int original_history_find(const struct original_history_in *in,
			  struct past_tags *past,
			  struct original_history *history, struct error *err)
{
	struct look l = { .in = in, .past = past, .out = history,
			  .err = err };
	int rc = look(&l);

	free(l.starts);
	return rc;
}

void original_history_release(struct original_history *history)
{
	free(history->refs.v);
	free(history->below);
	free(history->class_of);
	free(history->label);
	history_release(&history->commits);
	*history = (struct original_history){ 0 };
}

int original_history_prove(struct original_history *history,
			   struct signers *signers, const bool *wanted,
			   bool *found, struct error *err)
{
	size_t at;

	if (past_tags_prove(signers, &history->refs, &history->commits.dag,
			    wanted, &at, err))
		return -1;
	*found = at < history->refs.n;
	if (*found)
		mark_source(history, &history->refs.v[at]);
	return 0;
}

void original_history_settle(struct original_history *history)
{
	struct originals *refs = &history->refs;
	size_t n = 0;

	for (size_t i = 0; i < refs->n; i++)
		if (!refs->v[i].unproven)
			refs->v[n++] = refs->v[i];
	refs->n = n;
	history->label = originals_label(refs->v, n, &history->commits.dag);
}

uint32_t original_history_class(const struct original_history *history,
				uint32_t new_commit)
{
	return 1u << history->class_of[new_commit];
}

uint32_t original_history_news(const struct original_history *history,
			       uint32_t node)
{
	uint32_t flags = history->commits.dag.nodes[node].flags;

	return ALL_CLASSES & ~(flags >> CLASS_SHIFT);
}
