/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/merged_pulls.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "git/history.h"
#include "git/mergetag.h"

/* The mergetags of one merge. */
struct mergetag {
	char *name;
	char *raw;
	size_t len;
};

struct reader {
	const struct merged_pulls_in *in;
	struct tree_places places;
	struct mergetag *tags;
	size_t n, cap;
	struct error *err;
};

/* Something else than a tag proves nothing. */
static void on_mergetag(void *ctx, const char *raw, size_t len)
{
	struct reader *r = ctx;
	struct error ignored;
	struct tag tag;

	if (tag_parse(&tag, raw, len, &ignored))
		return;
	GROW(r->tags, r->n, r->cap);
	r->tags[r->n++] = (struct mergetag){
		.name = xstrndup(tag.name, tag.name_len),
		.raw = memcpy(xmalloc(len + 1), raw, len), .len = len,
	};
}

static void forget_tags(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->tags[i].name);
		free(r->tags[i].raw);
	}
	r->n = 0;
}

static int check_signer(struct reader *r, const struct mergetag *tag,
			const struct tree *tree, const struct signer **signer,
			char **why)
{
	char *ref = xasprintf("refs/tags/%s", tag->name);
	struct oid oid = object_hash(OBJECT_TAG, tag->raw, tag->len);
	int rc = signers_check_bytes(r->in->signers, ref, &oid, tag->raw,
				     tag->len, tree, signer, why, r->err);

	free(ref);
	return rc;
}

/* Finds the tree by its signer, if no other tree has him. */
static int tell_by_signer(struct reader *r, struct merged_pull *pull)
{
	const struct policy *policy = r->in->policy;
	const struct tree *found = NULL;

	for (size_t i = 0; i < r->n * policy->n_trees; i++) {
		const struct tree *tree = &policy->trees[i % policy->n_trees];
		const struct signer *signer;
		char *why = NULL;

		if (!tree->signer.n)
			continue;
		if (check_signer(r, &r->tags[i / policy->n_trees], tree,
				 &signer, &why))
			return -1;
		if (!why && found && found != tree)
			return 0;
		if (!why)
			found = tree;
		free(why);
	}
	pull->tree = found;
	pull->how = found ? TOLD_BY_SIGNER : TOLD_BY_NOTHING;
	return 0;
}

/* Who signed what was merged, in the name of the tree. */
static int find_signer(struct reader *r, struct merged_pull *pull)
{
	for (size_t i = 0; i < r->n && pull->tree && !pull->signer; i++) {
		const struct signer *signer = NULL;

		free(pull->unsigned_why);
		pull->unsigned_why = NULL;
		if (check_signer(r, &r->tags[i], pull->tree, &signer,
				 &pull->unsigned_why))
			return -1;
		if (!pull->unsigned_why)
			pull->signer = signer->section.name;
	}
	return 0;
}

static void tell(struct reader *r, struct merged_pull *pull)
{
	struct pull_sources sources = { 0 };
	const char **names = xcalloc(r->n + 1, sizeof(*names));
	struct told told;

	for (size_t i = 0; i < r->n; i++)
		names[i] = r->tags[i].name;
	pull_sources_parse(pull->subject, &sources);
	told = pull_tree(&r->places, &sources, names, r->n);
	pull->tree = told.tree;
	pull->how = told.how;
	for (size_t i = 0; i < sources.n && !r->n && !pull->tag; i++)
		if (sources.v[i].tag)
			pull->tag = xstrdup(sources.v[i].tag);
	if (r->n)
		pull->tag = xstrdup(names[0]);
	pull_sources_release(&sources);
	free(names);
}

static int read_pull(struct reader *r, const struct oid *merge,
		     struct merged_pull *pull)
{
	struct buf subject = BUF_INIT;
	struct object object;
	struct commit commit;
	int rc = 0;

	if (repo_read_commit(r->in->repo, merge, &object, &commit, r->err))
		return -1;
	pull->merge = *merge;
	pull->onto = commit_parent(&commit, 0);
	for (size_t i = 1; i < commit.n_parents; i++) {
		struct oid parent = commit_parent(&commit, i);

		oid_list_add(&pull->heads, &parent);
	}
	commit_subject(&commit, &subject);
	pull->subject = xstrdup(buf_str(&subject));
	buf_release(&subject);
	mergetags_each(object.data, object.len, on_mergetag, r);
	tell(r, pull);
	if (!pull->tree)
		rc = tell_by_signer(r, pull);
	if (!rc && r->in->policy->n_signers)
		rc = find_signer(r, pull);
	forget_tags(r);
	object_release(&object);
	return rc;
}

