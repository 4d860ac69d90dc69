/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gather/patches.h"
#include "gather/state.h"

/* Marks on the commits of `elsewhere`. */
enum {
	SURE = 1,		/* in a frozen tag */
	SOURCED = 2,		/* in some source */
	BELOW = 4,		/* an ancestor of N from outside of N */
	OWN_SHARED = 8,		/* in a shared tag of this tree */
};

/*
 * One search: for the commits `ours` of the graph, their originals among what
 * the sources have and not all of ours are built on.
 */
struct search {
	struct gather *g;
	struct copy_source *sources;
	size_t n_sources;
	struct oid_list below;		/* parents outside of the graph */
	bool is_rooted;			/* one of ours is on top of nothing */
	struct history elsewhere;
	uint32_t *label;		/* see sources_label() */
	struct patches patches;		/* ours first, then the others */
	struct patch_match *matches;
	size_t n_matches;
	/* Who reverts what: see is_reverted(). */
	struct revert {
		struct oid reverted;
		uint32_t by;		/* node of the graph; NONE: elsewhere */
	} *reverts;
	size_t n_reverts, cap_reverts;
};

/* Where to look */

static bool has(const struct oid_list *list, const struct oid *oid)
{
	for (size_t i = 0; i < list->n; i++)
		if (oid_equal(&list->v[i], oid))
			return true;
	return false;
}

static void add_once(struct oid_list *list, const struct oid *oid)
{
	if (!has(list, oid))
		oid_list_add(list, oid);
}

static bool is_in_n(const struct graph *graph, uint32_t node)
{
	return node != GRAPH_NONE && graph->nodes[node].flags & NODE_IN_N;
}

/*
 * The parents outside of the graph, and one parent, `starts`, of each commit
 * that is on top of none of ours: all of ours contain one of these.
 */
static int find_below(struct search *s, uint32_t i, struct oid_list *starts)
{
	struct gather *g = s->g;
	const struct graph *graph = &g->history.graph;
	const struct graph_node *node = &graph->nodes[i];
	struct object object;
	struct commit commit;
	bool is_lowest = is_in_n(graph, i), is_edge = false;

	for (uint32_t p = 0; p < node->n_parents; p++) {
		is_lowest &= !is_in_n(graph, graph_parents(graph, i)[p]);
		is_edge |= graph_parents(graph, i)[p] == GRAPH_NONE;
	}
	if (!is_lowest && !is_edge)
		return 0;
	if (repo_read_commit(g->repo, &node->oid, &object, &commit, g->err))
		return -1;
	for (uint32_t p = 0; p < node->n_parents; p++) {
		struct oid parent = commit_parent(&commit, p);

		if (graph_parents(graph, i)[p] == GRAPH_NONE)
			add_once(&s->below, &parent);
		if (is_lowest && !p)
			add_once(starts, &parent);
	}
	if (is_lowest && !node->n_parents)
		s->is_rooted = true;
	object_release(&object);
	return 0;
}

/* A commit that all of `starts` contain: what it holds, all of ours have. */
static int find_common(struct search *s, const struct oid_list *starts,
		       struct oid_list *common)
{
	struct merge_bases *bases = &s->g->changes.bases;
	struct oid oid;

	if (!starts->n || s->is_rooted)
		return 0;
	oid = starts->v[0];
	for (size_t i = 1; i < starts->n; i++) {
		if (merge_bases_find(bases, &oid, 1, &starts->v[i],
				     s->g->err))
			return -1;
		if (!bases->n_found)
			return 0;
		oid = bases->found[0];
	}
	oid_list_add(common, &oid);
	return 0;
}

static int walk(struct search *s, const struct oid_list *not)
{
	struct gather *g = s->g;
	struct oid_list from = { 0 };
	int rc;

	for (size_t i = 0; i < s->n_sources; i++)
		oid_list_add(&from, &s->sources[i].commit);
	for (size_t i = 0; i < s->below.n; i++)
		oid_list_add(&from, &s->below.v[i]);
	rc = history_walk(g->repo, from.v, from.n, not->v, not->n,
			  g->is_exact, &s->elsewhere, g->err);
	free(from.v);
	if (!rc)
		g->is_doubtful |= !s->elsewhere.exact;
	return rc;
}

static int find_elsewhere(struct search *s)
{
	struct gather *g = s->g;
	const struct graph *graph = &g->history.graph;
	struct oid_list not = { 0 }, starts = { 0 };
	int rc = 0;

	for (uint32_t i = 0; !rc && i < graph->n; i++)
		if (graph->nodes[i].flags & NODE_STARTED)
			rc = find_below(s, i, &starts);
	if (!rc)
		rc = find_common(s, &starts, &not);
	if (!rc)
		rc = walk(s, &not);
	free(not.v);
	free(starts.v);
	return rc;
}

