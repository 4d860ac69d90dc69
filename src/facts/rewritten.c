/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/rewritten.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/equal_patches.h"
#include "facts/mentions.h"
#include "git/patchid.h"

/* Marks on the commits of `elsewhere`. */
enum {
	SURE = 1,		/* in a frozen tag */
	SOURCED = 2,		/* in some source */
	OWN_SHARED = 4,		/* in a shared tag of this tree */
	UNPROVEN = 8,		/* in a mergetag that is not verified yet */
};

/*
 * Ours fall into classes by the commit that they start from. What that one has
 * is no news to the class: a bit of each class, from CLASS_SHIFT on, marks it
 * elsewhere. The last class is of those that no bit is left for.
 */
enum { CLASS_SHIFT = 8, REST = 23, ALL_CLASSES = (1 << (REST + 1)) - 1 };

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
	struct originals from;
	struct edge {			/* to parents outside of the dag */
		uint32_t child;
		struct oid parent;
	} *below;
	size_t n_below, cap_below;
	struct edge *starts;		/* to one parent of each of ours that is
					 * on top of none of ours */
	size_t n_starts, cap_starts;
	uint8_t *class_of;		/* node -> class */
	struct oid class_start[REST];
	uint32_t n_classes;
	bool is_rooted;			/* one of ours is on top of nothing */
	struct history elsewhere;
	uint32_t *label;		/* see originals_label() */
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
		bool is_here;		/* on a ref where it counts */
	} *suspects;
	size_t n_suspects, cap_suspects;
	/* What one of our commits has in its history: see look_below(). */
	uint32_t looked_below;
	bool *has_ours, *has_elsewhere;	/* by node */
};

/* Where to look */

static void add_below(struct search *s, uint32_t child,
		      const struct oid *parent)
{
	GROW(s->below, s->n_below, s->cap_below);
	s->below[s->n_below++] = (struct edge){ child, *parent };
}

static bool is_in_n(const struct dag *dag, uint32_t node)
{
	return node != DAG_NONE && dag->nodes[node].flags & NODE_IN_N;
}

/* Finds `below` and `starts`: all of ours contain one of the latter. */
static int find_below(struct search *s, uint32_t i)
{
	const struct dag *dag = s->dag;
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
	if (repo_read_commit(s->repo, &node->oid, &object, &commit, s->err))
		return -1;
	for (uint32_t p = 0; p < node->n_parents; p++) {
		struct oid parent = commit_parent(&commit, p);

		if (dag_parents(dag, i)[p] == DAG_NONE)
			add_below(s, i, &parent);
		if (is_lowest && !p) {
			GROW(s->starts, s->n_starts, s->cap_starts);
			s->starts[s->n_starts++] = (struct edge){ i, parent };
		}
	}
	if (is_lowest && !node->n_parents)
		s->is_rooted = true;
	object_release(&object);
	return 0;
}

/* A commit that all of `starts` contain: what it holds, all of ours have. */
static int find_common(struct search *s, struct oid_list *common)
{
	struct merge_bases *bases = s->in->bases;
	struct oid oid;

	if (!s->n_starts || s->is_rooted)
		return 0;
	oid = s->starts[0].parent;
	for (size_t i = 1; i < s->n_starts; i++) {
		if (merge_bases_find(bases, &oid, 1, &s->starts[i].parent,
				     s->err))
			return -1;
		if (!bases->n_found)
			return 0;
		oid = bases->found[0];
	}
	oid_list_add(common, &oid);
	return 0;
}

static uint8_t class_for(struct search *s, const struct oid *start)
{
	uint32_t i = 0;

	while (i < s->n_classes && !oid_equal(&s->class_start[i], start))
		i++;
	if (i == REST)
		return REST;
	if (i == s->n_classes)
		s->class_start[s->n_classes++] = *start;
	return (uint8_t)i;
}

/* Each has the class of what it starts from, or of its first parent of ours. */
static void find_classes(struct search *s)
{
	const struct dag *dag = s->dag;
	uint32_t *order = dag_topological(dag);

	s->class_of = xmalloc(dag->n);
	memset(s->class_of, REST, dag->n);
	for (size_t i = 0; i < s->n_starts; i++)
		s->class_of[s->starts[i].child] =
			class_for(s, &s->starts[i].parent);
	for (size_t i = 0; i < dag->n; i++) {
		uint32_t node = order[i], p = 0;
		const uint32_t *parents = dag_parents(dag, node);

		while (p < dag->nodes[node].n_parents &&
		       !is_in_n(dag, parents[p]))
			p++;
		if (p < dag->nodes[node].n_parents)
			s->class_of[node] = s->class_of[parents[p]];
	}
	free(order);
}

