/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/history.h"

#include <stdlib.h>

#include "base/mem.h"
#include "git/read_ahead.h"
#include "git/repo_private.h"
#include "git/walk.h"

/*
 * How many more commits to look at once the rest seems excluded (git's number).
 */
enum { SLOP = 5 };

enum { SEEN = 1, HIDDEN = 2, TIP = 4 };

struct found {
	int64_t time;
	uint32_t at;		/* its number, in the order of finding */
	uint32_t node;
};

struct limit {
	struct walk walk;
	size_t open;		/* queued and not hidden */
	int64_t oldest;		/* date of a commit of the result */
	struct found *found;	/* the result, hidden ones still among it */
	size_t n_found, cap_found;
	size_t most;		/* commits to look at; 0: any number */
	bool is_exact;		/* wanted so, whatever it costs */
	bool is_guess;		/* ended where dates said so */
	bool has_asked;		/* whether the push brought the result */
	const struct oid_list *unread;	/* hidden commits that are not read */
	struct oidmap names;		/* of these; see walk_pushed() */
};

static void enqueue(struct limit *l, uint32_t node)
{
	struct walk_node *n = &l->walk.nodes[node];

	if (n->is_queued)
		return;
	n->flags |= SEEN;
	l->open += !(n->flags & HIDDEN);
	walk_push(&l->walk, node);
}

/* Hides a commit and those of its ancestors that were met already. */
static void hide(struct limit *l, uint32_t start)
{
	uint32_t *todo = NULL;
	size_t n = 0, cap = 0;

	GROW(todo, n, cap);
	todo[n++] = start;
	while (n) {
		struct walk_node *node = &l->walk.nodes[todo[--n]];

		if (node->flags & HIDDEN)
			continue;
		node->flags |= HIDDEN;
		l->open -= node->is_queued;
		for (uint32_t i = 0; node->is_expanded && i < node->n_parents;
		     i++) {
			GROW(todo, n, cap);
			todo[n++] = l->walk.edges[node->parents + i].node;
		}
	}
	free(todo);
}

/*
 * Checks what packed-refs says of tags once the walk reaches their commit. Tips
 * that no walk reaches change nothing.
 */
static int check_tip(struct limit *l, uint32_t node, struct error *err)
{
	const struct walk_node *n = &l->walk.nodes[node];
	struct oid oid = n->oid;

	return n->flags & TIP ? repo_check_peeled(l->walk.repo, &oid, err) : 0;
}

/* Hides a commit that is known by its name to be hidden. */
static int hide_named(struct limit *l, uint32_t node, struct error *err)
{
	struct walk_node *n = &l->walk.nodes[node];

	if (oidmap_get(&l->names, &n->oid) < 0)
		return 0;
	n->flags |= TIP;
	hide(l, node);
	return check_tip(l, node, err);
}

static int add_tips(struct limit *l, const struct oid *oids, size_t n,
		    bool hidden, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t node;

		if (walk_add(&l->walk, &oids[i], &node, err))
			return -1;
		l->walk.nodes[node].flags |= TIP;
		if (hidden)
			hide(l, node);
		else if (hide_named(l, node, err) || check_tip(l, node, err))
			return -1;
		if (!(l->walk.nodes[node].flags & SEEN))
			enqueue(l, node);
	}
	return 0;
}

static int visit(struct limit *l, uint32_t index, struct error *err)
{
	struct walk_node node;

	if (!l->most)
		read_ahead(&l->walk, index, l->is_exact);
	if (check_tip(l, index, err) || walk_expand(&l->walk, index, err))
		return -1;
	node = l->walk.nodes[index];
	for (uint32_t i = 0; i < node.n_parents; i++) {
		uint32_t p = l->walk.edges[node.parents + i].node;

		if (node.flags & HIDDEN)
			hide(l, p);
		else if (hide_named(l, p, err) || check_tip(l, p, err))
			return -1;
		if (!(l->walk.nodes[p].flags & SEEN))
			enqueue(l, p);
	}
	if (node.flags & HIDDEN)
		return 0;
	if (node.time < l->oldest)
		l->oldest = node.time;
	GROW(l->found, l->n_found, l->cap_found);
	l->found[l->n_found] = (struct found){
		node.time, (uint32_t)l->n_found, index,
	};
	l->n_found++;
	return 0;
}

/*
 * Whether the push brought all of the result and nothing of what is queued:
 * then nothing of the result is below that. Asked once, when nothing but hidden
 * commits is queued.
 */
static bool is_of_push(struct limit *l)
{
	struct oid_list brought = { 0 }, there = { 0 };
	bool is;

	if (l->has_asked)
		return false;
	l->has_asked = true;
	for (size_t i = 0; i < l->n_found; i++) {
		const struct walk_node *node =
			&l->walk.nodes[l->found[i].node];

		if (!(node->flags & HIDDEN))
			oid_list_add(&brought, &node->oid);
	}
	for (size_t i = 0; i < l->walk.n; i++)
		if (l->walk.nodes[i].is_queued)
			oid_list_add(&there, &l->walk.nodes[i].oid);
	if (l->unread)
		oid_list_add_all(&there, l->unread);
	is = repo_push_brought(l->walk.repo, &brought, &there);
	free(brought.v);
	free(there.v);
	return is;
}