static void mark_elsewhere(struct search *s)
{
	struct graph *graph = &s->elsewhere.graph;

	s->label = sources_label(s->sources, s->n_sources, graph);
	for (size_t i = 0; i < s->n_sources; i++) {
		const struct copy_source *source = &s->sources[i];
		uint32_t node = graph_find(graph, &source->commit);

		graph_mark(graph, node, SOURCED, 0);
		if (source->kind == SOURCE_FROZEN)
			graph_mark(graph, node, SURE, 0);
		if (source->is_own)
			graph_mark(graph, node, OWN_SHARED, 0);
	}
	for (size_t i = 0; i < s->below.n; i++)
		graph_mark(graph, graph_find(graph, &s->below.v[i]), BELOW, 0);
}

/* What is the same */

static void add_revert(struct search *s, const struct oid *reverted,
		       uint32_t by)
{
	GROW(s->reverts, s->n_reverts, s->cap_reverts);
	s->reverts[s->n_reverts++] = (struct revert){ *reverted, by };
}

/* "This reverts commit <name>", as git-revert(1) writes it. */
static void find_reverts(struct search *s, const struct commit *commit,
			 uint32_t by)
{
	static const char words[] = "This reverts commit ";
	const size_t n = sizeof(words) - 1;
	const char *p = commit->message, *end = p + commit->message_len;
	struct oid oid;

	while ((p = memmem(p, (size_t)(end - p), words, n))) {
		p += n;
		if (end - p >= OID_HEX && oid_parse(&oid, p, OID_HEX))
			add_revert(s, &oid, by);
	}
}

static int add_patch(struct search *s, const struct oid *oid, uint32_t node,
		     bool ours)
{
	struct gather *g = s->g;
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(g->repo, oid, &object, &commit, g->err))
		return -1;
	find_reverts(s, &commit, ours ? node : GRAPH_NONE);
	rc = patches_add(&s->patches, oid, &commit, node, ours, g->err);
	object_release(&object);
	return rc;
}

static int find_matches(struct search *s)
{
	const struct graph *ours = &s->g->history.graph;
	const struct graph *others = &s->elsewhere.graph;

	for (uint32_t i = 0; i < ours->n; i++)
		if (ours->nodes[i].flags & NODE_IN_N &&
		    ours->nodes[i].n_parents < 2 &&
		    add_patch(s, &ours->nodes[i].oid, i, true))
			return -1;
	for (uint32_t i = 0; i < others->n; i++)
		if (others->nodes[i].flags & SOURCED &&
		    others->nodes[i].n_parents < 2 &&
		    add_patch(s, &others->nodes[i].oid, i, false))
			return -1;
	return patches_match(&s->patches, &s->matches, &s->n_matches,
			     s->g->err);
}

/* What excuses a copy */

/* Whether our commit has the other one in its history. */
static int contains(struct search *s, const struct patch_match *m,
		    bool *contains)
{
	const struct graph *graph = &s->g->history.graph;
	uint32_t to = graph_find(graph, &m->other->oid);

	*contains = to != GRAPH_NONE && graph_leads(graph, m->ours->node, to);
	if (*contains ||
	    !(s->elsewhere.graph.nodes[m->other->node].flags & BELOW))
		return 0;
	return history_contains(s->g->repo, &m->ours->oid, 1, &m->other->oid,
				contains, s->g->err);
}

/*
 * Whether the original, or another copy of it, was reverted: in the history
 * that has the original, or in our commit's own.
 */
static bool is_reverted(struct search *s, const struct patch_match *m)
{
	for (size_t i = 0; i < s->n_reverts; i++) {
		const struct revert *r = &s->reverts[i];

		if (oid_equal(&r->reverted, &m->other->oid) &&
		    (r->by == GRAPH_NONE ||
		     graph_leads(&s->g->history.graph, m->ours->node, r->by)))
			return true;
	}
	return false;
}

static bool names(const char *text, const char *end, const struct oid *oid,
		  const char *behind)
{
	char hex[OID_HEX + 1];
	size_t n = 0, len = strlen(behind);

	oid_format(hex, oid);
	while (text + n < end && n < OID_HEX &&
	       tolower((unsigned char)text[n]) == hex[n])
		n++;
	text += n;
	return n >= 7 && (text == end || !isxdigit((unsigned char)*text)) &&
	       (size_t)(end - text) >= len && !memcmp(text, behind, len);
}

/* git-cherry-pick(1) -x, and the two ways of Linux's stable trees. */
static bool cites(const struct commit *commit, const struct oid *oid)
{
	static const struct {
		const char *before, *behind;
	} words[] = {
		{ "(cherry picked from commit ", "" },
		{ "commit ", " upstream" },
		{ "Upstream commit ", "" },
	};
	const char *start = commit->message;
	const char *end = start + commit->message_len;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].before);
		const char *p = start;

		while ((p = memmem(p, (size_t)(end - p), words[i].before,
				   n))) {
			p += n;
			if (names(p, end, oid, words[i].behind))
				return true;
		}
	}
	return false;
}

