/* SPDX-License-Identifier: GPL-2.0-only */
#include "made_repo.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sha1.h"

void made_objects_release(struct made_objects *objects)
{
	for (size_t i = 0; i < objects->n; i++)
		buf_release(&objects->v[i].bytes);
	free(objects->v);
	oidmap_release(&objects->index);
	*objects = (struct made_objects){ 0 };
}

/* `head` with its NUL, and the data. */
static struct oid hash(const char *head, const void *data, size_t len)
{
	struct sha1 sha1;
	struct oid oid;

	sha1_init(&sha1);
	sha1_add(&sha1, head, strlen(head) + 1);
	sha1_add(&sha1, data, len);
	sha1_finish(&sha1, oid.b);
	return oid;
}

struct oid made_add(struct made_objects *objects, enum object_type type,
		    const void *data, size_t len)
{
	char *head = xasprintf("%s %zu", object_type_name(type), len);
	struct made_object o = { .oid = hash(head, data, len), .type = type };

	free(head);
	if (made_find(objects, &o.oid))
		return o.oid;
	buf_add(&o.bytes, data, len);
	GROW(objects->v, objects->n, objects->cap);
	oidmap_put(&objects->index, &o.oid, (uint32_t)objects->n);
	objects->v[objects->n++] = o;
	return o.oid;
}

struct made_object *made_find(const struct made_objects *objects,
			      const struct oid *oid)
{
	int64_t at = oidmap_get(&objects->index, oid);

	return at < 0 ? NULL : &objects->v[at];
}

void made_forget(struct made_objects *objects, size_t n)
{
	if (n == objects->n)
		return;
	while (objects->n > n)
		buf_release(&objects->v[--objects->n].bytes);
	oidmap_release(&objects->index);
	objects->index = (struct oidmap){ 0 };
	for (size_t i = 0; i < n; i++)
		oidmap_put(&objects->index, &objects->v[i].oid, (uint32_t)i);
}

struct oid made_peel(const struct made_objects *objects, const struct oid *oid)
{
	static const struct oid none;
	const struct made_object *o = made_find(objects, oid);
	struct error err;
	struct tag tag;

	if (!o || o->is_missing)
		return none;
	if (o->type != OBJECT_TAG)
		return *oid;
	if (tag_parse(&tag, o->bytes.ptr, o->bytes.len, &err))
		return none;
	return made_peel(objects, &tag.target);
}

/* Files */

static void put(const char *path, const struct buf *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes->ptr, bytes->len) !=
		      (ssize_t)bytes->len)
		abort();
	close(fd);
}

static void add32(struct buf *out, uint32_t number)
{
	number = htobe32(number);
	buf_add(out, &number, sizeof(number));
}

/* Appends bytes as zlib stores them. */
static void add_stored(struct buf *out, const void *data, size_t len)
{
	static struct libdeflate_compressor *compressor;
	size_t most, n;
	char *stored;

	if (!compressor)
		compressor = libdeflate_alloc_compressor(0);
	most = libdeflate_zlib_compress_bound(compressor, len);
	stored = xmalloc(most);
	n = libdeflate_zlib_compress(compressor, data, len, stored, most);
	if (!n)
		abort();
	buf_add(out, stored, n);
	free(stored);
}

static int by_name(const void *a, const void *b)
{
	const struct made_object *const *x = a, *const *y = b;

	return oid_cmp(&(*x)->oid, &(*y)->oid);
}

/* Those that are kept, or only the commits of them, sorted by name. */
static const struct made_object **sorted(const struct made_objects *objects,
					 bool only_commits, size_t *n)
{
	const struct made_object **v = xcalloc(objects->n, sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < objects->n; i++)
		if (!objects->v[i].is_missing &&
		    (!only_commits || objects->v[i].type == OBJECT_COMMIT))
			v[(*n)++] = &objects->v[i];
	qsort(v, *n, sizeof(*v), by_name);
	return v;
}

/* Of sorted names, how many begin with each byte or a smaller one. */
static void add_fanout(struct buf *out, const struct made_object **v, size_t n)
{
	size_t at = 0;

	for (int first = 0; first < 256; first++) {
		while (at < n && v[at]->oid.b[0] <= first)
			at++;
		add32(out, (uint32_t)at);
	}
}