static int walk(struct search *s, const struct oid_list *not)
{
	struct oid_list from = { 0 };
	int rc;

	for (size_t i = 0; i < s->from.n; i++)
		oid_list_add(&from, &s->from.v[i].commit);
	for (size_t i = 0; i < s->n_below; i++)
		oid_list_add(&from, &s->below[i].parent);
	for (uint32_t i = 0; i < s->n_classes; i++)
		oid_list_add(&from, &s->class_start[i]);
	rc = walker_walk(s->in->originals.walker, &from, not, &s->elsewhere,
			 s->err);
	free(from.v);
	return rc;
}

static int find_elsewhere(struct search *s)
{
	const struct dag *dag = s->dag;
	struct oid_list not = { 0 };
	int rc = 0;

	for (uint32_t i = 0; !rc && i < dag->n; i++)
		if (dag->nodes[i].flags & NODE_STARTED)
			rc = find_below(s, i);
	if (!rc)
		rc = find_common(s, &not);
	if (!rc) {
		find_classes(s);
		rc = walk(s, &not);
	}
	free(not.v);
	return rc;
}

static void mark_source(struct search *s, const struct original_ref *source)
{
	struct dag *dag = &s->elsewhere.dag;
	uint32_t node = dag_find(dag, &source->commit);

	if (source->unproven) {
		dag_mark(dag, node, UNPROVEN, 0);
		return;
	}
	dag_mark(dag, node, SOURCED, 0);
	if (source->kind == ORIGINAL_FROZEN)
		dag_mark(dag, node, SURE, 0);
	if (source->is_own)
		dag_mark(dag, node, OWN_SHARED, 0);
}

static void mark_elsewhere(struct search *s)
{
	struct dag *dag = &s->elsewhere.dag;

	for (size_t i = 0; i < s->from.n; i++)
		mark_source(s, &s->from.v[i]);
	for (uint32_t i = 0; i < s->n_classes; i++)
		dag_mark(dag, dag_find(dag, &s->class_start[i]),
			   1u << (CLASS_SHIFT + i), 0);
}

/* What is the same */

/* The classes of ours that do not have it in their history anyway. */
static uint32_t news_to(const struct search *s, uint32_t elsewhere)
{
	uint32_t flags = s->elsewhere.dag.nodes[elsewhere].flags;

	return ALL_CLASSES & ~(flags >> CLASS_SHIFT);
}

static int add_patch(struct search *s, const struct oid *oid, uint32_t node,
		     bool ours)
{
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(s->repo, oid, &object, &commit, s->err))
		return -1;
	reverts_add(&s->reverts, commit.message, commit.message_len, oid,
		    ours ? node : DAG_NONE);
	rc = equal_patches_add(&s->patches, oid, &commit, node,
			 ours ? 1u << s->class_of[node] : news_to(s, node),
			 ours, s->err);
	object_release(&object);
	return rc;
}

/* Those of the others that have the flag, and none of `not`. */
static int add_others(struct search *s, uint32_t flag, uint32_t not)
{
	const struct dag *others = &s->elsewhere.dag;

	for (uint32_t i = 0; i < others->n; i++)
		if (others->nodes[i].flags & flag &&
		    !(others->nodes[i].flags & not) &&
		    others->nodes[i].n_parents < 2 &&
		    add_patch(s, &others->nodes[i].oid, i, false))
			return -1;
	return 0;
}

static int find_matches(struct search *s)
{
	const struct dag *ours = s->dag;

	for (uint32_t i = 0; i < ours->n; i++)
		if (ours->nodes[i].flags & NODE_IN_N &&
		    ours->nodes[i].n_parents < 2 &&
		    add_patch(s, &ours->nodes[i].oid, i, true))
			return -1;
	if (add_others(s, SURE, 0) || add_others(s, UNPROVEN, SURE) ||
	    add_others(s, SOURCED, SURE | UNPROVEN))
		return -1;
	reverts_sort(&s->reverts);
	return equal_patches_match(&s->patches, &s->matches, &s->n_matches,
			     s->err);
}

/* Which of the others would matter if a mergetag with them were verified. */
static bool find_wanted(const struct search *s, bool *wanted)
{
	const struct dag *others = &s->elsewhere.dag;
	bool any = false;

	memset(wanted, 0, others->n * sizeof(*wanted));
	for (size_t i = 0; i < s->n_matches; i++) {
		uint32_t node = s->matches[i].other->node;

		wanted[node] = (others->nodes[node].flags &
				(SURE | UNPROVEN)) == UNPROVEN;
		any |= wanted[node];
	}
	return any;
}

