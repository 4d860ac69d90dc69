/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/rewritten.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "facts/equal_patches.h"
#include "facts/mentions.h"
#include "facts/original_history.h"
#include "facts/others.h"
#include "git/patch_id.h"

/*
 * One search: for the commits `ours` of the dag, their originals among what
 * the sources have and not all of ours are built on.
 */
struct search {
	const struct rewritten_in *in;
	struct repo *repo;
	struct rewritten *out;
	struct error *err;
	const struct dag *dag;		/* the new commits */
	struct original_history elsewhere;
	struct equal_patches patches;	/* ours first, then the others */
	struct patch_match *matches;
	size_t n_matches;
	struct reverts reverts;		/* node: of the dag; NONE: elsewhere */
	struct suspect {		/* a match that nothing excuses */
		const struct patch_match *match;
		const char *instead_in;	/* a ref, see struct copy_fact */
		bool is_cited;		/* one of its originals is */
		bool is_frozen;
		bool is_older;		/* than the original */
		int64_t time;		/* of the original */
		bool is_here;		/* on a ref where it counts */
	} *suspects;
	size_t n_suspects, cap_suspects;
	/* What one of our commits has in its history: see look_below(). */
	uint32_t looked_below;
	bool *has_ours, *has_elsewhere;	/* by node */
	/* What has an original in its history: see look_above(). */
	uint32_t looked_above;
	bool *ours_have, *others_have;	/* by node */
	bool *is_backported;		/* by node: a `backport` branch of the
					 * push has it */
};

/* What is the same */

static int add_ours_at(struct search *s, uint32_t node)
{
	const struct oid *oid = &s->dag->nodes[node].oid;
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(s->repo, oid, &object, &commit, s->err))
		return -1;
	reverts_add(&s->reverts, commit.message, commit.message_len, oid, node);
	rc = equal_patches_add(&s->patches, oid, &commit, node,
			       original_history_class(&s->elsewhere, node),
			       true, s->err);
	object_release(&object);
	return rc;
}

/* One that is not a merge may be a copy, or have one. */
static bool is_work(const struct dag *dag, uint32_t i, uint32_t flag,
		    uint32_t not)
{
	return dag->nodes[i].n_parents < 2 && dag->nodes[i].flags & flag &&
	       !(dag->nodes[i].flags & not);
}

static int add_ours(struct search *s)
{
	for (uint32_t i = 0; i < s->dag->n; i++) {
		progress_done(repo_progress(s->repo), 1);
		if (is_work(s->dag, i, NODE_IN_N, 0) && add_ours_at(s, i))
			return -1;
	}
	return 0;
}

/* Lists those that frozen tags have first; the caller frees the array. */
static uint32_t *list_others(const struct search *s, size_t *n)
{
	static const struct { uint32_t flag, not; } turns[] = {
		{ IN_FROZEN_TAG, 0 }, { IN_UNPROVEN_TAG, IN_FROZEN_TAG },
		{ IN_SOURCE, IN_FROZEN_TAG | IN_UNPROVEN_TAG },
	};
	const struct dag *dag = &s->elsewhere.commits.dag;
	uint32_t *nodes = xcalloc(dag->n, sizeof(*nodes));

	*n = 0;
	for (size_t k = 0; k < ARRAY_SIZE(turns); k++)
		for (uint32_t i = 0; i < dag->n; i++)
			if (is_work(dag, i, turns[k].flag, turns[k].not))
				nodes[(*n)++] = i;
	return nodes;
}

static int find_matches(struct search *s)
{
	const struct others others = { s->repo, &s->elsewhere, &s->patches,
				       &s->reverts };
	size_t n;
	uint32_t *nodes = list_others(s, &n);
	int rc;

	repo_allow_others(s->repo, n);
	progress_step(repo_progress(s->repo), "Looking for copies",
		      s->dag->n + n);
	rc = add_ours(s) || others_look(&others, nodes, n, s->err) ? -1 : 0;
	free(nodes);
	if (rc)
		return -1;
	reverts_sort(&s->reverts);
	return equal_patches_match(&s->patches, &s->matches, &s->n_matches,
				   s->err);
}

/* Which of the others would matter if a mergetag with them were verified. */
static bool find_wanted(const struct search *s, bool *wanted)
{
	const struct dag *others = &s->elsewhere.commits.dag;
	bool any = false;

	memset(wanted, 0, others->n * sizeof(*wanted));
	for (size_t i = 0; i < s->n_matches; i++) {
		uint32_t node = s->matches[i].other->node;
		uint32_t flags = others->nodes[node].flags;

		wanted[node] = flags & IN_UNPROVEN_TAG &&
			       !(flags & IN_FROZEN_TAG);
		any |= wanted[node];
	}
	return any;
}

