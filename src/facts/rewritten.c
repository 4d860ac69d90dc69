/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/equal_patches.h"
#include "facts/state.h"

/* Marks on the commits of `elsewhere`. */
enum {
	SURE = 1,		/* in a frozen tag */
	SOURCED = 2,		/* in some source */
	OWN_SHARED = 4,		/* in a shared tag of this tree */
};

/*
 * Ours fall into classes by the commit that they start from. What that one has
 * is no news to the class: a bit of each class, from CLASS_SHIFT on, marks it
 * elsewhere. The last class is of those that no bit is left for.
 */
enum { CLASS_SHIFT = 8, REST = 23, ALL_CLASSES = (1 << (REST + 1)) - 1 };

/* Nobody undoes more at a time, but a message can say so. */
enum { MAX_REVERTS = 100, MIN_ABBREV = 7 };

/*
 * One search: for the commits `ours` of the dag, their originals among what
 * the sources have and not all of ours are built on.
 */
struct search {
	struct gather *g;
	struct copy_source *sources;
	size_t n_sources;
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
	uint32_t *label;		/* see sources_label() */
	struct patches patches;		/* ours first, then the others */
	struct patch_match *matches;
	size_t n_matches;
	struct revert {			/* sorted: see by_reverted() */
		struct oid reverted;	/* its first digits, then zeros */
		size_t n_digits;
		struct oid by;
		uint32_t node;		/* of the dag; NONE: elsewhere */
	} *reverts;
	size_t n_reverts, cap_reverts;
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
	struct gather *g = s->g;
	const struct dag *dag = &g->commits.history.dag;
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
	if (repo_read_commit(g->repo, &node->oid, &object, &commit, g->err))
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
	struct merge_bases *bases = &s->g->changes.bases;
	struct oid oid;

