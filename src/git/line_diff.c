/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/line_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Lines that are there more often are left to another algorithm. */
enum { MAX_COUNT = 64, MAX_DEPTH = 500 };

/* One version, and which of its lines changed. */
struct version {
	const uint32_t *lines;
	size_t n;
	bool *changed;			/* of the line before the first, and of
					 * that after the last, too */
};

static struct version version_of(const struct lines *lines)
{
	bool *changed = xcalloc(lines->n + 2, sizeof(*changed));

	return (struct version){ lines->v, lines->n, changed + 1 };
}

static void version_release(struct version *version)
{
	free(version->changed - 1);
}

/* Histogram */

/* Lines of the old version and of the new one; an end is not in it. */
struct range {
	size_t old, old_end;
	size_t new, new_end;
};

/* Numbers of lines of the old version begin at 1 here: 0 is none. */
struct histogram {
	struct version *old, *new;
	size_t *first;			/* of the range, by the line's number */
	size_t *count;
	size_t *next;			/* of the same number, by the line */
	int64_t *steps;
	/* While looking for the best common lines: */
	struct range best;
	size_t least;			/* of these, how often the rarest is
					 * there; MAX_COUNT + 1: none yet */
	bool has_common;
};

static bool is_same(const struct histogram *h, size_t old, size_t new)
{
	--*h->steps;
	return h->old->lines[old] == h->new->lines[new];
}

static void count_lines(struct histogram *h, const struct range *r)
{
	for (size_t i = r->old_end; i-- > r->old;) {
		uint32_t id = h->old->lines[i];

		h->next[i] = h->first[id];
		h->first[id] = i + 1;
		h->count[id]++;
	}
}

static void forget_lines(struct histogram *h, const struct range *r)
{
	for (size_t i = r->old; i < r->old_end; i++) {
		h->first[h->old->lines[i]] = 0;
		h->count[h->old->lines[i]] = 0;
	}
}

static void take_least(const struct histogram *h, size_t old, size_t *least)
{
	size_t count = h->count[h->old->lines[old]];

	if (*least > 1 && count < *least)
		*least = count;
}

/*
 * Takes two equal lines, and as many around them as are equal, too. `*least` is
 * how often the rarest of them is there.
 */
static struct range widen(const struct histogram *h, const struct range *r,
			  size_t old, size_t new, size_t *least)
{
	struct range w = { old, old + 1, new, new + 1 };

	*least = h->count[h->old->lines[old]];
	while (w.old > r->old && w.new > r->new &&
	       is_same(h, w.old - 1, w.new - 1)) {
		w.old--;
		w.new--;
		take_least(h, w.old, least);
	}
	while (w.old_end < r->old_end && w.new_end < r->new_end &&
	       is_same(h, w.old_end, w.new_end)) {
		take_least(h, w.old_end, least);
		w.old_end++;
		w.new_end++;
	}
	return w;
}

/* Looks for the lines around a new one. Returns where to look next. */
static size_t try_line(struct histogram *h, const struct range *r, size_t new)
{
	uint32_t id = h->new->lines[new];
	size_t at = h->first[id], go_on = new + 1, least;

	--*h->steps;
	h->has_common |= at;
	if (h->count[id] > h->least)
		return go_on;
	while (at) {
		struct range w = widen(h, r, at - 1, new, &least);

		if (go_on < w.new_end)
			go_on = w.new_end;
		if (h->best.old_end - h->best.old < w.old_end - w.old ||
		    least < h->least) {
			h->best = w;
			h->least = least;
		}
		for (at = h->next[at - 1]; at && at <= w.old_end;
		     at = h->next[at - 1])
			--*h->steps;
	}
	return go_on;
}

/*
 * Finds the common lines that divide the range best: `best` is empty where it
 * has none. -1 where all that it has are too common.
 */
static int find_best(struct histogram *h, const struct range *r)
{
	size_t at = r->new;

	h->best = (struct range){ 0 };
	h->least = MAX_COUNT + 1;
	h->has_common = false;
	count_lines(h, r);
	while (at < r->new_end && *h->steps > 0)
		at = try_line(h, r, at);
	forget_lines(h, r);
	*h->steps -= (int64_t)(r->old_end - r->old);
	return *h->steps <= 0 || (h->has_common && h->least > MAX_COUNT) ? -1 :
	       0;
}

static void mark_all(struct histogram *h, const struct range *r)
{
	memset(h->old->changed + r->old, true, r->old_end - r->old);
	memset(h->new->changed + r->new, true, r->new_end - r->new);
}

static int compare(struct histogram *h, struct range r, int depth)
{
	while (r.old < r.old_end && r.new < r.new_end) {
		struct range before = r;

		if (find_best(h, &r))
			return -1;
		if (!h->best.old_end)
			break;
		before.old_end = h->best.old;
		before.new_end = h->best.new;
		r.old = h->best.old_end;
		r.new = h->best.new_end;
		if (depth == MAX_DEPTH || compare(h, before, depth + 1))
			return -1;
	}
	mark_all(h, &r);
	return 0;
}