static void add_names(struct buf *out, const struct made_object **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(out, v[i]->oid.b, OID_SIZE);
}

/* Packs: gitformat-pack(5), whose types have the numbers of ours. */

static void add_entry(struct buf *out, const struct made_object *o)
{
	size_t left = o->bytes.len >> 4;
	unsigned char byte = (unsigned char)(o->type << 4 |
					     (o->bytes.len & 15));

	for (; left; left >>= 7) {
		buf_addch(out, (char)(byte | 0x80));
		byte = left & 0x7f;
	}
	buf_addch(out, (char)byte);
	add_stored(out, buf_str(&o->bytes), o->bytes.len);
}

/* Where checksums are, which nobody looks at. */
static void add_checksum(struct buf *out)
{
	buf_add(out, "not the real checksum", OID_SIZE);
}

static char *pack_path(const char *dir, const char *name, const char *end)
{
	return xasprintf("%s/pack/pack-%s%s", dir, name, end);
}

void made_write_pack(const struct made_objects *objects, const char *dir,
		     const char *name)
{
	struct buf pack = BUF_INIT, idx = BUF_INIT, at = BUF_INIT;
	char *path = pack_path(dir, name, ".pack");
	char *index = pack_path(dir, name, ".idx");
	size_t n;
	const struct made_object **v = sorted(objects, false, &n);

	buf_add(&pack, "PACK\0\0\0\2", 8);
	add32(&pack, (uint32_t)n);
	buf_add(&idx, "\377tOc\0\0\0\2", 8);
	add_fanout(&idx, v, n);
	add_names(&idx, v, n);
	for (size_t i = 0; i < n; i++) {
		size_t start = pack.len;

		add32(&at, (uint32_t)start);
		add_entry(&pack, v[i]);
		add32(&idx, libdeflate_crc32(0, pack.ptr + start,
					     pack.len - start));
	}
	add_checksum(&pack);
	buf_add(&idx, buf_str(&at), at.len);
	buf_add(&idx, pack.ptr + pack.len - OID_SIZE, OID_SIZE);
	add_checksum(&idx);
	put(path, &pack);
	put(index, &idx);
	free(v);
	buf_release(&pack);
	buf_release(&idx);
	buf_release(&at);
	free(path);
	free(index);
}

void made_remove_pack(const char *dir, const char *name)
{
	char *path = pack_path(dir, name, ".pack");
	char *index = pack_path(dir, name, ".idx");

	if (unlink(index) || unlink(path))
		abort();
	free(path);
	free(index);
}

/* Loose objects */

/* A new string: the file, or without `full` its directory. */
static char *loose_path(const char *dir, const struct oid *oid, bool full)
{
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	return full ? xasprintf("%s/%.2s/%s", dir, hex, hex + 2) :
		      xasprintf("%s/%.2s", dir, hex);
}

static void write_one(const struct made_object *o, const char *dir)
{
	char *where = loose_path(dir, &o->oid, false);
	char *path = loose_path(dir, &o->oid, true);
	struct buf whole = BUF_INIT, stored = BUF_INIT;

	buf_addf(&whole, "%s %zu", object_type_name(o->type), o->bytes.len);
	buf_add(&whole, "", 1);
	buf_add(&whole, buf_str(&o->bytes), o->bytes.len);
	add_stored(&stored, whole.ptr, whole.len);
	if (mkdir(where, 0700) && errno != EEXIST)
		abort();
	put(path, &stored);
	buf_release(&whole);
	buf_release(&stored);
	free(where);
	free(path);
}

void made_write_loose(const struct made_objects *objects, size_t from,
		      const char *dir)
{
	for (size_t i = from; i < objects->n; i++)
		if (!objects->v[i].is_missing)
			write_one(&objects->v[i], dir);
}

void made_remove_loose(const struct made_objects *objects, const char *dir)
{
	for (size_t i = 0; i < objects->n; i++) {
		char *path = loose_path(dir, &objects->v[i].oid, true);

		if (!objects->v[i].is_missing && unlink(path))
			abort();
		free(path);
	}
}

/* The commit-graph: gitformat-commit-graph(5) */

enum { NONE = 0x70000000, MAX_COMMITS = 256 };
#define HIGH_BIT 0x80000000u