/* Leaves out what only unverified mergetags have. */
static void drop_unproven(struct search *s)
{
	const struct dag *others = &s->elsewhere.commits.dag;
	size_t n = 0;

	for (size_t i = 0; i < s->n_matches; i++)
		if (others->nodes[s->matches[i].other->node].flags & IN_SOURCE)
			s->matches[n++] = s->matches[i];
	s->n_matches = n;
}

/*
 * Mergetags are verified only if a copy of a commit that they hold was found.
 */
static int prove(struct search *s)
{
	bool *wanted = xcalloc(s->elsewhere.commits.dag.n, sizeof(*wanted));
	bool more = true;
	int rc = 0;

	while (!rc && more && find_wanted(s, wanted))
		rc = original_history_prove(&s->elsewhere, s->in->signers,
					    wanted, &more, s->err);
	free(wanted);
	drop_unproven(s);
	original_history_settle(&s->elsewhere);
	return rc;
}

static int count_work(const struct search *s, size_t n)
{
	enum { ITEM_WORK = 10 };	/* see repo_work() */

	return repo_work(s->repo, (int64_t)n * ITEM_WORK, "copies of commits",
			 s->err);
}

/* What excuses a copy */

/* Fills in what a commit of the dag has in its history, itself included. */
static void look_below(struct search *s, uint32_t node)
{
	const struct dag *ours = s->dag, *others = &s->elsewhere.commits.dag;

	if (s->looked_below == node)
		return;
	s->looked_below = node;
	memset(s->has_ours, 0, ours->n * sizeof(*s->has_ours));
	memset(s->has_elsewhere, 0, others->n * sizeof(*s->has_elsewhere));
	dag_see(ours, node, s->has_ours);
	for (size_t i = 0; i < s->elsewhere.n_below; i++)
		if (s->has_ours[s->elsewhere.below[i].child])
			dag_see(others,
				dag_find(others, &s->elsewhere.below[i].parent),
				s->has_elsewhere);
}

/* Whether a commit of the dag has the original in its history. */
static bool contains(struct search *s, uint32_t node,
		     const struct work *original)
{
	uint32_t to = dag_find(s->dag, &original->oid);

	look_below(s, node);
	return (to != DAG_NONE && s->has_ours[to]) ||
	       s->has_elsewhere[original->node];
}

/*
 * Fills in which commits, of the dag and elsewhere, have an original in their
 * history, or are it. Counts that as work of the push: each of many copies may
 * have other originals, and many commits may say that they revert these.
 */
static int look_above(struct search *s, const struct work *original)
{
	const struct dag *ours = s->dag, *others = &s->elsewhere.commits.dag;
	uint32_t to = dag_find(ours, &original->oid);

	if (s->looked_above == original->node)
		return 0;
	if (count_work(s, ours->n + others->n))
		return -1;
	s->looked_above = original->node;
	memset(s->ours_have, 0, ours->n * sizeof(*s->ours_have));
	memset(s->others_have, 0, others->n * sizeof(*s->others_have));
	s->others_have[original->node] = true;
	dag_see_descendants(others, s->others_have);
	if (to != DAG_NONE)
		s->ours_have[to] = true;
	for (size_t i = 0; i < s->elsewhere.n_below; i++) {
		uint32_t parent = dag_find(others,
					   &s->elsewhere.below[i].parent);

		if (parent != DAG_NONE && s->others_have[parent])
			s->ours_have[s->elsewhere.below[i].child] = true;
	}
	dag_see_descendants(ours, s->ours_have);
	return 0;
}

struct revert_claim {
	struct search *s;
	const struct patch_match *match;
};

/* Whether it came after the original, and if ours, before our commit. */
static int comes_after(struct search *s, const struct patch_match *m,
		       const struct revert *r, bool *is)
{
	const struct dag *others = &s->elsewhere.commits.dag;

	if (look_above(s, m->other))
		return -1;
	if (r->node == DAG_NONE) {
		uint32_t by = dag_find(others, &r->by);

		*is = others->nodes[by].flags & IN_SOURCE &&
		      s->others_have[by];
		return 0;
	}
	look_below(s, m->ours->node);
	*is = s->has_ours[r->node] && s->ours_have[r->node];
	return 0;
}

