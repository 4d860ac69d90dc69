/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/read_ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/workers.h"
#include "git/repo_private.h"

/* A test of short histories has a number of its own. */
#if !defined(READ_AHEAD_AFTER)
#define READ_AHEAD_AFTER 2000
#endif

enum {
	FAR = 16 * READ_AHEAD_AFTER,	/* a walk over so many commits may well
					 * go on to the roots */
	PIECES = 8,			/* for each worker, so that those that
					 * are done early can help others */
	MANY_REFS = 2000,		/* of more, only some are looked at */
	MANY_YOUNGER = 100,		/* commits that are younger than the
					 * tips of their piece: it ends there */
	MOST_WORK = 500000000,		/* of each process: see repo_work() */
};

/* A commit to read on from. */
struct tip {
	struct oid oid;
	int64_t time;
};

/* A piece goes from its tips down to the date where the next one begins. */
struct ahead {
	struct repo *repo;
	struct tip *tips;		/* youngest first */
	size_t n, cap;
	size_t n_pieces;
	size_t most;			/* commits of a piece */
	/* In a worker: */
	struct walk walk;
	size_t next_piece;		/* the one for which `walk` can go on */
};

/* Where to begin */

static void add_tip(struct ahead *a, const struct oid *oid, int64_t time)
{
	GROW(a->tips, a->n, a->cap);
	a->tips[a->n++] = (struct tip){ *oid, time };
}

/* Adds what the walk has queued. Returns the date of the youngest. */
static int64_t add_queue(struct ahead *a, const struct walk *walk,
			 uint32_t next)
{
	int64_t youngest = INT64_MIN;

	for (uint32_t i = 0; i < walk->n; i++) {
		const struct walk_node *node = &walk->nodes[i];

		if (i != next && !node->is_queued)
			continue;
		add_tip(a, &node->oid, node->time);
		if (youngest < node->time)
			youngest = node->time;
	}
	return youngest;
}

/* A ref may also point to a blob, which takes long to read. */
static bool is_commit(struct repo *repo, const struct oid *oid)
{
	enum object_type type;
	struct error ignored;

	return !repo_type(repo, oid, &type, &ignored) && type == OBJECT_COMMIT;
}

/* Other refs, such as pull requests, may have commits that nobody judges. */
static bool is_usual(const struct ref_entry *ref)
{
	return text_starts_with(ref->name, "refs/heads/") ||
	       text_starts_with(ref->name, "refs/tags/") ||
	       text_starts_with(ref->name, "refs/remotes/");
}

/*
 * Adds the commits of some refs, unless they are younger than that. Stops at a
 * commit that cannot be read.
 */
static void add_refs(struct ahead *a, int64_t youngest)
{
	const struct ref_store *refs = &a->repo->refs;
	size_t n = 0, seen = 0;
	struct walk walk;

	for (size_t i = 0; i < refs->n; i++)
		n += is_usual(&refs->v[i]);
	walk_init(&walk, a->repo);
	for (size_t i = 0; i < refs->n; i++) {
		const struct ref_entry *ref = &refs->v[i];
		bool is_peeled = !oid_is_zero(&ref->peeled);
		const struct oid *oid = is_peeled ? &ref->peeled : &ref->oid;
		struct error ignored;
		uint32_t node;

		if (!is_usual(ref) || seen++ % (1 + n / MANY_REFS) ||
		    oid_is_zero(oid) || !is_commit(a->repo, oid))
			continue;
		if (walk_add(&walk, oid, &node, &ignored))
			break;
		if (walk.nodes[node].time <= youngest)
			add_tip(a, oid, walk.nodes[node].time);
	}
	walk_release(&walk);
}

static int by_time(const void *a, const void *b)
{
	const struct tip *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return oid_cmp(&x->oid, &y->oid);
}

static size_t first_tip(const struct ahead *a, size_t piece)
{
	return piece * a->n / a->n_pieces;
}

/* In a worker process */

static int add_tips(struct ahead *a, size_t piece, struct error *err)
{
	for (size_t i = first_tip(a, piece); i < first_tip(a, piece + 1); i++) {
		uint32_t node;

		if (walk_add(&a->walk, &a->tips[i].oid, &node, err))
			return -1;
		walk_push(&a->walk, node);
	}
	return 0;
}

static int expand(struct walk *walk, uint32_t index, struct error *err)
{
	const struct walk_node *node;

	if (walk_expand(walk, index, err))
		return -1;
	node = &walk->nodes[index];
	for (uint32_t i = 0; i < node->n_parents; i++) {
		uint32_t parent = walk->edges[node->parents + i].node;

		if (!walk->nodes[parent].is_expanded)
			walk_push(walk, parent);
	}
	return 0;
}

