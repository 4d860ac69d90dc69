/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/text_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "git/line_diff.h"

enum {
	BINARY_HEAD = 8000,		/* as git's buffer_is_binary() has it */
	MARK = 7,
	FEW_LINES = 3,			/* between conflicts: part of them */
	STEP_BYTES = 32,		/* that are compared in a step */
	OFTEN = 1024,			/* XDL_MAX_EQLIMIT */
};

enum { BASE, OURS, THEIRS, RESULT, SIDES };

/* A version, taken apart into lines. */
struct side {
	struct text text;
	uint32_t *ids;			/* see struct lines */
	size_t *starts;			/* of each line, and the end */
	size_t n;
};

/* Numbers of lines, by what they say. */
struct line_table {
	struct text *v;			/* NULL: empty */
	uint32_t *ids;
	size_t size;			/* a power of two */
	uint32_t (*count)[SIDES];	/* by the number: in each version */
	uint32_t n;
	int64_t *steps;			/* for lines whose hashes collide */
};

/* The lines of both sides that a change, or a conflict, has. */
struct hunk {
	enum { CONFLICT, TAKE_OURS, TAKE_THEIRS, TAKE_BOTH } kind;
	size_t ours, n_ours;
	size_t theirs, n_theirs;
};

struct hunks {
	struct hunk *v;
	size_t n, cap;
};

struct merging {
	struct text_merge *merge;
	struct side sides[SIDES];
	size_t n_ids;
	uint32_t (*count)[SIDES];	/* see struct line_table */
	struct line_changes changes[SIDES];	/* since the base */
	struct hunks hunks;
	struct buf *out;
};

/* Lines */

static bool is_binary(const struct text *text)
{
	size_t n = text->len < BINARY_HEAD ? text->len : BINARY_HEAD;

	return n && memchr(text->p, '\0', n);
}

/* The length of the line at `at`, with its end. */
static size_t line_len(const struct text *text, size_t at)
{
	const char *nl = memchr(text->p + at, '\n', text->len - at);

	return nl ? (size_t)(nl + 1 - text->p) - at : text->len - at;
}

static size_t count_lines(const struct text *text)
{
	size_t n = 0;

	for (size_t at = 0; at < text->len; n++)
		at += line_len(text, at);
	return n;
}

static uint32_t number(struct line_table *t, const char *p, size_t len)
{
	size_t at = hash_fold(hash_add(HASH_START, p, len)) & (t->size - 1);

	while (t->v[at].p && (t->v[at].len != len ||
			      memcmp(t->v[at].p, p, len) != 0)) {
		at = (at + 1) & (t->size - 1);
		*t->steps -= 1 + (int64_t)(len / STEP_BYTES);
	}
	if (!t->v[at].p) {
		t->v[at] = (struct text){ p, len };
		t->ids[at] = t->n++;
	}
	return t->ids[at];
}

static int take_apart(struct merging *m, int which, struct line_table *table)
{
	struct side *side = &m->sides[which];
	const struct text *text = &side->text;
	size_t at = 0;

	side->ids = xcalloc(side->n + 1, sizeof(*side->ids));
	side->starts = xcalloc(side->n + 1, sizeof(*side->starts));
	for (size_t i = 0; i < side->n; i++) {
		size_t len = line_len(text, at);

		if (*table->steps <= 0)
			return -1;
		side->starts[i] = at;
		side->ids[i] = number(table, text->p + at, len);
		table->count[side->ids[i]][which]++;
		at += len;
	}
	side->starts[side->n] = at;
	return 0;
}

static int take_all_apart(struct merging *m)
{
	struct line_table table = { .size = 64, .steps = &m->merge->steps };
	size_t n = 0;
	int rc = 0;

	for (int i = 0; i < SIDES; i++)
		n += m->sides[i].n = count_lines(&m->sides[i].text);
	while (table.size < 2 * n)
		table.size *= 2;
	table.v = xcalloc(table.size, sizeof(*table.v));
	table.ids = xcalloc(table.size, sizeof(*table.ids));
	table.count = xcalloc(n, sizeof(*table.count));
	for (int i = 0; !rc && i < SIDES; i++)
		rc = take_apart(m, i, &table);
	m->n_ids = table.n;
	m->count = table.count;
	free(table.v);
	free(table.ids);
	return rc;
}

static int compare_lines(struct merging *m, const struct lines *old,
			 const struct lines *new, struct line_changes *changes)
{
	return line_diff(old, new, m->n_ids, &m->merge->steps, changes);
}