/*
 * Whether the queue can no longer change the result. For commits of the
 * commit-graph this is certain once only hidden ones are left: what they hide
 * comes after them. It is also certain for what a push brought on top of what
 * was here. For other commits it is as reliable as their dates.
 */
static bool settled(struct limit *l, int *slop)
{
	const struct walk_node *next = &l->walk.nodes[walk_next(&l->walk)];

	if (l->open)
		*slop = SLOP;
	else if (next->generation != WALK_UNKNOWN || is_of_push(l))
		return true;
	else if (l->is_exact || next->time >= l->oldest)
		*slop = SLOP;
	else
		(*slop)--;
	if (*slop <= 0)
		l->is_guess = true;
	return *slop <= 0;
}

static int walk_all(struct limit *l, struct error *err)
{
	int slop = SLOP;

	for (size_t n = 1; l->walk.n_queue; n++) {
		uint32_t node = walk_pop(&l->walk);

		if (l->most && n > l->most)
			return error_set(err, "more than %zu commits", l->most);
		l->open -= !(l->walk.nodes[node].flags & HIDDEN);
		if (visit(l, node, err))
			return -1;
		if (l->walk.n_queue && settled(l, &slop))
			break;
	}
	return 0;
}

/*
 * Without a commit-graph, most of the time goes into reading the hidden
 * commits, since a server has many refs. Most pushes need none of them: they
 * bring all that is new, and build it on what some ref has. So this walks down
 * from what is pushed, and ends where a commit has the name of a hidden one.
 * False if the push is not like that, or if anything is wrong: then walk_tips()
 * finds out.
 */
static bool walk_pushed(struct limit *l, const struct walker *walker,
			const struct oid_list *from, const struct oid_list *not)
{
	enum { MOST = 100 };		/* commits */
	struct error ignored;

	if (walker->floor || repo_commit_graph(walker->repo) ||
	    !repo_has_quarantine(walker->repo))
		return false;
	walk_init(&l->walk, walker->repo);
	l->unread = not;
	for (size_t i = 0; i < not->n; i++)
		oidmap_put(&l->names, &not->v[i], 1);
	if (add_tips(l, from->v, from->n, false, &ignored))
		return false;
	while (l->open) {
		uint32_t node = walk_pop(&l->walk);

		l->open -= !(l->walk.nodes[node].flags & HIDDEN);
		if (l->n_found == MOST || visit(l, node, &ignored))
			return false;
	}
	return is_of_push(l);
}

/*
 * Youngest first. Commits of the same date keep the order in which they were
 * met: children before parents.
 */
