/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/commit_graph.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/be.h"
#include "base/buf.h"
#include "base/file_map.h"
#include "base/mem.h"

enum {
	HEADER = 8, TOC_ENTRY = 12, FANOUT = 256 * 4, COMMIT = OID_SIZE + 16,
	MAX_LAYERS = 1024, MAX_CHAIN_FILE = MAX_LAYERS * (OID_HEX + 1),
	MAX_COMMITS = 1 << 30,
	NO_PARENT = 0x70000000,
};

static const uint32_t high_bit = 0x80000000;

struct chunk {
	const unsigned char *p;
	size_t len;
};

/*
 * One file. Its commits have the positions from `base` on; earlier files have
 * those before.
 */
struct layer {
	struct file_map file;
	uint32_t base, n;
	struct chunk fanout, names, commits, edges, dates, bases;
	bool has_far_dates;		/* some need 64 bits */
};

struct commit_graph {
	struct layer *layers;		/* oldest first, as in the chain */
	size_t n, cap;
	uint32_t size;
	bool has_dates;			/* of all commits */
	bool is_borrowed;		/* the files are another graph's */
};

/* Opening */

static void take_chunk(struct layer *l, const unsigned char *id,
		       struct chunk chunk)
{
	const struct {
		const char *id;
		struct chunk *to;
	} known[] = {
		{ "OIDF", &l->fanout }, { "OIDL", &l->names },
		{ "CDAT", &l->commits }, { "EDGE", &l->edges },
		{ "GDA2", &l->dates }, { "BASE", &l->bases },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!memcmp(id, known[i].id, 4))
			*known[i].to = chunk;
	l->has_far_dates |= !memcmp(id, "GDO2", 4);
}

static bool find_chunks(struct layer *l)
{
	size_t n = l->file.p[6], end = HEADER + (n + 1) * TOC_ENTRY;

	if (l->file.len < end + OID_SIZE)
		return false;
	for (size_t i = 0; i < n; i++) {
		const unsigned char *entry = l->file.p + HEADER + i * TOC_ENTRY;
		uint64_t from = be64(entry + 4);
		uint64_t to = be64(entry + TOC_ENTRY + 4);

		if (from < end || to < from || to > l->file.len - OID_SIZE)
			return false;
		take_chunk(l, entry, (struct chunk){ l->file.p + from,
						     (size_t)(to - from) });
	}
	return true;
}

static bool check_fanout(struct layer *l)
{
	if (l->fanout.len != FANOUT)
		return false;
	for (const unsigned char *p = l->fanout.p; l->n <= be32(p);
	     p += 4) {
		l->n = be32(p);
		if (p == l->fanout.p + FANOUT - 4)
			return l->n <= MAX_COMMITS;
	}
	return false;
}

static bool parse_layer(struct layer *l)
{
	return l->file.len >= HEADER && !memcmp(l->file.p, "CGPH\1\1", 6) &&
	       find_chunks(l) && check_fanout(l) && l->n &&
	       l->names.len == (size_t)l->n * OID_SIZE &&
	       l->commits.len == (size_t)l->n * COMMIT &&
	       (!l->dates.p || l->dates.len == (size_t)l->n * 4) &&
	       l->bases.len == (size_t)l->file.p[7] * OID_SIZE &&
	       /* Old versions of git do not compute levels. */
	       be32(l->commits.p + OID_SIZE + 8) >> 2;
}

static bool layer_open(struct layer *l, const char *path)
{
	*l = (struct layer){ 0 };
	if (file_map_open(&l->file, path) && parse_layer(l))
		return true;
	file_map_close(&l->file);
	return false;
}

static bool add_layer(struct commit_graph *g, struct layer *l)
{
	if (g->n == MAX_LAYERS || l->n > MAX_COMMITS - g->size) {
		file_map_close(&l->file);
		return false;
	}
	l->base = g->size;
	g->size += l->n;
	g->has_dates = (g->has_dates || !g->n) && l->dates.p &&
		       !l->has_far_dates;
	GROW(g->layers, g->n, g->cap);
	g->layers[g->n++] = *l;
	return true;
}

/*
 * Opens a file of a chain. It may be in an alternate, and lists the files
 * before it.
 */