/* Whether it is on `backport` branches alone, and says what it is a copy of. */
static int is_backport(struct search *s, const struct patch_match *m, bool *is)
{
	struct gather *g = s->g;
	uint32_t flags = g->history.graph.nodes[m->ours->node].flags;
	struct object object;
	struct commit commit;

	*is = false;
	if (!(flags & NODE_BACKPORT) || flags & NODE_ELSEWHERE)
		return 0;
	if (repo_read_commit(g->repo, &m->ours->oid, &object, &commit, g->err))
		return -1;
	*is = cites(&commit, &m->other->oid);
	object_release(&object);
	return 0;
}

/* Verdicts */

static void add_copy(struct search *s, const struct patch_match *m,
		     bool frozen)
{
	struct gather *g = s->g;
	const struct copy_source *source =
		&s->sources[s->label[m->other->node]];
	uint32_t *at = &g->copy_of[m->ours->node];

	/* One in a frozen tag says more than one that is not. */
	if (*at != GRAPH_NONE && (g->copies[*at].is_frozen || !frozen))
		return;
	if (*at == GRAPH_NONE) {
		GROW(g->copies, g->n_copies, g->cap_copies);
		*at = (uint32_t)g->n_copies++;
	}
	g->copies[*at] = (struct copy_fact){
		.original = m->other->oid, .ref = source->ref,
		.tree = source->tree, .is_frozen = frozen,
		.is_patch = m->is_patch,
	};
}

static void judge_match(struct search *s, const struct patch_match *m)
{
	const struct copy_source *source =
		&s->sources[s->label[m->other->node]];
	const struct graph *graph = &s->elsewhere.graph;
	uint32_t self = graph_find(graph, &m->ours->oid);
	uint32_t self_flags = self == GRAPH_NONE ? 0 :
			      graph->nodes[self].flags;
	uint32_t flags = graph->nodes[m->other->node].flags;
	bool frozen = flags & SURE;

	/* A new version of a tag of one's own is nobody's fault. */
	if (frozen ? !(self_flags & flags & OWN_SHARED) :
	    m->is_patch && !source->is_own && !(self_flags & SURE))
		add_copy(s, m, frozen);
}

static int is_excused(struct search *s, const struct patch_match *m,
		      bool *excused)
{
	*excused = is_reverted(s, m);
	if (!*excused && is_backport(s, m, excused))
		return -1;
	return *excused ? 0 : contains(s, m, excused);
}

/*
 * All the originals of one commit. What excuses it as a copy of one of them
 * does so for the others, which are copies of each other.
 */
static int judge_matches(struct search *s, const struct patch_match *m,
			 size_t n)
{
	bool excused = false;

	for (size_t i = 0; !excused && i < n; i++)
		if (is_excused(s, &m[i], &excused))
			return -1;
	for (size_t i = 0; !excused && i < n; i++)
		judge_match(s, &m[i]);
	return 0;
}

static int judge_all(struct search *s)
{
	size_t end;

	for (size_t i = 0; i < s->n_matches; i = end) {
		end = i + 1;
		while (end < s->n_matches &&
		       s->matches[end].ours == s->matches[i].ours)
			end++;
		if (judge_matches(s, &s->matches[i], end - i))
			return -1;
	}
	return 0;
}

static void search_release(struct search *s)
{
	free(s->sources);
	free(s->below.v);
	free(s->label);
	free(s->matches);
	free(s->reverts);
	patches_release(&s->patches);
	history_release(&s->elsewhere);
}

static int search(struct gather *g)
{
	struct search s = { .g = g };
	int rc;

	patches_init(&s.patches, g->repo, g->scratch);
	rc = gather_sources(g, false, &s.sources, &s.n_sources);
	if (!rc && s.n_sources)
		rc = find_elsewhere(&s);
	if (!rc && s.elsewhere.graph.n) {
		mark_elsewhere(&s);
		rc = find_matches(&s);
	}
	if (!rc)
		rc = judge_all(&s);
	search_release(&s);
	return rc;
}

static void mark_backports(struct gather *g)
{
	struct graph *graph = &g->history.graph;

	for (size_t i = 0; i < g->n_starts && g->tree->backport.n; i++) {
		const struct start *start = &g->starts[i];
		bool is = values_match(&g->tree->backport, start->name);

		if (start->is_branch)
			graph_mark(graph, graph_find(graph, &start->commit),
				   is ? NODE_BACKPORT : NODE_ELSEWHERE, 0);
	}
}

static bool has_new(const struct graph *graph)
{
	for (uint32_t i = 0; i < graph->n; i++)
		if (is_in_n(graph, i))
			return true;
	return false;
}

int gather_copies(struct gather *g)
{
	const struct rule_config *config = g->policy->rules;
	const struct graph *graph = &g->history.graph;

	g->copy_of = xcalloc(graph->n, sizeof(*g->copy_of));
	for (size_t i = 0; i < graph->n; i++)
		g->copy_of[i] = GRAPH_NONE;
	mark_backports(g);
	if (!has_new(graph) ||
	    (config[RULE_REBASED_TAG].severity == SEVERITY_OFF &&
	     config[RULE_DUPLICATE_PATCH].severity == SEVERITY_OFF))
		return 0;
	return search(g);
}
