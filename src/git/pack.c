/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/pack.h"

#include <dirent.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/be.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/file_map.h"
#include "base/mem.h"
#include "base/text.h"
#include "git/delta.h"
#include "git/pack_file.h"

enum {
	INDEX_HEADER = 8, FANOUT = 256 * 4, INDEX_NAMES = INDEX_HEADER + FANOUT,
	INDEX_ENTRY = OID_SIZE + 4 + 4, PACK_HEADER = 12,
	/*
	 * The longest chains that pack-objects makes: pack.depth is at most
	 * this.
	 */
	MAX_CHAIN = 4095,
	/*
	 * Larger than any tree, and than nearly all files that anybody merges.
	 */
	MAX_OBJECT = 64 << 20,
	/*
	 * Without a base in the cache, each link of a chain is made from the
	 * chain's end. Trees fill the first cache only; a push with a chain of
	 * large objects fills the second.
	 */
	MAX_BASES = 6 << 20, MAX_BASE = MAX_BASES / 8,
	MAX_LARGE_BASES = 16 << 20, MAX_LARGE_BASE = MAX_LARGE_BASES / 2,
	/* Bytes of all objects of a chain: some seconds. */
	MAX_MADE = 2000000000,
	/* Of the indices, in pieces of mapped memory. */
	MAX_TOUCHED = (256 << 20) / FILE_MAP_PIECE,
	/* The bytes of an entry before those that are compressed. */
	MAX_ENTRY_HEADER = 32 + OID_SIZE,
	/* See packs_work(): for a byte; bytes for a unit of it. */
	INFLATE_WORK = 3, COPIED = 2,
};

enum { OFS_DELTA = 6, REF_DELTA = 7 };

struct pack {
	char *path;			/* of the index; NULL: not usable */
	struct file_map index;
	struct pack_file pack;
	uint32_t n;
	size_t n_far;			/* offsets of 64 bits */
	bool is_open;
};

/* What a delta was made from. */
struct base {
	const struct pack *pack;
	size_t offset;
	struct object_bytes *content;
};

/* A delta on the way to its base. */
struct step {
	size_t offset;			/* of the entry */
	size_t data, len;		/* compressed from here; inflated */
};

struct packs {
	struct pack *v;
	size_t n, cap;
	size_t last;			/* had the object asked for last */
	size_t n_touched;
	struct pack_window window;
	struct cache bases, large_bases;
	struct base largest;		/* the last one too large for these */
	int64_t work;			/* see packs_work() */
	bool gave_up;
	struct step *steps;
	size_t n_steps, cap_steps;
	char *delta;			/* room for one, inflated */
	size_t cap_delta;
	struct libdeflate_decompressor *inflater;
};

/* Bases */

static size_t base_size(const void *item)
{
	const struct base *base = item;

	return sizeof(*base) + sizeof(*base->content) + base->content->len;
}

static void base_free(void *item)
{
	struct base *base = item;

	object_bytes_put(base->content);
	free(base);
}

static size_t base_hash(const struct pack *pack, size_t offset)
{
	return (size_t)((offset + (uintptr_t)pack) * 0x9e3779b97f4a7c15 >> 40);
}

static bool base_is(const struct base *base, const struct pack *pack,
		    size_t offset)
{
	return base && base->pack == pack && base->offset == offset;
}

static struct object_bytes *base_get(const struct packs *packs,
				     const struct pack *pack, size_t offset)
{
	size_t hash = base_hash(pack, offset);
	const struct base *bases[] = {
		cache_at(&packs->bases, hash),
		cache_at(&packs->large_bases, hash),
		&packs->largest,
	};

	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (base_is(bases[i], pack, offset))
			return object_bytes_get(bases[i]->content);
	return NULL;
}

static void base_keep(struct packs *packs, const struct pack *pack,
		      size_t offset, struct object_bytes *content)
{
	struct base *base;

	if (content->len > MAX_LARGE_BASE) {
		object_bytes_put(packs->largest.content);
		packs->largest = (struct base){ pack, offset,
						object_bytes_get(content) };
		return;
	}
	base = xmalloc(sizeof(*base));
	*base = (struct base){ pack, offset, object_bytes_get(content) };
	cache_keep(content->len > MAX_BASE ? &packs->large_bases :
		   &packs->bases, base_hash(pack, offset), base);
}

/* Opening */