/* Without what only mergetags have that are no good. */
static void drop_unproven(struct search *s)
{
	const struct dag *others = &s->elsewhere.dag;
	size_t n = 0;

	for (size_t i = 0; i < s->n_matches; i++)
		if (others->nodes[s->matches[i].other->node].flags & SOURCED)
			s->matches[n++] = s->matches[i];
	s->n_matches = n;
	n = 0;
	for (size_t i = 0; i < s->from.n; i++)
		if (!s->from.v[i].unproven)
			s->from.v[n++] = s->from.v[i];
	s->from.n = n;
}

/* Mergetags are verified only where a copy of what they hold was found. */
static int prove(struct search *s)
{
	bool *wanted = xcalloc(s->elsewhere.dag.n, sizeof(*wanted));
	size_t at = 0;
	int rc = 0;

	while (!rc && at < s->from.n && find_wanted(s, wanted)) {
		rc = past_tags_prove(s->in->signers, &s->from,
				     &s->elsewhere.dag, wanted, &at, s->err);
		if (!rc && at < s->from.n)
			mark_source(s, &s->from.v[at]);
	}
	free(wanted);
	drop_unproven(s);
	s->label = originals_label(s->from.v, s->from.n, &s->elsewhere.dag);
	return rc;
}

/* What excuses a copy */