static int by_time(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int add_found(struct limit *l, uint32_t *at, struct dag *dag,
		     struct error *err)
{
	for (size_t i = 0; i < l->n_found; i++) {
		const struct walk_node *node =
			&l->walk.nodes[l->found[i].node];

		if (node->flags & HIDDEN)
			continue;
		if (node->is_shallow)
			return walk_cut_off(&node->oid, l->walk.n, err);
		l->walk.repo->rests_on_order |=
			node->position != COMMIT_GRAPH_NONE;
		at[l->found[i].node] = dag_add(dag, &node->oid,
					       node->n_parents);
	}
	return 0;
}

static int collect(struct limit *l, struct history *history,
		   struct error *err)
{
	struct walk *walk = &l->walk;
	struct dag *dag = &history->dag;
	uint32_t *at = xcalloc(walk->n, sizeof(*at));	/* node of the dag */
	int rc;

	for (size_t i = 0; i < walk->n; i++)
		at[i] = DAG_NONE;
	if (l->n_found)
		qsort(l->found, l->n_found, sizeof(*l->found), by_time);
	rc = add_found(l, at, dag, err);
	for (size_t i = 0; !rc && i < walk->n; i++) {
		const struct walk_node *node = &walk->nodes[i];

		if (node->flags & HIDDEN)
			oidmap_put(&history->hidden, &node->oid, 1);
		if (at[i] == DAG_NONE)
			continue;
		for (uint32_t p = 0; p < node->n_parents; p++)
			dag_parents(dag, at[i])[p] =
				at[walk->edges[node->parents + p].node];
	}
	for (size_t i = 0; l->unread && i < l->unread->n; i++)
		oidmap_put(&history->hidden, &l->unread->v[i], 1);
	free(at);
	return rc;
}

static void limit_release(struct limit *l)
{
	walk_release(&l->walk);
	oidmap_release(&l->names);
	free(l->found);
}

/* Hides the edge of a floor, and never goes on from there. */
static int add_floor(struct limit *l, const struct history_floor *floor,
		     struct error *err)
{
	for (size_t i = 0; floor && i < floor->edge->n; i++) {
		uint32_t node;

		if (walk_add(&l->walk, &floor->edge->v[i], &node, err))
			return -1;
		l->walk.nodes[node].flags |= SEEN | HIDDEN;
	}
	return 0;
}

static int walk_tips(struct limit *l, const struct walker *walker,
		     const struct oid_list *from, const struct oid_list *not,
		     struct error *err)
{
	limit_release(l);
	*l = (struct limit){ .oldest = INT64_MAX, .most = walker->most,
			     .is_exact = walker->exact };
	walk_init(&l->walk, walker->repo);
	if (add_floor(l, walker->floor, err) ||
	    add_tips(l, not->v, not->n, true, err) ||
	    add_tips(l, from->v, from->n, false, err))
		return -1;
	return walk_all(l, err);
}

static int walk_down(const struct walker *walker, const struct oid_list *from,
		     const struct oid_list *not, struct history *history,
		     struct error *err)
{
	struct limit l = { .oldest = INT64_MAX };
	bool again = false;
	int rc = 0;

	*history = (struct history){ 0 };
	if (walker->exact)
		repo_check_commit_graph(walker->repo);
	if (!walk_pushed(&l, walker, from, not))
		rc = walk_tips(&l, walker, from, not, err);
	if (!rc)
		rc = collect(&l, history, err);
	history->exact = !l.is_guess || !history->dag.n;
	if (rc) {
		history_release(history);
		again = walk_recover(&l.walk);
	}
	limit_release(&l);
	return again ? walk_down(walker, from, not, history, err) : rc;
}

int history_walk(struct repo *repo, const struct oid *from, size_t n_from,
		 const struct oid *not, size_t n_not, bool exact,
		 struct history *history, struct error *err)
{
	const struct walker walker = { .repo = repo, .exact = exact };
	const struct oid_list tips = { .v = (struct oid *)from, .n = n_from };
	const struct oid_list hidden = { .v = (struct oid *)not, .n = n_not };

	return walk_down(&walker, &tips, &hidden, history, err);
}

static bool is_all_hidden(const struct limit *l)
{
	for (size_t i = 0; i < l->n_found; i++)
		if (!(l->walk.nodes[l->found[i].node].flags & HIDDEN))
			return false;
	return true;
}

bool history_is_within(struct repo *repo, const struct oid_list *commits,
		       const struct oid_list *tips, size_t most)
{
	struct limit l = { .oldest = INT64_MAX, .most = most };
	struct error ignored;
	bool is;

	walk_init(&l.walk, repo);
	is = !add_tips(&l, tips->v, tips->n, true, &ignored) &&
	     !add_tips(&l, commits->v, commits->n, false, &ignored) &&
	     !walk_all(&l, &ignored) && is_all_hidden(&l);
	limit_release(&l);
	return is;
}

void history_release(struct history *history)
{
	dag_release(&history->dag);
	oidmap_release(&history->hidden);
	*history = (struct history){ 0 };
}

/* The tips that do not lie below the floor. */
static struct oid_list above(const struct walker *walker,
			     const struct oid_list *tips)
{
	struct oid_list left = { 0 };

	for (size_t i = 0; i < tips->n; i++)
		if (!walker->floor ||
		    oidmap_get(walker->floor->below, &tips->v[i]) < 0)
			oid_list_add(&left, &tips->v[i]);
	return left;
}

int walker_walk(struct walker *walker, const struct oid_list *from,
		const struct oid_list *not, struct history *history,
		struct error *err)
{
	struct oid_list tips = above(walker, from);
	struct oid_list hidden = above(walker, not);
	int rc = walk_down(walker, &tips, &hidden, history, err);

	if (!rc && !history->exact) {
		GROW(walker->guesses, walker->n_guesses, walker->cap_guesses);
		walker->guesses[walker->n_guesses++] = (struct walk_guess){
			tips, hidden, history->dag.n,
		};
		return 0;
	}
	free(tips.v);
	free(hidden.v);
	return rc;
}

/* An exact walk leaves out commits, and never adds any: counting is enough. */
int walker_confirm(const struct walker *walker, bool *right, struct error *err)
{
	const struct walker again = { .repo = walker->repo, .exact = true,
				      .floor = walker->floor };

	*right = true;
	for (size_t i = 0; *right && i < walker->n_guesses; i++) {
		const struct walk_guess *guess = &walker->guesses[i];
		struct history history;

		if (walk_down(&again, &guess->from, &guess->not, &history, err))
			return -1;
		*right = history.dag.n == guess->n_commits;
		history_release(&history);
	}
	return 0;
}

void walker_release(struct walker *walker)
{
	for (size_t i = 0; i < walker->n_guesses; i++) {
		free(walker->guesses[i].from.v);
		free(walker->guesses[i].not.v);
	}
	free(walker->guesses);
	walker->guesses = NULL;
	walker->n_guesses = walker->cap_guesses = 0;
}