static bool open_link(struct commit_graph *g, char *const *dirs,
		      const char *chain, const char *name)
{
	struct layer l;
	struct oid oid;

	if (!oid_parse(&oid, name, OID_HEX) || name[OID_HEX] != '\n')
		return false;
	for (size_t i = 0; dirs[i]; i++) {
		char *path = xasprintf("%s/info/commit-graphs/graph-%.40s"
				       ".graph", dirs[i], name);
		bool found = layer_open(&l, path);

		free(path);
		if (!found)
			continue;
		for (size_t b = 0; found && b < g->n; b++)
			found = l.bases.len == g->n * OID_SIZE &&
				oid_parse(&oid, chain + b * (OID_HEX + 1),
					  OID_HEX) &&
				!memcmp(oid.b, l.bases.p + b * OID_SIZE,
					OID_SIZE);
		if (found && (g->n || !l.bases.len))
			return add_layer(g, &l);
		file_map_close(&l.file);
	}
	return false;
}

static void open_chain(struct commit_graph *g, char *const *dirs,
		       const char *dir)
{
	char *path = xasprintf("%s/info/commit-graphs/commit-graph-chain",
			       dir);
	struct buf chain = BUF_INIT;
	struct error ignored;

	if (!access(path, F_OK) &&
	    !buf_read_file(&chain, path, MAX_CHAIN_FILE, &ignored))
		for (size_t at = 0; at + OID_HEX < chain.len &&
		     open_link(g, dirs, chain.ptr, chain.ptr + at);)
			at += OID_HEX + 1;
	buf_release(&chain);
	free(path);
}

static void open_single(struct commit_graph *g, const char *dir)
{
	char *path = xasprintf("%s/info/commit-graph", dir);
	struct layer l;

	if (layer_open(&l, path)) {
		if (l.bases.len)
			file_map_close(&l.file);
		else
			add_layer(g, &l);
	}
	free(path);
}

struct commit_graph *commit_graph_open(char *const *object_dirs)
{
	struct commit_graph *g = xcalloc(1, sizeof(*g));

	for (size_t i = 0; object_dirs[i] && !g->n; i++) {
		open_single(g, object_dirs[i]);
		if (!g->n)
			open_chain(g, object_dirs, object_dirs[i]);
	}
	if (g->n)
		return g;
	commit_graph_free(g);
	return NULL;
}

void commit_graph_free(struct commit_graph *g)
{
	if (!g)
		return;
	for (size_t i = 0; !g->is_borrowed && i < g->n; i++)
		file_map_close(&g->layers[i].file);
	if (!g->is_borrowed)
		free(g->layers);
	free(g);
}

uint32_t commit_graph_size(const struct commit_graph *g)
{
	return g->size;
}

/* Reading */

static uint32_t find_in(const struct layer *l, const struct oid *oid)
{
	const struct oid_table table = { l->fanout.p, l->names.p };
	int64_t i = oid_table_find(&table, oid);

	return i < 0 ? COMMIT_GRAPH_NONE : l->base + (uint32_t)i;
}

uint32_t commit_graph_find(const struct commit_graph *g, const struct oid *oid)
{
	uint32_t position = COMMIT_GRAPH_NONE;

	for (size_t i = g ? g->n : 0; i-- > 0 && position == COMMIT_GRAPH_NONE;)
		position = find_in(&g->layers[i], oid);
	return position;
}

static const struct layer *layer_of(const struct commit_graph *g,
				    uint32_t position)
{
	const struct layer *l = g->layers + g->n - 1;

	while (position < l->base)
		l--;
	return l;
}

static const unsigned char *commit_at(const struct layer *l, uint32_t position)
{
	return l->commits.p + (size_t)(position - l->base) * COMMIT;
}

static bool add_parent(const struct layer *l,
		       struct commit_graph_parents *parents, uint32_t parent)
{
	if (parent >= l->base + l->n)
		return false;
	GROW(parents->v, parents->n, parents->cap);
	parents->v[parents->n++] = parent;
	return true;
}

/*
 * Reads the parents of an octopus after the first one: a list whose last entry
 * is marked.
 */
static bool add_edges(const struct layer *l,
		      struct commit_graph_parents *parents, uint32_t at)
{
	for (;; at++) {
		uint32_t edge;

		if (at >= l->edges.len / 4)
			return false;
		edge = be32(l->edges.p + (size_t)at * 4);
		if (!add_parent(l, parents, edge & ~high_bit))
			return false;
		if (edge & high_bit)
			return true;
	}
}