struct graph {
	const struct made_object **v;	/* sorted by name */
	size_t n;
	uint32_t levels[MAX_COMMITS];
	struct commit commits[MAX_COMMITS];
	struct buf data, edges;
};

static uint32_t position(const struct graph *g, const struct oid *oid)
{
	for (size_t i = 0; i < g->n; i++)
		if (oid_equal(&g->v[i]->oid, oid))
			return (uint32_t)i;
	return NONE;
}

/* False where a parent is not there. */
static bool find_level(struct graph *g, size_t i)
{
	struct commit *c = &g->commits[i];
	uint32_t level = 0;

	if (g->levels[i])
		return true;
	for (size_t p = 0; p < c->n_parents; p++) {
		struct oid parent = commit_parent(c, p);
		uint32_t at = position(g, &parent);

		if (at == NONE || !find_level(g, at))
			return false;
		if (g->levels[at] > level)
			level = g->levels[at];
	}
	g->levels[i] = level + 1;
	return true;
}

static bool read_commits(struct graph *g)
{
	struct error err;

	if (!g->n || g->n > MAX_COMMITS)
		return false;
	for (size_t i = 0; i < g->n; i++)
		if (commit_parse(&g->commits[i], g->v[i]->bytes.ptr,
				 g->v[i]->bytes.len, &err))
			return false;
	for (size_t i = 0; i < g->n; i++)
		if (!find_level(g, i))
			return false;
	return true;
}

static void add_commit(struct graph *g, size_t i)
{
	const struct commit *c = &g->commits[i];
	uint32_t parents[] = { NONE, NONE };

	for (size_t p = 0; p < c->n_parents; p++) {
		struct oid oid = commit_parent(c, p);
		uint32_t at = position(g, &oid);

		if (p == 1 && c->n_parents > 2)
			parents[1] = (uint32_t)(g->edges.len / 4) | HIGH_BIT;
		if (p && c->n_parents > 2)
			add32(&g->edges, p + 1 == c->n_parents ?
					 at | HIGH_BIT : at);
		else
			parents[p] = at;
	}
	buf_add(&g->data, c->tree.b, OID_SIZE);
	add32(&g->data, parents[0]);
	add32(&g->data, parents[1]);
	add32(&g->data, g->levels[i] << 2 | (uint32_t)(c->time >> 32 & 3));
	add32(&g->data, (uint32_t)c->time);
}

static void add_chunk(struct buf *table, const char *id, size_t len,
		      uint64_t *at)
{
	buf_add(table, id, 4);
	add32(table, (uint32_t)(*at >> 32));
	add32(table, (uint32_t)*at);
	*at += len;
}

static void add_graph(struct graph *g, struct buf *out)
{
	unsigned char n = g->edges.len ? 4 : 3;
	uint64_t at = 8 + (n + 1u) * 12u;

	buf_add(out, "CGPH\1\1", 6);
	buf_addch(out, (char)n);
	buf_addch(out, 0);
	add_chunk(out, "OIDF", 1024, &at);
	add_chunk(out, "OIDL", g->n * OID_SIZE, &at);
	add_chunk(out, "CDAT", g->data.len, &at);
	if (g->edges.len)
		add_chunk(out, "EDGE", g->edges.len, &at);
	add_chunk(out, "\0\0\0\0", 0, &at);
	add_fanout(out, g->v, g->n);
	add_names(out, g->v, g->n);
	buf_add(out, g->data.ptr, g->data.len);
	buf_add(out, buf_str(&g->edges), g->edges.len);
	add_checksum(out);
}

static char *graph_path(const char *dir)
{
	return xasprintf("%s/info/commit-graph", dir);
}

void made_write_graph(const struct made_objects *objects, const char *dir)
{
	struct graph g = { 0 };
	struct buf out = BUF_INIT;
	char *path = graph_path(dir);

	g.v = sorted(objects, true, &g.n);
	if (read_commits(&g)) {
		for (size_t i = 0; i < g.n; i++)
			add_commit(&g, i);
		add_graph(&g, &out);
		put(path, &out);
	}
	free(g.v);
	buf_release(&g.data);
	buf_release(&g.edges);
	buf_release(&out);
	free(path);
}

void made_remove_graph(const char *dir)
{
	char *path = graph_path(dir);

	unlink(path);
	free(path);
}