static int compare_with_base(struct merging *m, int side)
{
	const struct lines old = { m->sides[BASE].ids, m->sides[BASE].n };
	const struct lines new = { m->sides[side].ids, m->sides[side].n };

	return compare_lines(m, &old, &new, &m->changes[side]);
}

/* What both changed */

static void add_hunk(struct hunks *hunks, const struct hunk *hunk)
{
	GROW(hunks->v, hunks->n, hunks->cap);
	hunks->v[hunks->n++] = *hunk;
}

/* Lets a hunk end where a later one does. */
static void extend(struct hunk *hunk, const struct hunk *later)
{
	hunk->n_ours = later->ours + later->n_ours - hunk->ours;
	hunk->n_theirs = later->theirs + later->n_theirs - hunk->theirs;
}

static bool touches(const struct hunk *hunk, const struct hunk *later)
{
	return later->ours <= hunk->ours + hunk->n_ours ||
	       later->theirs <= hunk->theirs + hunk->n_theirs;
}

/*
 * Adds a hunk. One that touches the last is joined with it, and if the two are
 * of different kinds, that is a conflict.
 */
static void join_hunk(struct hunks *hunks, const struct hunk *hunk)
{
	struct hunk *last = hunks->n ? &hunks->v[hunks->n - 1] : NULL;

	if (!last || !touches(last, hunk)) {
		add_hunk(hunks, hunk);
		return;
	}
	if (hunk->kind != last->kind)
		last->kind = CONFLICT;
	extend(last, hunk);
}

static size_t end_of(const struct line_change *c)
{
	return c->old + c->n_old;
}

/*
 * The line of a version that stands at `old` in the base. It lies right before
 * the i-th change, or after the last one, where the two are alike.
 */
static size_t line_at(const struct line_changes *changes, size_t i,
		      size_t old, const struct merging *m, int side)
{
	if (i < changes->n)
		return changes->v[i].new - (changes->v[i].old - old);
	return old + m->sides[side].n - m->sides[BASE].n;
}

static bool is_same_change(const struct merging *m,
			   const struct line_change *a,
			   const struct line_change *b)
{
	return a->old == b->old && a->n_old == b->n_old &&
	       a->n_new == b->n_new &&
	       (!a->n_new || !memcmp(m->sides[OURS].ids + a->new,
				     m->sides[THEIRS].ids + b->new,
				     a->n_new * sizeof(uint32_t)));
}

/* Adds two changes that touch, from the first line of either to the last. */
static void add_overlap(struct merging *m, const struct line_change *a,
			const struct line_change *b)
{
	size_t from = a->old < b->old ? a->old : b->old;
	size_t end = end_of(a) > end_of(b) ? end_of(a) : end_of(b);
	struct hunk hunk = {
		.kind = CONFLICT,
		.ours = a->new - (a->old - from),
		.theirs = b->new - (b->old - from),
	};

	hunk.n_ours = a->new + a->n_new + (end - end_of(a)) - hunk.ours;
	hunk.n_theirs = b->new + b->n_new + (end - end_of(b)) - hunk.theirs;
	join_hunk(&m->hunks, &hunk);
}

static void add_ours(struct merging *m, size_t a, size_t b)
{
	const struct line_change *c = &m->changes[OURS].v[a];

	join_hunk(&m->hunks, &(struct hunk){
		.kind = TAKE_OURS, .ours = c->new, .n_ours = c->n_new,
		.theirs = line_at(&m->changes[THEIRS], b, c->old, m, THEIRS),
		.n_theirs = c->n_old,
	});
}

static void add_theirs(struct merging *m, size_t a, size_t b)
{
	const struct line_change *c = &m->changes[THEIRS].v[b];

	join_hunk(&m->hunks, &(struct hunk){
		.kind = TAKE_THEIRS, .theirs = c->new, .n_theirs = c->n_new,
		.ours = line_at(&m->changes[OURS], a, c->old, m, OURS),
		.n_ours = c->n_old,
	});
}

static void find_hunks(struct merging *m)
{
	const struct line_changes *ours = &m->changes[OURS];
	const struct line_changes *theirs = &m->changes[THEIRS];
	size_t a = 0, b = 0;

	while (a < ours->n && b < theirs->n) {
		const struct line_change *x = &ours->v[a], *y = &theirs->v[b];

		if (end_of(x) < y->old) {
			add_ours(m, a++, b);
			continue;
		}
		if (end_of(y) < x->old) {
			add_theirs(m, a, b++);
			continue;
		}
		if (!is_same_change(m, x, y))
			add_overlap(m, x, y);
		a += end_of(x) <= end_of(y);
		b += end_of(y) <= end_of(x);
	}
	while (a < ours->n)
		add_ours(m, a++, b);
	while (b < theirs->n)
		add_theirs(m, a, b++);
}