/*
 * Ends where many commits are younger than the tips: then dates do not tell the
 * pieces apart. Also ends at an error; a walk that comes by later reports it.
 */
static void read_piece(struct ahead *a, size_t piece)
{
	bool is_last = piece + 1 == a->n_pieces;
	int64_t begin = a->tips[first_tip(a, piece)].time;
	int64_t end = is_last ? INT64_MIN :
				a->tips[first_tip(a, piece + 1)].time;
	struct walk *walk = &a->walk;
	size_t n_younger = 0;
	struct error ignored;

	if (begin == end || add_tips(a, piece, &ignored))
		return;
	for (size_t n = 0; n < a->most && walk->n_queue; n++) {
		int64_t time = walk->nodes[walk_next(walk)].time;

		n_younger += time > begin;
		if (n_younger > MANY_YOUNGER || time < end ||
		    expand(walk, walk_pop(walk), &ignored))
			return;
	}
}

/* Before the names of the commit's parents. */
struct record {
	struct oid oid;
	uint32_t n_parents;
	int64_t time;
};

static void write_record(const struct walk *walk, const struct walk_node *node,
			 struct buf *result)
{
	const struct record record = { node->oid, node->n_parents, node->time };

	buf_add(result, &record, sizeof(record));
	for (uint32_t i = 0; i < node->n_parents; i++)
		buf_add(result, &walk->edges[node->parents + i].oid,
			sizeof(struct oid));
}

/* The result: a record of each commit that was read. */
static int work_at_piece(void *ctx, size_t piece, size_t end,
			 struct buf *result, struct error *err)
{
	struct ahead *a = ctx;
	struct walk *walk = &a->walk;
	size_t first;

	(void)end;
	(void)err;
	if (piece != a->next_piece || !walk->repo) {
		walk_release(walk);
		walk_init(walk, a->repo);
		walk->keeps_nothing = true;
	}
	a->next_piece = piece + 1;
	first = walk->n;
	read_piece(a, piece);
	for (size_t i = first; i < walk->n; i++)
		if (!commit_heads_find(&a->repo->heads, &walk->nodes[i].oid))
			write_record(walk, &walk->nodes[i], result);
	return 0;
}

/* In this process */

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	struct ahead *a = ctx;
	const char *p = result, *end = result + len;

	(void)piece;
	(void)err;
	while (p < end) {
		struct record record;

		memcpy(&record, p, sizeof(record));
		p += sizeof(record);
		commit_heads_put(&a->repo->heads, &record.oid, record.time,
				 (const struct oid *)p, record.n_parents);
		p += record.n_parents * sizeof(struct oid);
	}
	return 0;
}

static void share_out(struct ahead *a, size_t n_workers)
{
	struct workers_job job = {
		.work = work_at_piece, .take = take_piece, .ctx = a,
	};
	struct error ignored;

	job.n = a->n_pieces = n_workers * PIECES;
	a->most = (MAX_HEADS - a->repo->heads.n) / a->n_pieces;
	qsort(a->tips, a->n, sizeof(*a->tips), by_time);
	if (a->tips[0].time != a->tips[a->n - 1].time)
		workers_run(&job, n_workers, &ignored);
}

/* Whether the walk comes to a commit that none has read before. */
static bool is_due(const struct walk *walk, uint32_t node)
{
	const struct repo *repo = walk->repo;
	const struct walk_node *n = &walk->nodes[node];

	return !repo->has_read_ahead && repo->heads.n >= READ_AHEAD_AFTER &&
	       n->position == COMMIT_GRAPH_NONE && n->n_parents &&
	       !commit_heads_find(&repo->heads, &walk->edges[n->parents].oid);
}

/*
 * This may read large commits that no walk needs, so it has a limit of its own
 * and takes nothing from the push's.
 */
static void read_from(struct walk *walk, uint32_t node, size_t n_workers)
{
	struct ahead a = { .repo = walk->repo };
	_Atomic int64_t most = MOST_WORK, *left = a.repo->work_left;

	a.repo->work_left = &most;
	add_refs(&a, add_queue(&a, walk, node));
	if (a.n >= n_workers)
		share_out(&a, n_workers);
	a.repo->work_left = left;
	free(a.tips);
}

void read_ahead(struct walk *walk, uint32_t node, bool is_sure)
{
	struct repo *repo = walk->repo;
	size_t n_workers;

	if (walk->commit_graph || (!is_sure && walk->n < FAR) ||
	    !is_due(walk, node))
		return;
	repo->has_read_ahead = true;
	n_workers = workers_useful();
	if (n_workers > 1 && !repo->shallow.n && !repo_commit_graph(repo))
		read_from(walk, node, n_workers);
}
