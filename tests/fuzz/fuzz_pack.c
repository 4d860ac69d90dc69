/* SPDX-License-Identifier: GPL-2.0-only */
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "git/pack.h"
#include "scratch_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/*
 * A pack and its index around entries that the input describes, so that no
 * checksum stops it. Each entry is a byte that says what it is (below), one for
 * its base, one that counts those after it, and these. Object i is the i-th.
 */
enum {
	TYPE = 7,			/* as the entry's header has it */
	RAW = 8,			/* the bytes are the entry */
	LONGER = 16, SHORTER = 32,	/* than the header says */
	OFS_DELTA = 6, REF_DELTA = 7,
	MAX_ENTRIES = 200, TRAILER = OID_SIZE,
};

struct maker {
	struct buf pack, idx;
	uint32_t offsets[MAX_ENTRIES];
	size_t n;
};

static void add32(struct buf *b, uint32_t v)
{
	const unsigned char bytes[] = { (unsigned char)(v >> 24),
					(unsigned char)(v >> 16),
					(unsigned char)(v >> 8),
					(unsigned char)v };

	buf_add(b, bytes, 4);
}

/* As one block that is not compressed. */
static void add_stored(struct buf *b, const void *bytes, size_t len)
{
	buf_add(b, "\x78\x01\1", 3);
	buf_addch(b, (char)len);
	buf_addch(b, 0);
	buf_addch(b, (char)~len);
	buf_addch(b, (char)0xff);
	buf_add(b, bytes, len);
	add32(b, libdeflate_adler32(1, bytes, len));
}

static void add_header(struct buf *b, int type, size_t len)
{
	buf_addch(b, (char)(0x80 | type << 4 | (int)(len & 15)));
	buf_addch(b, (char)(len >> 4));
}

static void add_base(struct maker *m, int type, uint8_t base)
{
	struct oid oid = { { base } };
	size_t at = m->offsets[m->n - 1];

	if (type == REF_DELTA) {
		buf_add(&m->pack, oid.b, OID_SIZE);
	} else if (type == OFS_DELTA) {
		size_t distance = at - m->offsets[base % m->n];

		if (distance >> 7)
			buf_addch(&m->pack,
				  (char)(0x80 | ((distance >> 7) - 1)));
		buf_addch(&m->pack, (char)(distance & 0x7f));
	}
}

static void add_entry(struct maker *m, const uint8_t *head,
		      const uint8_t *bytes, size_t len)
{
	int type = head[0] & TYPE;

	m->offsets[m->n++] = (uint32_t)m->pack.len;
	if (head[0] & RAW) {
		buf_add(&m->pack, bytes, len);
		return;
	}
	add_header(&m->pack, type, len + !!(head[0] & LONGER) -
		   (head[0] & SHORTER && len));
	add_base(m, type, head[1]);
	add_stored(&m->pack, bytes, len);
}

static void make_pack(struct maker *m, const uint8_t *data, size_t size)
{
	buf_add(&m->pack, "PACK\0\0\0\2\0\0\0", 11);
	buf_addch(&m->pack, 0);
	while (size > 3 && m->n < MAX_ENTRIES) {
		size_t len = data[2] < size - 3 ? data[2] : size - 3;

		add_entry(m, data, data + 3, len);
		data += 3 + len;
		size -= 3 + len;
	}
	m->pack.ptr[11] = (char)m->n;
	for (int i = 0; i < TRAILER; i++)
		buf_addch(&m->pack, (char)i);
}

static void make_index(struct maker *m)
{
	buf_add(&m->idx, "\377tOc\0\0\0\2", 8);
	for (uint32_t i = 0; i < 256; i++)
		add32(&m->idx, i < m->n ? i + 1 : (uint32_t)m->n);
	for (size_t i = 0; i < m->n; i++) {
		struct oid oid = { { (unsigned char)i } };

		buf_add(&m->idx, oid.b, OID_SIZE);
	}
	for (size_t i = 0; i < m->n; i++)
		add32(&m->idx, 0);
	for (size_t i = 0; i < m->n; i++)
		add32(&m->idx, m->offsets[i]);
	for (int i = 0; i < 2 * TRAILER; i++)
		buf_addch(&m->idx, (char)(i % TRAILER));
}

/* The same whatever was read before it. */
static void read_all(struct packs *packs, size_t n, uint64_t *sums)
{
	for (size_t i = 0; i < n; i++) {
		struct oid oid = { { (unsigned char)i } };
		struct object_bytes *content = packs_read(packs, &oid);
		uint64_t sum = 0;

		if (content)
			sum = (uint64_t)content->type << 60 |
			      (uint64_t)content->len << 32 |
			      libdeflate_adler32(1, content->data,
						 content->len);
		if (content && content->data[content->len])
			abort();
		if (sums[i] && sums[i] != sum)
			abort();
		sums[i] = sum;
		object_bytes_put(content);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "pack", NULL });
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t sums[MAX_ENTRIES] = { 0 };
	struct maker m = { .n = 0 };
	char *const dirs[] = { (char *)files_dir(), NULL };
	struct packs *packs;

	make_pack(&m, data, size);
	make_index(&m);
	files_put("pack/1.idx", m.idx.ptr, m.idx.len);
	files_put("pack/1.pack", m.pack.ptr, m.pack.len);
	packs = packs_open(dirs);
	read_all(packs, m.n, sums);
	read_all(packs, m.n, sums);
	packs_free(packs);
	buf_release(&m.idx);
	buf_release(&m.pack);
	return 0;
}