/* Conflicts */

/* Leaves of a conflict only what differs between the two sides. */
static int refine(struct merging *m, const struct hunk *hunk,
		  struct hunks *refined)
{
	const struct lines ours = { m->sides[OURS].ids + hunk->ours,
				    hunk->n_ours };
	const struct lines theirs = { m->sides[THEIRS].ids + hunk->theirs,
				      hunk->n_theirs };
	struct line_changes changes = { 0 };
	int rc = compare_lines(m, &ours, &theirs, &changes);

	for (size_t i = 0; !rc && i < changes.n; i++)
		add_hunk(refined, &(struct hunk){
			.kind = CONFLICT,
			.ours = hunk->ours + changes.v[i].old,
			.n_ours = changes.v[i].n_old,
			.theirs = hunk->theirs + changes.v[i].new,
			.n_theirs = changes.v[i].n_new,
		});
	if (!rc && !changes.n) {
		add_hunk(refined, hunk);
		refined->v[refined->n - 1].kind = TAKE_BOTH;
	}
	free(changes.v);
	return rc;
}

static int refine_all(struct merging *m)
{
	struct hunks refined = { 0 };
	int rc = 0;

	for (size_t i = 0; !rc && i < m->hunks.n; i++) {
		const struct hunk *hunk = &m->hunks.v[i];

		if (hunk->kind == CONFLICT && hunk->n_ours && hunk->n_theirs)
			rc = refine(m, hunk, &refined);
		else
			add_hunk(&refined, hunk);
	}
	free(m->hunks.v);
	m->hunks = refined;
	return rc;
}

static bool is_near(const struct hunk *hunk, const struct hunk *later)
{
	return hunk->kind == CONFLICT && later->kind == CONFLICT &&
	       later->ours - (hunk->ours + hunk->n_ours) <= FEW_LINES;
}

/* Makes one of two conflicts that have few lines between them. */
static void join_near(struct hunks *hunks)
{
	size_t n = 0;

	for (size_t i = 0; i < hunks->n; i++) {
		if (n && is_near(&hunks->v[n - 1], &hunks->v[i]))
			extend(&hunks->v[n - 1], &hunks->v[i]);
		else
			hunks->v[n++] = hunks->v[i];
	}
	hunks->n = n;
}

/* Other ways to line up */

/*
 * Whether `result` has no line of its own, and has each line that a version
 * adds, as any merge without conflicts has.
 */
static bool has_all_lines(const struct merging *m)
{
	for (size_t i = 0; i < m->n_ids; i++) {
		const uint32_t *n = m->count[i];

		if (n[RESULT] ? !n[OURS] && !n[THEIRS] :
				!n[BASE] && (n[OURS] || n[THEIRS]))
			return false;
	}
	return true;
}

/* How often a line must be there for git's default diff to leave it out. */
static size_t too_often(size_t n)
{
	size_t most = 1;

	for (; n && most < OFTEN; n >>= 2)
		most *= 2;
	return most;
}

static bool have_none(const struct merging *m, int side, size_t from, size_t n,
		      int other)
{
	for (size_t i = from; i < from + n; i++)
		if (m->count[m->sides[side].ids[i]][other])
			return false;
	return true;
}

/*
 * Whether any good diff finds these changes: what is gone is not in the new
 * version, what is new not in the old one, and no line is left out.
 */
static bool is_only_way(const struct merging *m, int side)
{
	const struct line_changes *changes = &m->changes[side];
	size_t base_limit = too_often(m->sides[BASE].n);
	size_t limit = too_often(m->sides[side].n);

	for (size_t i = 0; i < m->n_ids; i++)
		if (m->count[i][BASE] >= limit ||
		    m->count[i][side] >= base_limit)
			return false;
	for (size_t i = 0; i < changes->n; i++) {
		const struct line_change *c = &changes->v[i];

		if (!have_none(m, BASE, c->old, c->n_old, side) ||
		    !have_none(m, side, c->new, c->n_new, BASE))
			return false;
	}
	return true;
}

/* What comes out */