/* One commit as several parents counts once, as in commit_parse(). */
static bool merge_equal(struct commit_graph_parents *parents)
{
	size_t i = 1;

	while (i < parents->n && parents->v[i] == parents->v[0])
		i++;
	if (i == parents->n)
		parents->n = 1;
	return true;
}

bool commit_graph_read_parents(const struct commit_graph *g, uint32_t position,
			       struct commit_graph_parents *parents)
{
	const struct layer *l = layer_of(g, position);
	const unsigned char *commit = commit_at(l, position);
	uint32_t first = be32(commit + OID_SIZE);
	uint32_t second = be32(commit + OID_SIZE + 4);

	parents->n = 0;
	if (first == NO_PARENT)
		return second == NO_PARENT;
	if (!add_parent(l, parents, first))
		return false;
	if (second == NO_PARENT)
		return true;
	return (second & high_bit ? add_edges(l, parents, second & ~high_bit) :
				    add_parent(l, parents, second)) &&
	       merge_equal(parents);
}

static int64_t time_of(uint64_t packed)
{
	return packed & 0x3ffffffff;
}

static int64_t generation_at(const struct commit_graph *g,
			     const struct layer *l, size_t i)
{
	uint64_t packed = be64(l->commits.p + i * COMMIT + OID_SIZE + 8);

	return g->has_dates ? time_of(packed) + be32(l->dates.p + i * 4) :
			      (int64_t)(packed >> 34);
}

struct commit_graph_entry commit_graph_read(const struct commit_graph *g,
					    uint32_t position)
{
	const struct layer *l = layer_of(g, position);
	const unsigned char *commit = commit_at(l, position);
	size_t i = position - l->base;
	struct commit_graph_entry entry = {
		.time = time_of(be64(commit + OID_SIZE + 8)),
		.generation = generation_at(g, l, i),
	};

	memcpy(entry.oid.b, l->names.p + i * OID_SIZE, OID_SIZE);
	memcpy(entry.tree.b, commit, OID_SIZE);
	return entry;
}

/* Order */

/* Whether a commit's generation is above those of all its parents. */
static bool is_above(const struct commit_graph *g, const int64_t *generations,
		     uint32_t position, struct commit_graph_parents *parents)
{
	if (!commit_graph_read_parents(g, position, parents))
		return false;
	for (size_t i = 0; i < parents->n; i++)
		if (generations[parents->v[i]] >= generations[position])
			return false;
	return true;
}

/*
 * The same for all commits of a file. Nearly all have one or two parents, in
 * the same file or in one before it: for these, this loop is enough.
 */
static bool layer_is_ordered(const struct commit_graph *g,
			     const struct layer *l, const int64_t *generations,
			     struct commit_graph_parents *parents)
{
	const unsigned char *commit = l->commits.p;
	uint32_t end = l->base + l->n;

	for (uint32_t i = l->base; i < end; i++, commit += COMMIT) {
		uint32_t first = be32(commit + OID_SIZE);
		uint32_t second = be32(commit + OID_SIZE + 4);

		if (second == NO_PARENT)
			second = first;
		if (first < end && second < end) {
			if (generations[first] >= generations[i] ||
			    generations[second] >= generations[i])
				return false;
		} else if (!is_above(g, generations, i, parents)) {
			return false;
		}
	}
	return true;
}

bool commit_graph_is_ordered(const struct commit_graph *g)
{
	int64_t *generations = xcalloc(g->size, sizeof(*generations));
	struct commit_graph_parents parents = { 0 };
	bool is = true;

	for (size_t n = 0; n < g->n; n++)
		for (size_t i = 0; i < g->layers[n].n; i++)
			generations[g->layers[n].base + i] =
				generation_at(g, &g->layers[n], i);
	for (size_t n = 0; is && n < g->n; n++)
		is = layer_is_ordered(g, &g->layers[n], generations, &parents);
	free(generations);
	free(parents.v);
	return is;
}

struct commit_graph *commit_graph_by_levels(const struct commit_graph *g)
{
	struct commit_graph *levels = xcalloc(1, sizeof(*levels));

	*levels = *g;
	levels->has_dates = false;
	levels->is_borrowed = true;
	return levels;
}