	if (!s->n_starts || s->is_rooted)
		return 0;
	oid = s->starts[0].parent;
	for (size_t i = 1; i < s->n_starts; i++) {
		if (merge_bases_find(bases, &oid, 1, &s->starts[i].parent,
				     s->g->err))
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
	const struct dag *dag = &s->g->commits.history.dag;
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

	for (size_t i = 0; i < s->n_sources; i++)
		oid_list_add(&from, &s->sources[i].commit);
	for (size_t i = 0; i < s->n_below; i++)
		oid_list_add(&from, &s->below[i].parent);
	for (uint32_t i = 0; i < s->n_classes; i++)
		oid_list_add(&from, &s->class_start[i]);
	rc = walker_walk(&s->g->walker, &from, not, &s->elsewhere, s->g->err);
	free(from.v);
	return rc;
}

static int find_elsewhere(struct search *s)
{
	struct gather *g = s->g;
	const struct dag *dag = &g->commits.history.dag;
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

static void mark_elsewhere(struct search *s)
{
	struct dag *dag = &s->elsewhere.dag;

	s->label = sources_label(s->sources, s->n_sources, dag);
	for (size_t i = 0; i < s->n_sources; i++) {
		const struct copy_source *source = &s->sources[i];
		uint32_t node = dag_find(dag, &source->commit);

		dag_mark(dag, node, SOURCED, 0);
		if (source->kind == SOURCE_FROZEN)
			dag_mark(dag, node, SURE, 0);
		if (source->is_own)
			dag_mark(dag, node, OWN_SHARED, 0);
	}
	for (uint32_t i = 0; i < s->n_classes; i++)
		dag_mark(dag, dag_find(dag, &s->class_start[i]),
			   1u << (CLASS_SHIFT + i), 0);
}

/* What is the same */

/* How many hexadecimal digits the text begins with, a name's at most. */
static size_t count_digits(const char *text, const char *end)
{
	size_t n = 0;

	while (n < OID_HEX && text + n < end &&
	       isxdigit((unsigned char)text[n]))
		n++;
	return n;
}

/* The first digits of a name, and zeros. */
static struct oid oid_prefix(const char *text, size_t n)
{
	char hex[OID_HEX];
	struct oid oid;

	for (size_t i = 0; i < OID_HEX; i++)
		hex[i] = i < n ? (char)tolower((unsigned char)text[i]) : '0';
	oid_parse(&oid, hex, OID_HEX);
	return oid;
}

/* "This reverts commit <name>", as git-revert(1) writes it. */
static void find_reverts(struct search *s, const struct oid *oid,
			 const struct commit *commit, uint32_t node)
{
	static const char words[] = "This reverts commit ";
	const size_t n = sizeof(words) - 1;
	const char *p = commit->message, *end = p + commit->message_len;
	size_t digits;

	for (int i = 0; i < MAX_REVERTS &&
	     (p = memmem(p, (size_t)(end - p), words, n)); i++) {
		p += n;
		digits = count_digits(p, end);
		if (digits < MIN_ABBREV)
			continue;
		GROW(s->reverts, s->n_reverts, s->cap_reverts);
		s->reverts[s->n_reverts++] = (struct revert){
			oid_prefix(p, digits), digits, *oid, node
		};
	}
}

static int by_reverted(const void *a, const void *b)
{
	const struct revert *x = a, *y = b;
	int cmp = oid_cmp(&x->reverted, &y->reverted);

	return cmp ? cmp : x->n_digits < y->n_digits ? -1 :
	       x->n_digits > y->n_digits;
}

/* The classes of ours that do not have it in their history anyway. */
static uint32_t news_to(const struct search *s, uint32_t elsewhere)
{
	uint32_t flags = s->elsewhere.dag.nodes[elsewhere].flags;

	return ALL_CLASSES & ~(flags >> CLASS_SHIFT);
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
	find_reverts(s, oid, &commit, ours ? node : DAG_NONE);
	rc = patches_add(&s->patches, oid, &commit, node,
			 ours ? 1u << s->class_of[node] : news_to(s, node),
			 ours, g->err);
	object_release(&object);
	return rc;
}

/* Those of the others that have all of these flags, or lack one. */
static int add_others(struct search *s, uint32_t flags, bool have)
{
	const struct dag *others = &s->elsewhere.dag;

	for (uint32_t i = 0; i < others->n; i++)
		if (others->nodes[i].flags & SOURCED &&
		    others->nodes[i].n_parents < 2 &&
		    ((others->nodes[i].flags & flags) == flags) == have &&
		    add_patch(s, &others->nodes[i].oid, i, false))
			return -1;
	return 0;
}

static int find_matches(struct search *s)
{
	const struct dag *ours = &s->g->commits.history.dag;

	for (uint32_t i = 0; i < ours->n; i++)
		if (ours->nodes[i].flags & NODE_IN_N &&
		    ours->nodes[i].n_parents < 2 &&
		    add_patch(s, &ours->nodes[i].oid, i, true))
			return -1;
	if (add_others(s, SURE, true) || add_others(s, SURE, false))
		return -1;
	if (s->n_reverts)
		qsort(s->reverts, s->n_reverts, sizeof(*s->reverts),
		      by_reverted);
	return patches_match(&s->patches, &s->matches, &s->n_matches,
			     s->g->err);
}

/* What excuses a copy */

/* Fills in what that commit of ours has in its history. */
static void look_below(struct search *s, uint32_t node)
{
	const struct dag *ours = &s->g->commits.history.dag;
	const struct dag *others = &s->elsewhere.dag;

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

/* Whether our commit has the other one in its history. */
static bool contains(struct search *s, const struct patch_match *m)
{
	uint32_t to = dag_find(&s->g->commits.history.dag, &m->other->oid);

	look_below(s, m->ours->node);
	return (to != DAG_NONE && s->has_ours[to]) ||
	       s->has_elsewhere[m->other->node];
}

/*
 * Whether what says that it reverts the original does: it is not the copy, is
 * in the history that has the original or in our commit's own, and changes what
 * the original did.
 */
static int counts(struct search *s, const struct patch_match *m,
		  const struct revert *r, bool *does)
{
	*does = false;
	if (oid_equal(&r->by, &m->ours->oid))
		return 0;
	look_below(s, m->ours->node);
	if (r->node != DAG_NONE && !s->has_ours[r->node])
		return 0;
	return patches_share_path(&s->patches, &r->by, &m->other->oid, does,
				  s->g->err);
}

/* The first that names the commit by so many digits, or one behind it. */
static size_t first_revert(const struct search *s, const struct revert *key)
{
	size_t low = 0, high = s->n_reverts;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_reverted(&s->reverts[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Whether the original, or another copy of it, was reverted. */
static int is_reverted(struct search *s, const struct patch_match *m, bool *is)
{
	char hex[OID_HEX + 1];

	*is = false;
	oid_format(hex, &m->other->oid);
	for (size_t n = MIN_ABBREV; s->n_reverts && n <= OID_HEX; n++) {
		struct revert key = { oid_prefix(hex, n), n, { { 0 } }, 0 };

		for (size_t i = first_revert(s, &key); !*is &&
		     i < s->n_reverts && !by_reverted(&s->reverts[i], &key);
		     i++)
			if (counts(s, m, &s->reverts[i], is))
				return -1;
	}
	return 0;
}

static bool names(const char *text, const char *end, const struct oid *oid,
		  const char *behind)
{
	size_t n = count_digits(text, end), len = strlen(behind);
	struct oid said = oid_prefix(text, n), is;
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	is = oid_prefix(hex, n);
	text += n;
	return n >= MIN_ABBREV && oid_equal(&said, &is) &&
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
	uint32_t flags = g->commits.history.dag.nodes[m->ours->node].flags;
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
	if (*at != DAG_NONE && (g->copies[*at].is_frozen || !frozen))
		return;
	if (*at == DAG_NONE) {
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
	const struct dag *dag = &s->elsewhere.dag;
	uint32_t self = dag_find(dag, &m->ours->oid);
	uint32_t self_flags = self == DAG_NONE ? 0 :
			      dag->nodes[self].flags;
	uint32_t flags = dag->nodes[m->other->node].flags;
	bool frozen = flags & SURE;

	/* A new version of a tag of one's own is nobody's fault. */
	if (frozen ? !(self_flags & flags & OWN_SHARED) :
	    m->is_patch && !source->is_own && !(self_flags & SURE))
		add_copy(s, m, frozen);
}

/* What a match is excused as: what follows for the commit's other matches. */
enum excuse { EXCUSE_NONE, EXCUSE_WHO, EXCUSE_ALL };

static int find_excuse(struct search *s, const struct patch_match *m,
		       enum excuse *excuse)
{
	enum excuse best = m->is_patch ? EXCUSE_ALL : EXCUSE_WHO;
	bool is = contains(s, m);

	*excuse = EXCUSE_NONE;
	if (!is && is_reverted(s, m, &is))
		return -1;
	if (is)
		*excuse = best;
	if (*excuse == EXCUSE_ALL)
		return 0;
	if (is_backport(s, m, &is))
		return -1;
	if (is)
		*excuse = EXCUSE_ALL;
	return 0;
}

/*
 * All the originals of one commit. What excuses it as a copy of one of them
 * does so for the others, which are copies of each other; but the same author,
 * date and subject, which are easily had, excuse nothing with the same patch.
 */
static int judge_matches(struct search *s, const struct patch_match *m,
			 size_t n)
{
	enum excuse excuse = EXCUSE_NONE, one;

	for (size_t i = 0; excuse != EXCUSE_ALL && i < n; i++) {
		if (find_excuse(s, &m[i], &one))
			return -1;
		excuse = one > excuse ? one : excuse;
	}
	for (size_t i = 0; excuse != EXCUSE_ALL && i < n; i++)
		if (m[i].is_patch || excuse == EXCUSE_NONE)
			judge_match(s, &m[i]);
	return 0;
}

static int judge_all(struct search *s)
{
	size_t end;

	s->has_ours = xcalloc(s->g->commits.history.dag.n,
			      sizeof(*s->has_ours));
	s->has_elsewhere = xcalloc(s->elsewhere.dag.n,
				   sizeof(*s->has_elsewhere));
	s->looked_below = DAG_NONE;
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
	free(s->below);
	free(s->starts);
	free(s->class_of);
	free(s->has_ours);
	free(s->has_elsewhere);
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
	if (!rc && s.elsewhere.dag.n) {
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
	struct dag *dag = &g->commits.history.dag;

	for (size_t i = 0; g->tree->backport.n && i < g->commits.starts.n;
	     i++) {
		const struct start *start = &g->commits.starts.v[i];
		bool is = values_match(&g->tree->backport, start->name);

		if (start->is_branch)
			dag_mark(dag, dag_find(dag, &start->commit),
				   is ? NODE_BACKPORT : NODE_ELSEWHERE, 0);
	}
}

static bool has_new(const struct dag *dag)
{
	for (uint32_t i = 0; i < dag->n; i++)
		if (is_in_n(dag, i))
			return true;
	return false;
}

int gather_copies(struct gather *g)
{
	const struct dag *dag = &g->commits.history.dag;

	g->copy_of = xcalloc(dag->n, sizeof(*g->copy_of));
	for (size_t i = 0; i < dag->n; i++)
		g->copy_of[i] = DAG_NONE;
	mark_backports(g);
	if (!has_new(dag) || !(g->needs & NEED_COPIES))
		return 0;
	return search(g);
}