/* Which refs came after which pulls */

static int add_refs(struct repo *repo, struct oid_list *list,
		    struct error *err)
{
	struct repo_refs refs = { 0 };
	int rc = repo_refs(repo, &refs, err);

	for (size_t i = 0; !rc && i < refs.n; i++) {
		struct oid commit;
		bool is_commit;

		rc = repo_peel_commit(repo, &refs.v[i].oid, &commit,
				      &is_commit, err);
		if (!rc && is_commit)
			oid_list_add(list, &commit);
	}
	repo_refs_release(&refs);
	return rc;
}

/*
 * How far below the oldest pull refs are ancient, in first parents; and how
 * many pulls are worth a commit-graph where there is none.
 */
enum { LINE_BELOW = 1000, MANY_PULLS = 20 };

struct descent {
	struct oid bottom, below;	/* the last two commits */
	size_t left;
};

static bool descend(void *ctx, const struct oid *oid)
{
	struct descent *d = ctx;

	d->bottom = d->below;
	d->below = *oid;
	return d->left-- > 0;
}

/* The line, the refs, and what they have above its bottom. */
struct line {
	struct merged_pulls *pulls;
	struct oid_list refs;
	struct dag dag;
	uint32_t *order;		/* parents first */
	uint32_t *youngest;		/* by node: pull, UINT32_MAX: none */
	bool *has_bottom;		/* by node: is built on the bottom */
};

static void mark_own(struct line *l, const struct oid *bottom)
{
	uint32_t node = dag_find(&l->dag, bottom);

	for (size_t i = 0; i < l->dag.n; i++)
		l->youngest[i] = UINT32_MAX;
	if (node != DAG_NONE)
		l->has_bottom[node] = true;
	for (size_t i = 0; i < l->pulls->n; i++) {
		node = dag_find(&l->dag, &l->pulls->v[i].merge);
		if (node != DAG_NONE)
			l->youngest[node] = (uint32_t)i;
	}
}

/*
 * Hands `youngest` and `has_bottom` on from parents to children. Each pull of a
 * line contains the older ones, so it is enough to know the youngest that a
 * commit contains.
 */
static void spread(struct line *l)
{
	for (size_t i = 0; i < l->dag.n; i++) {
		uint32_t node = l->order[i];
		const uint32_t *parents = dag_parents(&l->dag, node);

		for (uint32_t p = 0; p < l->dag.nodes[node].n_parents; p++) {
			if (parents[p] == DAG_NONE)
				continue;
			if (l->youngest[parents[p]] < l->youngest[node])
				l->youngest[node] = l->youngest[parents[p]];
			l->has_bottom[node] |= l->has_bottom[parents[p]];
		}
	}
}

static void take_refs(struct line *l)
{
	for (size_t i = 0; i < l->refs.n; i++) {
		uint32_t node = dag_find(&l->dag, &l->refs.v[i]);

		if (node == DAG_NONE)
			oidmap_put(&l->pulls->ancient, &l->refs.v[i], 0);
		else if (l->youngest[node] != UINT32_MAX)
			oidmap_put(&l->pulls->youngest, &l->refs.v[i],
				   l->youngest[node]);
	}
}

static void take_pulls(struct line *l)
{
	for (size_t i = 0; i < l->pulls->n; i++) {
		struct merged_pull *pull = &l->pulls->v[i];

		pull->is_recent = true;
		for (size_t k = 0; k < pull->heads.n; k++) {
			uint32_t node = dag_find(&l->dag, &pull->heads.v[k]);

			pull->is_recent = pull->is_recent &&
					  node != DAG_NONE &&
					  l->has_bottom[node];
		}
	}
}

static int add_parents(struct line *l, struct repo *repo,
		       const struct dag_node *node, const uint32_t *parents,
		       struct error *err)
{
	struct object object;
	struct commit commit;

	if (repo_read_commit(repo, &node->oid, &object, &commit, err))
		return -1;
	for (size_t p = 0; p < node->n_parents; p++) {
		struct oid parent = commit_parent(&commit, p);

		if (parents[p] == DAG_NONE)
			oid_list_add(&l->pulls->floor, &parent);
	}
	object_release(&object);
	return 0;
}