static void add_packs(struct packs *packs, const char *objects)
{
	char *path = xasprintf("%s/pack", objects);
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (!text_ends_with(entry->d_name, ".idx"))
			continue;
		GROW(packs->v, packs->n, packs->cap);
		packs->v[packs->n++] = (struct pack){
			.path = xasprintf("%s/%s", path, entry->d_name),
		};
	}
	if (dir)
		closedir(dir);
	free(path);
}

struct packs *packs_open(char *const *dirs)
{
	struct packs *packs = xcalloc(1, sizeof(*packs));

	for (size_t i = 0; dirs[i]; i++)
		add_packs(packs, dirs[i]);
	cache_init(&packs->bases, MAX_BASES, MAX_BASES / 4, base_size,
		   base_free);
	cache_init(&packs->large_bases, MAX_LARGE_BASES, MAX_LARGE_BASES,
		   base_size, base_free);
	return packs;
}

static void pack_close(struct pack *pack)
{
	file_map_close(&pack->index);
	pack_file_close(&pack->pack);
	free(pack->path);
	*pack = (struct pack){ 0 };
}

void packs_free(struct packs *packs)
{
	if (!packs)
		return;
	for (size_t i = 0; i < packs->n; i++)
		pack_close(&packs->v[i]);
	pack_window_release(&packs->window);
	cache_release(&packs->bases);
	cache_release(&packs->large_bases);
	object_bytes_put(packs->largest.content);
	libdeflate_free_decompressor(packs->inflater);
	free(packs->v);
	free(packs->steps);
	free(packs->delta);
	free(packs);
}

static bool check_index(struct pack *pack)
{
	const unsigned char *p = pack->index.p, *fanout = p + INDEX_HEADER;
	size_t len = pack->index.len;

	if (len < INDEX_NAMES + 2 * OID_SIZE || memcmp(p, "\377tOc\0\0\0\2", 8))
		return false;
	for (size_t i = 0; i < 256; i++) {
		uint32_t n = be32(fanout + 4 * i);

		if (n < pack->n)
			return false;
		pack->n = n;
	}
	len -= INDEX_NAMES + 2 * OID_SIZE;
	if (pack->n > len / INDEX_ENTRY)
		return false;
	len -= (size_t)pack->n * INDEX_ENTRY;
	pack->n_far = len / 8;
	return len % 8 == 0;
}

/* The pack is the one that the index is about. */
static bool check_pack(const struct pack *pack, struct pack_window *window)
{
	const struct file_map *index = &pack->index;
	struct bytes b;
	uint32_t version;

	if (pack->pack.len < PACK_HEADER + OID_SIZE)
		return false;
	b = pack_file_read(&pack->pack, window, 0, PACK_HEADER);
	if (b.end - b.p < PACK_HEADER || memcmp(b.p, "PACK", 4))
		return false;
	version = be32(b.p + 4);
	if ((version != 2 && version != 3) || be32(b.p + 8) != pack->n)
		return false;
	b = pack_file_read(&pack->pack, window, pack->pack.len - OID_SIZE,
			   OID_SIZE);
	return b.end - b.p == OID_SIZE &&
	       !memcmp(b.p, index->p + index->len - 2 * OID_SIZE, OID_SIZE);
}

/* Opens the pack if necessary; false when it cannot be read. */
static bool pack_open(struct packs *packs, struct pack *pack)
{
	char *path;
	bool ok;

	if (pack->is_open || !pack->path)
		return pack->is_open;
	path = xasprintf("%.*s.pack", (int)strlen(pack->path) - 4, pack->path);
	ok = file_map_open(&pack->index, pack->path) && check_index(pack) &&
	     pack_file_open(&pack->pack, path) &&
	     check_pack(pack, &packs->window);
	free(path);
	if (!ok) {
		pack_window_release(&packs->window);
		pack_close(pack);
	}
	pack->is_open = ok;
	return ok;
}

/* The offset of the entry for the pack's i-th name in order; 0: invalid. */
static size_t pack_offset(const struct pack *pack, size_t i)
{
	const unsigned char *near = pack->index.p + INDEX_NAMES +
				    (size_t)pack->n * (OID_SIZE + 4);
	const unsigned char *far = near + (size_t)pack->n * 4;
	uint64_t offset = be32(near + 4 * i);

	if (offset >> 31) {
		offset &= 0x7fffffff;
		if (offset >= pack->n_far)
			return 0;
		offset = be64(far + 8 * offset);
	}
	return offset < pack->pack.len - OID_SIZE ? (size_t)offset : 0;
}

/* Its place among the pack's names, or -1. */
static int64_t pack_place(const struct pack *pack, const struct oid *oid)
{
	const struct oid_table table = { pack->index.p + INDEX_HEADER,
					 pack->index.p + INDEX_NAMES };

	return oid_table_find(&table, oid);
}