/* Fills in what a commit of the dag has in its history, itself included. */
static void look_below(struct search *s, uint32_t node)
{
	const struct dag *ours = s->dag, *others = &s->elsewhere.dag;

	if (s->looked_below == node)
		return;
	s->looked_below = node;
	memset(s->has_ours, 0, ours->n * sizeof(*s->has_ours));
	memset(s->has_elsewhere, 0, others->n * sizeof(*s->has_elsewhere));
	dag_see(ours, node, s->has_ours);
	for (size_t i = 0; i < s->n_below; i++)
		if (s->has_ours[s->below[i].child])
			dag_see(others,
				dag_find(others, &s->below[i].parent),
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

struct revert_claim {
	struct search *s;
	const struct patch_match *match;
};

/* Whether it came after the original, and if ours, before our commit. */
static bool comes_after(struct search *s, const struct patch_match *m,
			const struct revert *r)
{
	const struct dag *others = &s->elsewhere.dag;

	if (r->node == DAG_NONE) {
		uint32_t by = dag_find(others, &r->by);

		return others->nodes[by].flags & SOURCED &&
		       dag_leads(others, by, m->other->node);
	}
	look_below(s, m->ours->node);
	return s->has_ours[r->node] && contains(s, r->node, m->other);
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
	if (oid_equal(&r->by, &m->ours->oid) || !comes_after(s, m, r))
		return 0;
	return patch_undoes(s->repo, s->in->scratch, &r->by, &m->other->oid,
			    is, s->err);
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

	*cited = false;
	if (!s->in->originals.tree->backport.n)
		return 0;
	if (repo_read_commit(s->repo, &m->ours->oid, &object, &commit,
			     s->err))
		return -1;
	for (size_t i = 0; i < n && !*cited; i++)
		*cited = cites(commit.message, commit.message_len,
			       &m[i].other->oid);
	object_release(&object);
	return 0;
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
	return &s->from.v[s->label[m->other->node]];
}

/* Whether the original was committed after the copy. */
static int find_younger(struct search *s, const struct patch_match *m,
			bool *younger)
{
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
	*younger = time[1] > time[0];
	return 0;
}

static int add_suspect(struct search *s, const struct patch_match *m,
		       bool cited)
{
	const struct dag *dag = &s->elsewhere.dag;
	uint32_t self = dag_find(dag, &m->ours->oid);
	uint32_t self_flags = self == DAG_NONE ? 0 : dag->nodes[self].flags;
	uint32_t flags = dag->nodes[m->other->node].flags;
	struct suspect suspect = { .match = m, .is_cited = cited,
				   .is_frozen = flags & SURE };

	/* A new version of a tag of one's own is nobody's fault. */
	if (suspect.is_frozen ? self_flags & flags & OWN_SHARED :
	    !m->is_patch || source_of(s, m)->is_own || self_flags & SURE)
		return 0;
	if (suspect.is_frozen && find_younger(s, m, &suspect.is_older))
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
	s->has_elsewhere = xcalloc(s->elsewhere.dag.n,
				   sizeof(*s->has_elsewhere));
	s->looked_below = DAG_NONE;
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

/*
 * Looks at the suspects that one ref has: a copy is in place of the original
 * where the ref lacks that. On `backport` branches a copy that says what it is
 * is welcome.
 */
static void look_at_ref(struct search *s, const struct start *start)
{
	uint32_t node = dag_find(s->dag, &start->commit);
	bool is_backport = start->is_branch &&
		values_match(&s->in->originals.tree->backport, start->name);

	for (size_t i = 0; node != DAG_NONE && i < s->n_suspects; i++) {
		struct suspect *suspect = &s->suspects[i];
		const struct patch_match *m = suspect->match;
		bool has_both = contains(s, node, m->other);

		if (!s->has_ours[m->ours->node] ||
		    (is_backport && suspect->is_cited))
			continue;
		suspect->is_here = true;
		if (suspect->is_frozen && !suspect->is_older && !has_both &&
		    !suspect->instead_in)
			suspect->instead_in = start->name;
	}
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

static void judge_suspects(struct search *s)
{
	for (size_t i = 0; s->n_suspects && i < s->in->starts->n; i++)
		look_at_ref(s, &s->in->starts->v[i]);
	for (size_t i = 0; i < s->n_suspects; i++)
		if (s->suspects[i].is_here)
			add_copy(s, &s->suspects[i]);
}

static void search_release(struct search *s)
{
	free(s->from.v);
	free(s->below);
	free(s->starts);
	free(s->class_of);
	free(s->has_ours);
	free(s->has_elsewhere);
	free(s->label);
	free(s->matches);
	free(s->suspects);
	free(s->reverts.v);
	equal_patches_release(&s->patches);
	history_release(&s->elsewhere);
}

/* Which commits of the dag are ours, or contain one. The caller frees it. */
static bool *find_leads(const struct dag *dag)
{
	bool *leads = xcalloc(dag->n, sizeof(*leads));
	uint32_t *order = dag_topological(dag);

	for (size_t i = 0; i < dag->n; i++) {
		uint32_t node = order[i];
		const uint32_t *parents = dag_parents(dag, node);

		leads[node] = dag->nodes[node].n_parents < 2 &&
			      is_in_n(dag, node);
		for (uint32_t p = 0; p < dag->nodes[node].n_parents; p++)
			leads[node] |= parents[p] != DAG_NONE &&
				       leads[parents[p]];
	}
	free(order);
	return leads;
}

/* Tags that refs with some of ours may lack. */
static int find_past(struct search *s)
{
	struct past_tags_in in = {
		.originals = &s->in->originals, .signers = s->in->signers,
		.bases = s->in->bases,
	};
	bool *leads = find_leads(s->dag);
	struct oid_list starts = { 0 };
	int rc;

	for (size_t i = 0; i < s->in->starts->n; i++) {
		const struct oid *commit = &s->in->starts->v[i].commit;
		uint32_t node = dag_find(s->dag, commit);

		if (node != DAG_NONE && leads[node])
			oid_list_add(&starts, commit);
	}
	free(leads);
	in.starts = starts.v;
	in.n_starts = starts.n;
	rc = past_tags_find(&in, &s->out->past, &s->from, s->err);
	free(starts.v);
	return rc;
}

static int search(struct search *s)
{
	if (originals_find(&s->in->originals, false, &s->from, s->err) ||
	    find_past(s))
		return -1;
	if (!s->from.n)
		return 0;
	if (find_elsewhere(s))
		return -1;
	if (!s->elsewhere.dag.n)
		return 0;
	mark_elsewhere(s);
	if (find_matches(s) || prove(s) || suspect_all(s))
		return -1;
	judge_suspects(s);
	return 0;
}

static bool has_new(const struct dag *dag)
{
	for (uint32_t i = 0; i < dag->n; i++)
		if (is_in_n(dag, i))
			return true;
	return false;
}

int rewritten_find(const struct rewritten_in *in, struct rewritten *out,
		   struct error *err)
{
	struct search s = { .in = in, .repo = in->originals.repo,
			    .dag = in->dag, .out = out, .err = err };
	int rc;

	if (!has_new(in->dag))
		return 0;
	out->by_node = xmalloc(in->dag->n * sizeof(*out->by_node));
	for (size_t i = 0; i < in->dag->n; i++)
		out->by_node[i] = DAG_NONE;
	equal_patches_init(&s.patches, s.repo, in->scratch);
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