static void add_lines(struct merging *m, int side, size_t from, size_t n)
{
	const struct side *s = &m->sides[side];

	if (n)
		buf_add(m->out, s->text.p + s->starts[from],
			s->starts[from + n] - s->starts[from]);
}

/*
 * Whether a line of a version ends with CR and LF: 1 or 0, or -1 where nobody
 * can tell. If it is the last one and has no end, the one before it tells.
 */
static int has_cr(const struct side *s, size_t line)
{
	const char *p = s->text.p;
	size_t end;

	if (!s->n)
		return -1;
	end = s->starts[line + 1];
	if (p[end - 1] != '\n') {
		if (!line)
			return -1;
		end = s->starts[line--];
	}
	return end - s->starts[line] > 1 && p[end - 2] == '\r';
}

static bool needs_cr(const struct merging *m, const struct hunk *hunk)
{
	int has = has_cr(&m->sides[OURS], hunk->ours ? hunk->ours - 1 : 0);

	if (has)
		has = has_cr(&m->sides[THEIRS],
			     hunk->theirs ? hunk->theirs - 1 : 0);
	if (has)
		has = has_cr(&m->sides[BASE], 0);
	return has > 0;
}

static void add_end(struct merging *m, bool cr)
{
	buf_addstr(m->out, cr ? "\r\n" : "\n");
}

static void add_mark(struct merging *m, char mark, const char *name, bool cr)
{
	for (int i = 0; i < MARK; i++)
		buf_addch(m->out, mark);
	if (name) {
		buf_addch(m->out, ' ');
		buf_addstr(m->out, name);
	}
	add_end(m, cr);
}

/* One side of a conflict: all of its lines end. */
static void add_side(struct merging *m, int side, size_t from, size_t n,
		     bool cr)
{
	add_lines(m, side, from, n);
	if (n && m->out->ptr[m->out->len - 1] != '\n')
		add_end(m, cr);
}

static void add_conflict(struct merging *m, const struct hunk *hunk)
{
	bool cr = needs_cr(m, hunk);

	add_mark(m, '<', m->merge->our_name, cr);
	add_side(m, OURS, hunk->ours, hunk->n_ours, cr);
	add_mark(m, '=', NULL, cr);
	add_side(m, THEIRS, hunk->theirs, hunk->n_theirs, cr);
	add_mark(m, '>', m->merge->their_name, cr);
}

static size_t write_merged(struct merging *m)
{
	size_t at = 0, n_conflicts = 0;

	for (size_t i = 0; i < m->hunks.n; i++) {
		const struct hunk *hunk = &m->hunks.v[i];

		if (hunk->kind == TAKE_BOTH)
			continue;
		add_lines(m, OURS, at, hunk->ours - at);
		if (hunk->kind == CONFLICT)
			add_conflict(m, hunk);
		else if (hunk->kind == TAKE_OURS)
			add_lines(m, OURS, hunk->ours, hunk->n_ours);
		else
			add_lines(m, THEIRS, hunk->theirs, hunk->n_theirs);
		n_conflicts += hunk->kind == CONFLICT;
		at = hunk->ours + hunk->n_ours;
	}
	add_lines(m, OURS, at, m->sides[OURS].n - at);
	return n_conflicts;
}

int text_merge(struct text_merge *merge, struct buf *merged,
	       size_t *n_conflicts)
{
	struct merging m = {
		.merge = merge, .out = merged,
		.sides = { { .text = merge->base }, { .text = merge->ours },
			   { .text = merge->theirs },
			   { .text = merge->result } },
	};
	int rc;

	merge->may_be_clean = true;
	if (is_binary(&merge->base) || is_binary(&merge->ours) ||
	    is_binary(&merge->theirs))
		return -1;
	rc = take_all_apart(&m);
	if (!rc) {
		merge->may_be_clean = has_all_lines(&m);
		rc = compare_with_base(&m, OURS);
	}
	if (!rc)
		rc = compare_with_base(&m, THEIRS);
	if (!rc) {
		if (is_only_way(&m, OURS) && is_only_way(&m, THEIRS))
			merge->may_be_clean = false;
		find_hunks(&m);
		rc = refine_all(&m);
	}
	if (!rc) {
		join_near(&m.hunks);
		*n_conflicts = write_merged(&m);
	}
	for (int i = 0; i < SIDES; i++) {
		free(m.sides[i].ids);
		free(m.sides[i].starts);
		free(m.changes[i].v);
	}
	free(m.count);
	free(m.hunks.v);
	return rc;
}