/* Entries */

/* Reads how far before an entry its base starts. */
static bool take_distance(struct bytes *b, size_t *distance)
{
	unsigned char c;

	*distance = 0;
	do {
		if (b->p == b->end || *distance > SIZE_MAX >> 8)
			return false;
		c = *b->p++;
		*distance = (*distance << 7) + (c & 0x7f) + (c >> 7);
	} while (c & 0x80);
	return true;
}

static bool take_header(struct bytes *b, int *type, size_t *len)
{
	unsigned char c;

	if (b->p == b->end)
		return false;
	c = *b->p++;
	*type = c >> 4 & 7;
	*len = c & 0xf;
	return (!(c & 0x80) || bytes_take_size(b, len, 4)) &&
	       *len <= MAX_OBJECT;
}

/* The offset of the entry that the one at `offset` is a delta against, or 0. */
static size_t take_base(struct bytes *b, const struct pack *pack, int type,
			size_t offset)
{
	size_t distance;
	struct oid oid;
	int64_t i;

	if (type == OFS_DELTA)
		return take_distance(b, &distance) && distance &&
		       distance < offset ? offset - distance : 0;
	if (type != REF_DELTA || b->end - b->p < OID_SIZE)
		return 0;
	memcpy(oid.b, b->p, OID_SIZE);
	b->p += OID_SIZE;
	i = pack_place(pack, &oid);
	return i < 0 ? 0 : pack_offset(pack, (size_t)i);
}

static bool inflate(struct packs *packs, struct bytes from, char *to,
		    size_t len)
{
	packs->work += (int64_t)len * INFLATE_WORK;
	if (!packs->inflater)
		packs->inflater = libdeflate_alloc_decompressor();
	return packs->inflater &&
	       !libdeflate_zlib_decompress(packs->inflater, from.p,
					   (size_t)(from.end - from.p), to, len,
					   NULL);
}

/* Reading */

/* Without the checksum at the end of the pack. */
static struct bytes cut(struct bytes b, const struct pack *pack, size_t offset)
{
	size_t rest = pack->pack.len - OID_SIZE - offset;

	if ((size_t)(b.end - b.p) > rest)
		b.end = b.p + rest;
	return b;
}

/* Some of the bytes from there on. */
static struct bytes bytes_at(struct packs *packs, const struct pack *pack,
			     size_t offset, size_t want)
{
	return cut(pack_file_read(&pack->pack, &packs->window, offset,
				  want + OID_SIZE), pack, offset);
}

/* Enough to inflate so many bytes, unless they are compressed strangely. */
static struct bytes compressed_at(struct packs *packs, const struct pack *pack,
				  size_t offset, size_t len)
{
	return bytes_at(packs, pack, offset, len + len / 512 + 128);
}

/* The indices stay mapped; when too much was read the memory is given back. */
static void touch(struct packs *packs, struct pack *pack, size_t i)
{
	if (!file_map_touch(&pack->index, INDEX_NAMES + i * OID_SIZE) ||
	    ++packs->n_touched < MAX_TOUCHED)
		return;
	for (size_t k = 0; k < packs->n; k++)
		file_map_forget(&packs->v[k].index);
	packs->n_touched = 0;
}

/*
 * Takes the header of the entry at the step's offset from its bytes. `*base` is
 * where the entry is that it is a delta against; 0: it is none. False: it is
 * broken.
 */
static bool take_step(const struct pack *pack, struct bytes b,
		      struct step *step, int *type, size_t *base)
{
	const unsigned char *start = b.p;
	bool is_delta;

	if (!take_header(&b, type, &step->len))
		return false;
	is_delta = *type < OBJECT_COMMIT || *type > OBJECT_TAG;
	*base = is_delta ? take_base(&b, pack, *type, step->offset) : 0;
	step->data = step->offset + (size_t)(b.p - start);
	return !is_delta || *base;
}

static struct object_bytes *inflate_whole(struct packs *packs,
					  const struct pack *pack, int type,
					  const struct step *step)
{
	struct object_bytes *content =
		object_bytes_new((enum object_type)type, step->len);

	if (inflate(packs, compressed_at(packs, pack, step->data, step->len),
		    content->data, step->len))
		return content;
	object_bytes_put(content);
	return NULL;
}

/*
 * Follows the deltas from the entry at `*offset` down to the first entry that
 * is cached or not a delta; `*offset` is then its offset, and the deltas passed
 * are the steps.
 */