/* The commits where what is not built on the bottom meets what is below it. */
static int find_floor(struct line *l, struct repo *repo,
		      const struct descent *d, struct error *err)
{
	int rc = 0;

	oid_list_add(&l->pulls->floor, &d->below);
	for (uint32_t i = 0; !rc && i < l->dag.n; i++) {
		const uint32_t *parents = dag_parents(&l->dag, i);
		bool is_edge = false;

		for (uint32_t p = 0; p < l->dag.nodes[i].n_parents; p++)
			is_edge |= parents[p] == DAG_NONE;
		if (is_edge)
			rc = add_parents(l, repo, &l->dag.nodes[i], parents,
					 err);
	}
	return rc;
}

static int walk_line(struct line *l, struct repo *repo,
		     const struct descent *d, struct error *err)
{
	bool is_root = oid_is_zero(&d->bottom);
	struct history history = { 0 };
	struct oid_list from = { 0 };
	int rc;

	oid_list_add_all(&from, &l->refs);
	oid_list_add(&from, &l->pulls->v[0].merge);
	rc = history_walk(repo, from.v, from.n, &d->below, !is_root, false,
			  &history, err);
	free(from.v);
	if (rc)
		return -1;
	l->dag = history.dag;
	history.dag = (struct dag){ 0 };
	history_release(&history);
	l->order = dag_topological(&l->dag);
	l->youngest = xcalloc(l->dag.n + 1, sizeof(*l->youngest));
	l->has_bottom = xcalloc(l->dag.n + 1, sizeof(*l->has_bottom));
	return 0;
}

/* Each pull is walked several times. */
static int make_commit_graph(const struct merged_pulls_in *in,
			     const struct oid_list *refs, struct error *err)
{
	struct oid_list tips = { 0 };
	int rc;

	oid_list_add_all(&tips, refs);
	oid_list_add(&tips, &in->merges->v[0]);
	rc = repo_make_commit_graph(in->repo, in->scratch, &tips, err);
	free(tips.v);
	return rc;
}

/*
 * Finds out which refs came after which pulls, and which came long before all.
 */
static int place_refs(const struct merged_pulls_in *in,
		      struct merged_pulls *pulls, struct error *err)
{
	struct descent d = { .left = LINE_BELOW };
	struct line l = { .pulls = pulls };
	int rc;

	if (!pulls->n)
		return 0;
	rc = add_refs(in->repo, &l.refs, err);
	if (!rc && pulls->n >= MANY_PULLS)
		rc = make_commit_graph(in, &l.refs, err);
	if (!rc)
		rc = history_first_parents(in->repo,
					   &pulls->v[pulls->n - 1].onto,
					   descend, &d, err);
	if (!rc)
		rc = walk_line(&l, in->repo, &d, err);
	if (!rc && !oid_is_zero(&d.bottom))
		rc = find_floor(&l, in->repo, &d, err);
	if (!rc) {
		mark_own(&l, &d.bottom);
		spread(&l);
		take_refs(&l);
		take_pulls(&l);
	}
	dag_release(&l.dag);
	free(l.order);
	free(l.youngest);
	free(l.has_bottom);
	free(l.refs.v);
	return rc;
}

int merged_pulls_find(const struct merged_pulls_in *in,
		      struct merged_pulls *pulls, struct error *err)
{
	struct reader r = { .in = in, .err = err };
	int rc = 0;

	progress_step(repo_progress(in->repo), "Reading the history", 0);
	tree_places_init(&r.places, in->policy);
	pulls->v = xcalloc(in->merges->n + 1, sizeof(*pulls->v));
	for (size_t i = 0; !rc && i < in->merges->n; i++)
		rc = read_pull(&r, &in->merges->v[i], &pulls->v[pulls->n++]);
	free(r.tags);
	tree_places_release(&r.places);
	return rc ? rc : place_refs(in, pulls, err);
}

void merged_pulls_release(struct merged_pulls *pulls)
{
	for (size_t i = 0; i < pulls->n; i++) {
		struct merged_pull *pull = &pulls->v[i];

		free(pull->heads.v);
		free(pull->subject);
		free(pull->tag);
		free(pull->unsigned_why);
	}
	free(pulls->v);
	oidmap_release(&pulls->youngest);
	oidmap_release(&pulls->ancient);
	free(pulls->floor.v);
	*pulls = (struct merged_pulls){ 0 };
}