/*
 * Whether a claimed revert of the original is real: it is not the copy, comes
 * after the original, and its patch undoes the original's.
 */
static int is_real(void *ctx, const struct revert *r, bool *is)
{
	const struct revert_claim *c = ctx;
	const struct patch_match *m = c->match;
	struct search *s = c->s;

	*is = false;
	if (oid_equal(&r->by, &m->ours->oid))
		return 0;
	if (comes_after(s, m, r, is))
		return -1;
	return *is ? patch_undoes(s->repo, s->in->scratch, &r->by,
				  &m->other->oid, is, s->err) : 0;
}

/* Whether the original, or another copy of it, was reverted. */
static int is_reverted(struct search *s, const struct patch_match *m, bool *is)
{
	struct revert_claim claim = { s, m };

	return reverts_of(&s->reverts, &m->other->oid, is_real, &claim, is);
}

/* Whether the copy says which of its originals it is a copy of. */
static int find_citation(struct search *s, const struct patch_match *m,
			 size_t n, bool *cited)
{
	struct object object;
	struct commit commit;
	int rc = 0;

	*cited = false;
	if (!s->in->originals.tree->backport.n)
		return 0;
	if (repo_read_commit(s->repo, &m->ours->oid, &object, &commit,
			     s->err))
		return -1;
	for (size_t i = 0; !rc && i < n && !*cited; i++) {
		*cited = cites(commit.message, commit.message_len,
			       &m[i].other->oid);
		rc = count_work(s, commit.message_len);
	}
	object_release(&object);
	return rc;
}

/* What a match is excused as: what follows for the commit's other matches. */
enum excuse { EXCUSE_NONE, EXCUSE_WHO, EXCUSE_ALL };

static int find_excuse(struct search *s, const struct patch_match *m,
		       enum excuse *excuse)
{
	bool is = contains(s, m->ours->node, m->other);

	*excuse = EXCUSE_NONE;
	if (!is && is_reverted(s, m, &is))
		return -1;
	if (is)
		*excuse = m->is_patch ? EXCUSE_ALL : EXCUSE_WHO;
	return 0;
}

/* Suspects */

static const struct original_ref *source_of(const struct search *s,
					    const struct patch_match *m)
{
	return &s->elsewhere.refs.v[s->elsewhere.label[m->other->node]];
}

/* When the original was committed, and whether that was after the copy. */
static int find_dates(struct search *s, struct suspect *suspect)
{
	const struct patch_match *m = suspect->match;
	const struct oid *oids[] = { &m->ours->oid, &m->other->oid };
	int64_t time[2];

	for (size_t i = 0; i < ARRAY_SIZE(oids); i++) {
		struct object object;
		struct commit commit;

		if (repo_read_commit(s->repo, oids[i], &object, &commit,
				     s->err))
			return -1;
		time[i] = commit.time;
		object_release(&object);
	}
	suspect->time = time[1];
	suspect->is_older = time[1] > time[0];
	return 0;
}

static int add_suspect(struct search *s, const struct patch_match *m,
		       bool cited)
{
	const struct dag *dag = &s->elsewhere.commits.dag;
	uint32_t self = dag_find(dag, &m->ours->oid);
	uint32_t self_flags = self == DAG_NONE ? 0 : dag->nodes[self].flags;
	uint32_t flags = dag->nodes[m->other->node].flags;
	struct suspect suspect = { .match = m, .is_cited = cited,
				   .is_frozen = flags & IN_FROZEN_TAG };

	/* A new version of a tag of one's own is nobody's fault. */
	if (suspect.is_frozen ? self_flags & flags & IN_OWN_SHARED_TAG :
	    !m->is_patch || source_of(s, m)->is_own ||
	    self_flags & IN_FROZEN_TAG)
		return 0;
	if (suspect.is_frozen && find_dates(s, &suspect))
		return -1;
	GROW(s->suspects, s->n_suspects, s->cap_suspects);
	s->suspects[s->n_suspects++] = suspect;
	return 0;
}

/*
 * All the originals of one commit. What excuses it as a copy of one of them
 * does so for the others, which are copies of each other; but the same author,
 * date and subject, which are easily had, excuse nothing with the same patch.
 */