static struct object_bytes *descend(struct packs *packs, struct pack *pack,
				    size_t *offset)
{
	struct object_bytes *content;
	size_t base;

	for (packs->n_steps = 0; packs->n_steps <= MAX_CHAIN;) {
		struct step step = { .offset = *offset };
		int type;

		content = base_get(packs, pack, *offset);
		if (content)
			return content;
		if (!take_step(pack, bytes_at(packs, pack, *offset,
					      MAX_ENTRY_HEADER),
			       &step, &type, &base))
			return NULL;
		if (!base)
			return inflate_whole(packs, pack, type, &step);
		*offset = base;
		GROW(packs->steps, packs->n_steps, packs->cap_steps);
		packs->steps[packs->n_steps++] = step;
	}
	packs->gave_up = true;
	return NULL;
}

static struct bytes inflate_delta(struct packs *packs, const struct pack *pack,
				  const struct step *step)
{
	const unsigned char *p;

	if (!packs->delta || step->len > packs->cap_delta) {
		free(packs->delta);
		packs->delta = xmalloc(step->len);
		packs->cap_delta = step->len;
	}
	p = (const unsigned char *)packs->delta;
	if (!inflate(packs, compressed_at(packs, pack, step->data, step->len),
		     packs->delta, step->len))
		return (struct bytes){ p, p };
	return (struct bytes){ p, p + step->len };
}

static struct object_bytes *pack_read(struct packs *packs, struct pack *pack,
				      size_t offset)
{
	struct object_bytes *content = descend(packs, pack, &offset);
	size_t made = content ? content->len : 0;

	while (content && packs->n_steps && made <= MAX_MADE) {
		const struct step *step = &packs->steps[--packs->n_steps];
		struct object_bytes *base = content;

		base_keep(packs, pack, offset, base);
		content = delta_apply(base, inflate_delta(packs, pack, step),
				      MAX_OBJECT);
		object_bytes_put(base);
		offset = step->offset;
		made += content ? content->len : 0;
		packs->work += content ? (int64_t)content->len / COPIED : 0;
	}
	if (made <= MAX_MADE)
		return content;
	packs->gave_up = true;
	object_bytes_put(content);
	return NULL;
}

/* The pack that has the object, and where in it; NULL when none has. */
static struct pack *find(struct packs *packs, const struct oid *oid,
			 size_t *offset)
{
	for (size_t i = 0; i < packs->n; i++) {
		size_t at = (packs->last + i) % packs->n;
		struct pack *pack = &packs->v[at];
		int64_t place = pack_open(packs, pack) ? pack_place(pack, oid) :
				-1;

		*offset = place < 0 ? 0 : pack_offset(pack, (size_t)place);
		if (!*offset)
			continue;
		touch(packs, pack, (size_t)place);
		packs->last = at;
		return pack;
	}
	return NULL;
}

bool packs_have(struct packs *packs, const struct oid *oid)
{
	size_t offset;

	return find(packs, oid, &offset);
}

enum object_type packs_type(struct packs *packs, const struct oid *oid)
{
	struct step step = { 0 };
	struct pack *pack = find(packs, oid, &step.offset);

	for (int n = 0; pack && n <= MAX_CHAIN; n++) {
		unsigned char header[MAX_ENTRY_HEADER];
		size_t len = pack_file_peek(&pack->pack, step.offset, header,
					    sizeof(header)), base;
		struct bytes b = { header, header + len };
		int type;

		if (!take_step(pack, cut(b, pack, step.offset), &step, &type,
			       &base))
			break;
		if (!base)
			return (enum object_type)type;
		step.offset = base;
	}
	return OBJECT_MISSING;
}

bool packs_are_usable(struct packs *packs)
{
	for (size_t i = 0; i < packs->n; i++)
		if (!pack_open(packs, &packs->v[i]))
			return false;
	return true;
}

struct object_bytes *packs_read(struct packs *packs, const struct oid *oid)
{
	size_t offset;
	struct pack *pack = find(packs, oid, &offset);

	packs->gave_up = false;
	return pack ? pack_read(packs, pack, offset) : NULL;
}

bool packs_gave_up(const struct packs *packs)
{
	return packs->gave_up;
}

int64_t packs_work(const struct packs *packs)
{
	return packs->work;
}

size_t packs_count(struct packs *packs)
{
	size_t n = 0;

	for (size_t i = 0; i < packs->n; i++)
		n += pack_open(packs, &packs->v[i]) ? packs->v[i].n : 0;
	return n;
}