static int compare_all(struct version *old, struct version *new, size_t n_ids,
		       int64_t *steps)
{
	struct histogram h = {
		.old = old, .new = new, .steps = steps,
		.first = xcalloc(n_ids, sizeof(*h.first)),
		.count = xcalloc(n_ids, sizeof(*h.count)),
		.next = xcalloc(old->n, sizeof(*h.next)),
	};
	int rc = compare(&h, (struct range){ 0, old->n, 0, new->n }, 0);

	free(h.first);
	free(h.count);
	free(h.next);
	return rc;
}

/* Groups of changed lines */

/* There is one, maybe empty, before each line that did not change. */
struct group {
	size_t from, end;
};

static void take_changed(const struct version *v, struct group *g)
{
	while (v->changed[g->end])
		g->end++;
}

static bool next_group(const struct version *v, struct group *g)
{
	if (g->end == v->n)
		return false;
	g->from = ++g->end;
	take_changed(v, g);
	return true;
}

static void previous_group(const struct version *v, struct group *g)
{
	if (!g->from)
		return;
	g->end = --g->from;
	while (g->from && v->changed[g->from - 1])
		g->from--;
}

/* Slides a group by one line. It takes in the groups that it meets. */
static bool slide_down(struct version *v, struct group *g)
{
	if (g->end == v->n || v->lines[g->from] != v->lines[g->end])
		return false;
	v->changed[g->from++] = false;
	v->changed[g->end++] = true;
	take_changed(v, g);
	return true;
}

static bool slide_up(struct version *v, struct group *g)
{
	if (!g->from || v->lines[g->from - 1] != v->lines[g->end - 1])
		return false;
	v->changed[--g->from] = true;
	v->changed[--g->end] = false;
	while (g->from && v->changed[g->from - 1])
		g->from--;
	return true;
}

static bool is_empty(const struct group *g)
{
	return g->from == g->end;
}

/*
 * Slides a group up and down as far as it goes, together with the group of the
 * other version at the same place. `*top` is where it ends at its highest.
 * Returns whether it met a group of the other version on the way.
 */
static bool slide(struct version *v, struct group *g, struct version *other,
		  struct group *o, size_t *top)
{
	bool met;

	while (slide_up(v, g))
		previous_group(other, o);
	*top = g->end;
	met = !is_empty(o);
	while (slide_down(v, g)) {
		next_group(other, o);
		met |= !is_empty(o);
	}
	return met;
}

/* Whether two groups have a line in common. */
static bool is_common(const struct version *v, const struct group *g,
		      const struct version *other, const struct group *o,
		      int64_t *steps)
{
	*steps -= (int64_t)((g->end - g->from) * (o->end - o->from));
	for (size_t i = g->from; *steps > 0 && i < g->end; i++)
		for (size_t j = o->from; j < o->end; j++)
			if (v->lines[i] == other->lines[j])
				return true;
	return false;
}

/*
 * Slides one group to its place: as far down as it goes, but up to the last
 * group of the other version that it met. -1 where these have lines in common
 * now: git compares them again, but only since 2.54.
 */
static int place_group(struct version *v, struct group *g,
		       struct version *other, struct group *o, int64_t *steps)
{
	const struct group was = *g;
	size_t n, top;
	bool met;

	do {
		n = g->end - g->from;
		met = slide(v, g, other, o, &top);
		*steps -= 1 + (int64_t)(g->end - top);
	} while (n != g->end - g->from && *steps > 0);
	while (g->end != top && met && is_empty(o)) {
		slide_up(v, g);
		previous_group(other, o);
	}
	if ((g->from != was.from || g->end != was.end) &&
	    is_common(v, g, other, o, steps))
		return -1;
	return *steps > 0 ? 0 : -1;
}

static int place_groups(struct version *v, struct version *other,
			int64_t *steps)
{
	struct group g = { 0 }, o = { 0 };

	take_changed(v, &g);
	take_changed(other, &o);
	do {
		if (!is_empty(&g) && place_group(v, &g, other, &o, steps))
			return -1;
	} while (next_group(v, &g) && next_group(other, &o));
	return 0;
}

static void list_changes(const struct version *old, const struct version *new,
			 struct line_changes *changes)
{
	struct group g = { 0 }, o = { 0 };

	take_changed(old, &g);
	take_changed(new, &o);
	do {
		if (is_empty(&g) && is_empty(&o))
			continue;
		GROW(changes->v, changes->n, changes->cap);
		changes->v[changes->n++] = (struct line_change){
			.old = g.from, .n_old = g.end - g.from,
			.new = o.from, .n_new = o.end - o.from,
		};
	} while (next_group(old, &g) && next_group(new, &o));
}

int line_diff(const struct lines *old, const struct lines *new, size_t n_ids,
	      int64_t *steps, struct line_changes *changes)
{
	struct version a = version_of(old), b = version_of(new);
	int rc = compare_all(&a, &b, n_ids, steps);

	if (!rc)
		rc = place_groups(&a, &b, steps);
	if (!rc)
		rc = place_groups(&b, &a, steps);
	if (!rc)
		list_changes(&a, &b, changes);
	version_release(&a);
	version_release(&b);
	return rc;
}