static int suspect_matches(struct search *s, const struct patch_match *m,
			   size_t n)
{
	enum excuse excuse = EXCUSE_NONE, one;
	bool cited;

	for (size_t i = 0; excuse != EXCUSE_ALL && i < n; i++) {
		if (find_excuse(s, &m[i], &one))
			return -1;
		excuse = one > excuse ? one : excuse;
	}
	if (excuse == EXCUSE_ALL)
		return 0;
	if (find_citation(s, m, n, &cited))
		return -1;
	for (size_t i = 0; i < n; i++)
		if ((m[i].is_patch || excuse == EXCUSE_NONE) &&
		    add_suspect(s, &m[i], cited))
			return -1;
	return 0;
}

static int suspect_all(struct search *s)
{
	size_t end;

	s->has_ours = xcalloc(s->dag->n, sizeof(*s->has_ours));
	s->has_elsewhere = xcalloc(s->elsewhere.commits.dag.n,
				   sizeof(*s->has_elsewhere));
	s->looked_below = DAG_NONE;
	s->ours_have = xcalloc(s->dag->n, sizeof(*s->ours_have));
	s->others_have = xcalloc(s->elsewhere.commits.dag.n,
				 sizeof(*s->others_have));
	s->looked_above = DAG_NONE;
	for (size_t i = 0; i < s->n_matches; i = end) {
		end = i + 1;
		while (end < s->n_matches &&
		       s->matches[end].ours == s->matches[i].ours)
			end++;
		if (suspect_matches(s, &s->matches[i], end - i))
			return -1;
	}
	return 0;
}

/* Verdicts */

static bool is_backport(const struct search *s, const struct start *start)
{
	return start->is_branch &&
	       values_match(&s->in->originals.tree->backport, start->name);
}

static void find_backported(struct search *s)
{
	s->is_backported = xcalloc(s->dag->n, sizeof(*s->is_backported));
	for (size_t i = 0; i < s->in->starts->n; i++) {
		const struct start *start = &s->in->starts->v[i];
		uint32_t node = dag_find(s->dag, &start->commit);

		if (node != DAG_NONE && is_backport(s, start))
			dag_see(s->dag, node, s->is_backported);
	}
}

/*
 * On `backport` branches a copy that says what it is is welcome, and so is a
 * tag of it that comes with the branch: where another branch gets the copy,
 * backported_find() looks again, whether or not git took the branch.
 */
static bool is_welcome(const struct search *s, const struct start *start,
		       const struct suspect *suspect)
{
	return suspect->is_cited &&
	       (is_backport(s, start) ||
		(!start->is_branch &&
		 s->is_backported[suspect->match->ours->node]));
}

/* The suspects of one commit are together. */
static size_t group_end(const struct search *s, size_t first)
{
	size_t end = first + 1;

	while (end < s->n_suspects && s->suspects[end].match->ours ==
	       s->suspects[first].match->ours)
		end++;
	return end;
}

/*
 * The earliest original of a commit that a ref has, of those with the same
 * patch, or NULL. Originals that are no older are copies of it themselves.
 */
static const struct suspect *find_earliest(struct search *s, uint32_t node,
					   size_t first, size_t end)
{
	const struct suspect *earliest = NULL;

	for (size_t i = first; i < end; i++) {
		const struct suspect *v = &s->suspects[i];

		if (v->is_frozen && v->match->is_patch &&
		    (!earliest || v->time < earliest->time) &&
		    contains(s, node, v->match->other))
			earliest = v;
	}
	return earliest;
}

/* A copy is in place of the original where the ref lacks that. */
static void look_at_suspect(struct search *s, const struct start *start,
			    uint32_t node, const struct suspect *earliest,
			    struct suspect *suspect)
{
	bool has_both = contains(s, node, suspect->match->other) ||
			(earliest && earliest->time <= suspect->time);

	if (is_welcome(s, start, suspect))
		return;
	suspect->is_here = true;
	if (suspect->is_frozen && !suspect->is_older && !has_both &&
	    !suspect->instead_in)
		suspect->instead_in = start->name;
}

/* Looks at the suspects that one ref has. */
static int look_at_ref(struct search *s, const struct start *start)
{
	size_t n = s->dag->n + s->elsewhere.commits.dag.n + s->n_suspects;
	uint32_t node = dag_find(s->dag, &start->commit);
	size_t end;

	if (node == DAG_NONE)
		return 0;
	if (count_work(s, n))
		return -1;
	look_below(s, node);
	for (size_t i = 0; i < s->n_suspects; i = end) {
		const struct suspect *earliest;

		end = group_end(s, i);
		if (!s->has_ours[s->suspects[i].match->ours->node])
			continue;
		earliest = find_earliest(s, node, i, end);
		for (size_t k = i; k < end; k++)
			look_at_suspect(s, start, node, earliest,
					&s->suspects[k]);
	}
	return 0;
}

/* In place of a frozen commit, next to one, or next to any other's. */
static int weight(const struct copy_fact *copy)
{
	return copy->instead_in ? 2 : copy->is_frozen;
}

static void add_copy(struct search *s, const struct suspect *suspect)
{
	const struct patch_match *m = suspect->match;
	const struct original_ref *source = source_of(s, m);
	uint32_t *at = &s->out->by_node[m->ours->node];
	const struct copy_fact copy = {
		.original = m->other->oid, .ref = source->ref,
		.tree = source->tree, .is_frozen = suspect->is_frozen,
		.instead_in = suspect->instead_in, .is_patch = m->is_patch,
		.is_cited = suspect->is_cited,
	};

	/* What weighs more is said. */
	if (*at != DAG_NONE && weight(&s->out->v[*at]) >= weight(&copy))
		return;
	if (*at == DAG_NONE) {
		GROW(s->out->v, s->out->n, s->out->cap);
		*at = (uint32_t)s->out->n++;
	}
	s->out->v[*at] = copy;
}

static int judge_suspects(struct search *s)
{
	find_backported(s);
	for (size_t i = 0; s->n_suspects && i < s->in->starts->n; i++)
		if (look_at_ref(s, &s->in->starts->v[i]))
			return -1;
	for (size_t i = 0; i < s->n_suspects; i++)
		if (s->suspects[i].is_here)
			add_copy(s, &s->suspects[i]);
	return 0;
}

static void search_init(struct search *s, const struct rewritten_in *in,
			struct rewritten *out, struct error *err)
{
	*s = (struct search){ .in = in, .repo = in->originals.repo,
			      .dag = in->dag, .out = out, .err = err };
	equal_patches_init(&s->patches, s->repo, in->scratch);
}

static void search_release(struct search *s)
{
	free(s->has_ours);
	free(s->has_elsewhere);
	free(s->ours_have);
	free(s->others_have);
	free(s->is_backported);
	free(s->matches);
	free(s->suspects);
	free(s->reverts.v);
	equal_patches_release(&s->patches);
	original_history_release(&s->elsewhere);
}

/* Finds what is the same: see original_history_in for `loosely`. */
static int look(struct search *s, bool loosely)
{
	const struct original_history_in in = {
		.originals = &s->in->originals, .starts = s->in->starts,
		.dag = s->in->dag, .bases = s->in->bases,
		.signers = s->in->signers, .loosely = loosely,
	};

	if (original_history_find(&in, &s->out->past, &s->elsewhere, s->err))
		return -1;
	return s->elsewhere.commits.dag.n ? find_matches(s) : 0;
}

/* Most pushes hold no copy of anything: that is seen first. */
static int search(struct search *s)
{
	if (look(s, true))
		return -1;
	if (s->elsewhere.is_loose && s->n_matches) {
		search_release(s);
		past_tags_release(&s->out->past);
		search_init(s, s->in, s->out, s->err);
		if (look(s, false))
			return -1;
	}
	if (!s->n_matches)
		return 0;
	return prove(s) || suspect_all(s) || judge_suspects(s) ? -1 : 0;
}

static bool has_new(const struct dag *dag)
{
	for (uint32_t i = 0; i < dag->n; i++)
		if (dag->nodes[i].flags & NODE_IN_N)
			return true;
	return false;
}

int rewritten_find(const struct rewritten_in *in, struct rewritten *out,
		   struct error *err)
{
	struct search s;
	int rc;

	if (!has_new(in->dag))
		return 0;
	out->by_node = xmalloc(in->dag->n * sizeof(*out->by_node));
	for (size_t i = 0; i < in->dag->n; i++)
		out->by_node[i] = DAG_NONE;
	search_init(&s, in, out, err);
	rc = search(&s);
	search_release(&s);
	return rc;
}

const struct copy_fact *rewritten_at(const struct rewritten *rewritten,
				     uint32_t node)
{
	if (!rewritten->by_node || rewritten->by_node[node] == DAG_NONE)
		return NULL;
	return &rewritten->v[rewritten->by_node[node]];
}

void rewritten_release(struct rewritten *out)
{
	free(out->v);
	free(out->by_node);
	past_tags_release(&out->past);
	*out = (struct rewritten){ 0 };
}
