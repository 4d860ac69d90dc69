/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/pack.h"

/*
 * Packs made by hand, of objects whose names are numbers. Whatever is wrong
 * with one must give NULL, and never a crash.
 */
enum { OFS_DELTA = 6, REF_DELTA = 7, TRAILER = OID_SIZE, MAX_CHAIN = 4095 };
enum { MAX_OBJECT = 64 << 20 };

struct name {
	struct oid oid;
	uint64_t offset;
};

struct maker {
	struct buf pack;		/* without its trailer */
	struct name *v;
	size_t n, cap;
	bool far;			/* all offsets have 64 bits */
	const char *trailer;		/* TRAILER bytes, or NULL */
};

/* The two files. */
struct image {
	struct buf idx, pack;
};

static char dir[] = "/tmp/test_pack.XXXXXX";

static struct oid numbered(uint32_t i)
{
	struct oid oid = { { 0 } };

	oid.b[0] = (unsigned char)(i * 37);
	oid.b[17] = (unsigned char)(i >> 16);
	oid.b[18] = (unsigned char)(i >> 8);
	oid.b[19] = (unsigned char)i;
	return oid;
}

static void add32(struct buf *b, uint32_t v)
{
	const unsigned char bytes[] = { (unsigned char)(v >> 24),
					(unsigned char)(v >> 16),
					(unsigned char)(v >> 8),
					(unsigned char)v };

	buf_add(b, bytes, 4);
}

/* In groups of seven bits, the lowest first. */
static void add_size(struct buf *b, size_t v)
{
	for (; v >> 7; v >>= 7)
		buf_addch(b, (char)(0x80 | (v & 0x7f)));
	buf_addch(b, (char)v);
}

/* Entries */

/* Notes that the object of that number starts here, and where. */
static size_t begin(struct maker *m, uint32_t i)
{
	if (!m->pack.len) {
		buf_add(&m->pack, "PACK\0\0\0\2", 8);
		add32(&m->pack, 0);
	}
	GROW(m->v, m->n, m->cap);
	m->v[m->n++] = (struct name){ numbered(i), m->pack.len };
	return m->pack.len;
}

static void add_header(struct buf *b, int type, size_t len)
{
	int more = len >> 4 ? 0x80 : 0;

	buf_addch(b, (char)(more | type << 4 | (int)(len & 0xf)));
	if (more)
		add_size(b, len >> 4);
}

static void add_zlib(struct buf *b, const void *data, size_t len)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(1);
	size_t room = libdeflate_zlib_compress_bound(c, len);
	char *out = xmalloc(room);

	room = libdeflate_zlib_compress(c, data, len, out, room);
	assert_true(room);
	buf_add(b, out, room);
	free(out);
	libdeflate_free_compressor(c);
}

/* As it is, in blocks that say so: for whom bytes are to be counted. */
static void add_stored(struct buf *b, const void *data, size_t len)
{
	assert_true(len < 0x10000);
	buf_add(b, "\x78\x01\1", 3);
	buf_addch(b, (char)len);
	buf_addch(b, (char)(len >> 8));
	buf_addch(b, (char)~len);
	buf_addch(b, (char)(~len >> 8));
	buf_add(b, data, len);
	add32(b, libdeflate_adler32(1, data, len));
}

static size_t add_object(struct maker *m, uint32_t i, int type,
			 const void *data, size_t len)
{
	size_t at = begin(m, i);

	add_header(&m->pack, type, len);
	add_zlib(&m->pack, data, len);
	return at;
}

static size_t add_blob(struct maker *m, uint32_t i, const char *text)
{
	return add_object(m, i, OBJECT_BLOB, text, strlen(text));
}

static void add_distance(struct buf *b, size_t distance)
{
	unsigned char bytes[10];
	size_t n = 0;

	bytes[n++] = distance & 0x7f;
	while (distance >>= 7)
		bytes[n++] = (unsigned char)(0x80 | (--distance & 0x7f));
	while (n)
		buf_addch(b, (char)bytes[--n]);
}

static size_t add_ofs(struct maker *m, uint32_t i, size_t base,
		      const struct buf *delta)
{
	size_t at = begin(m, i);

	add_header(&m->pack, OFS_DELTA, delta->len);
	add_distance(&m->pack, at - base);
	add_zlib(&m->pack, buf_str(delta), delta->len);
	return at;
}

static size_t add_ref(struct maker *m, uint32_t i, uint32_t base,
		      const struct buf *delta)
{
	struct oid oid = numbered(base);
	size_t at = begin(m, i);

	add_header(&m->pack, REF_DELTA, delta->len);
	buf_add(&m->pack, oid.b, OID_SIZE);
	add_zlib(&m->pack, buf_str(delta), delta->len);
	return at;
}

/* Deltas */

static void start_delta(struct buf *delta, size_t base_len, size_t len)
{
	buf_reset(delta);
	add_size(delta, base_len);
	add_size(delta, len);
}

static void add_copy(struct buf *delta, size_t from, size_t len)
{
	char bytes[7];
	unsigned int code = 0x80;
	size_t n = 0;

	if (len == 0x10000)
		len = 0;
	for (unsigned int i = 0; i < 7; i++) {
		size_t v = i < 4 ? from >> 8 * i : len >> 8 * (i - 4);

		if (!(v & 0xff))
			continue;
		code |= 1u << i;
		bytes[n++] = (char)v;
	}
	buf_addch(delta, (char)code);
	buf_add(delta, bytes, n);
}

static void add_insert(struct buf *delta, const char *text)
{
	buf_addch(delta, (char)strlen(text));
	buf_addstr(delta, text);
}

/* Files */

static int by_name(const void *a, const void *b)
{
	return memcmp(((const struct name *)a)->oid.b,
		      ((const struct name *)b)->oid.b, OID_SIZE);
}

static void make_offsets(const struct maker *m, struct buf *idx)
{
	for (size_t i = 0; i < m->n; i++)
		add32(idx, m->far ? 0x80000000 | (uint32_t)(m->n - 1 - i) :
				    (uint32_t)m->v[i].offset);
	for (size_t i = m->n; m->far && i-- > 0;) {
		add32(idx, (uint32_t)(m->v[i].offset >> 32));
		add32(idx, (uint32_t)m->v[i].offset);
	}
}

static void make_index(const struct maker *m, const char *trailer,
		       struct buf *idx)
{
	uint32_t n = 0;

	buf_add(idx, "\377tOc\0\0\0\2", 8);
	for (unsigned int i = 0; i < 256; i++) {
		while (n < m->n && m->v[n].oid.b[0] <= i)
			n++;
		add32(idx, n);
	}
	for (size_t i = 0; i < m->n; i++)
		buf_add(idx, m->v[i].oid.b, OID_SIZE);
	for (size_t i = 0; i < m->n; i++)
		add32(idx, 0);		/* CRC, not looked at */
	make_offsets(m, idx);
	buf_add(idx, trailer, TRAILER);
	buf_add(idx, "not looked at either", OID_SIZE);
}

/* What was made; of the maker nothing is left. */
static struct image finish(struct maker *m)
{
	const char *trailer = m->trailer ? m->trailer : "these match ........";
	struct image image = { .pack = m->pack };

	for (int i = 0; i < 4; i++)
		image.pack.ptr[8 + i] = (char)(m->n >> 8 * (3 - i));
	buf_add(&image.pack, trailer, TRAILER);
	qsort(m->v, m->n, sizeof(*m->v), by_name);
	make_index(m, trailer, &image.idx);
	free(m->v);
	*m = (struct maker){ 0 };
	return image;
}

static void image_release(struct image *image)
{
	buf_release(&image->idx);
	buf_release(&image->pack);
}

/* A new file each time: a disk takes its time for one that is written again. */
static void put(const char *name, const char *end, const void *bytes,
		size_t len)
{
	char *path = xasprintf("%s/%s%s", dir, name, end);
	FILE *file;

	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void put_image(const char *name, const struct image *image)
{
	put(name, ".idx", image->idx.ptr, image->idx.len);
	put(name, ".pack", image->pack.ptr, image->pack.len);
}

static void put_made(const char *name, struct maker *m)
{
	struct image image = finish(m);

	put_image(name, &image);
	image_release(&image);
}

static void drop_file(const char *name, const char *end)
{
	char *path = xasprintf("%s/%s%s", dir, name, end);

	unlink(path);
	free(path);
}

static void drop(const char *name)
{
	drop_file(name, ".idx");
	drop_file(name, ".pack");
}

static struct packs *open_dirs(void)
{
	char *dirs[] = { xasprintf("%s/a", dir), xasprintf("%s/b", dir),
			 xasprintf("%s/none", dir), NULL };
	struct packs *packs = packs_open(dirs);

	for (size_t i = 0; dirs[i]; i++)
		free(dirs[i]);
	return packs;
}

static struct packs *open_made(struct maker *m)
{
	put_made("a/pack/1", m);
	return open_dirs();
}

static void close_made(struct packs *packs)
{
	packs_free(packs);
	drop("a/pack/1");
}

/* Reading */

static struct object_bytes *get(struct packs *packs, uint32_t i)
{
	struct oid oid = numbered(i);

	return packs_read(packs, &oid);
}

static void check(struct packs *packs, uint32_t i, enum object_type type,
		  const char *data, size_t len)
{
	struct object_bytes *content = get(packs, i);

	if (!content)
		fail_msg("object %u is not there", i);
	assert_int_equal(content->type, type);
	assert_int_equal(content->len, len);
	assert_memory_equal(content->data, data, len);
	assert_int_equal(content->data[len], '\0');
	object_bytes_put(content);
}

static void check_blob(struct packs *packs, uint32_t i, const char *text)
{
	check(packs, i, OBJECT_BLOB, text, strlen(text));
}

static void check_none(struct packs *packs, uint32_t i)
{
	struct object_bytes *content = get(packs, i);

	if (content)
		fail_msg("object %u is there", i);
}

/* What is right */

static void test_types(void **state)
{
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	add_object(&m, 1, OBJECT_COMMIT, "a commit", 8);
	add_object(&m, 2, OBJECT_TREE, "a tr\0e", 6);
	add_object(&m, 3, OBJECT_BLOB, "a blob, longer than its header", 30);
	add_object(&m, 4, OBJECT_TAG, "a tag", 5);
	add_object(&m, 5, OBJECT_BLOB, "", 0);
	packs = open_made(&m);
	for (int i = 0; i < 2; i++) {
		check(packs, 1, OBJECT_COMMIT, "a commit", 8);
		check(packs, 2, OBJECT_TREE, "a tr\0e", 6);
		check_blob(packs, 3, "a blob, longer than its header");
		check(packs, 4, OBJECT_TAG, "a tag", 5);
		check_blob(packs, 5, "");
		check_none(packs, 6);
		check_none(packs, 0);
	}
	close_made(packs);
	object_bytes_put(NULL);
	packs_free(NULL);
}

/* Each first byte of a name, and the first and last of those with it. */
static void test_names(void **state)
{
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		add_object(&m, i, OBJECT_TREE, &i, sizeof(i));
	packs = open_made(&m);
	for (uint32_t i = 0; i < 1000; i++)
		check(packs, i, OBJECT_TREE, (const char *)&i, sizeof(i));
	for (uint32_t i = 1000; i < 2000; i++)
		check_none(packs, i);
	close_made(packs);
}

static void test_no_packs(void **state)
{
	struct maker m = { 0 };
	struct packs *packs = open_dirs();

	(void)state;
	check_none(packs, 1);
	packs_free(packs);
	begin(&m, 1);
	m.n = 0;
	packs = open_made(&m);
	check_none(packs, 1);
	close_made(packs);
}

static void test_deltas(void **state)
{
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;
	size_t at;

	(void)state;
	start_delta(&delta, 5, 8);
	add_copy(&delta, 1, 3);
	add_insert(&delta, "new");
	add_copy(&delta, 3, 2);
	add_ref(&m, 1, 2, &delta);		/* of one that comes later */
	at = add_object(&m, 2, OBJECT_COMMIT, "01234", 5);
	at = add_ofs(&m, 3, at, &delta);
	start_delta(&delta, 8, 3);
	add_copy(&delta, 0, 1);
	add_copy(&delta, 7, 1);
	add_insert(&delta, "!");
	add_ofs(&m, 4, at, &delta);
	add_ref(&m, 5, 1, &delta);
	start_delta(&delta, 5, 0);
	add_ref(&m, 6, 2, &delta);
	start_delta(&delta, 5, 5);
	add_copy(&delta, 0, 5);
	add_ref(&m, 7, 2, &delta);
	packs = open_made(&m);
	for (int i = 0; i < 2; i++) {
		check(packs, 4, OBJECT_COMMIT, "14!", 3);
		check(packs, 5, OBJECT_COMMIT, "14!", 3);
		check(packs, 1, OBJECT_COMMIT, "123new34", 8);
		check(packs, 3, OBJECT_COMMIT, "123new34", 8);
		check(packs, 2, OBJECT_COMMIT, "01234", 5);
		check(packs, 6, OBJECT_COMMIT, "", 0);
		check(packs, 7, OBJECT_COMMIT, "01234", 5);
	}
	close_made(packs);
	buf_release(&delta);
}

static char *noise(size_t len)
{
	char *bytes = xmalloc(len);
	uint32_t random = 7;

	for (size_t i = 0; i < len; i++) {
		random = random * 1664525u + 1013904223u;
		bytes[i] = (char)(random >> 24);
	}
	return bytes;
}

/* Offsets and lengths of one to four and one to three bytes. */
static void test_copies(void **state)
{
	static const struct {
		size_t from, len;
	} cases[] = {
		{ 0, 1 }, { 0, 0xff }, { 0xff, 0x100 }, { 0x100, 0xffff },
		{ 0x1234, 0x10000 }, { 0xff00, 0x10001 }, { 0xffffff, 0xff00 },
		{ 0x1000000, 0x10000 }, { 0x1020304, 0x30201 },
		{ 0, 0xffffff },
	};
	size_t len = 0x1100000, at;
	char *base = noise(len);
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	at = add_object(&m, 0, OBJECT_TREE, base, len);
	for (uint32_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_delta(&delta, len, cases[i].len);
		add_copy(&delta, cases[i].from, cases[i].len);
		add_ofs(&m, i + 1, at, &delta);
	}
	packs = open_made(&m);
	for (uint32_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(packs, i + 1, OBJECT_TREE, base + cases[i].from,
		      cases[i].len);
	close_made(packs);
	buf_release(&delta);
	free(base);
}

static char letter(uint32_t i)
{
	return (char)('a' + i % 23);
}

/* Object 0, and `n` after it, each the one before and a letter more. */
static void add_chain(struct maker *m, uint32_t n, size_t base_len)
{
	char *base = xcalloc(base_len + 1, 1);
	struct buf delta = BUF_INIT;
	size_t at;

	memset(base, '.', base_len);
	at = add_blob(m, 0, base);
	for (uint32_t i = 1; i <= n; i++) {
		char text[] = { letter(i), '\0' };

		start_delta(&delta, base_len, base_len + 1);
		add_copy(&delta, 0, base_len++);
		add_insert(&delta, text);
		at = i % 5 ? add_ofs(m, i, at, &delta) :
			     add_ref(m, i, i - 1, &delta);
	}
	buf_release(&delta);
	free(base);
}

static void check_link(struct packs *packs, uint32_t i, size_t base_len)
{
	struct object_bytes *content = get(packs, i);

	if (!content)
		fail_msg("object %u is not there", i);
	assert_int_equal(content->len, base_len + i);
	assert_int_equal(content->data[base_len - 1], '.');
	for (uint32_t k = 1; k <= i; k++)
		assert_int_equal(content->data[base_len + k - 1], letter(k));
	object_bytes_put(content);
}

static void test_chain(void **state)
{
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	add_chain(&m, MAX_CHAIN, 100);
	packs = open_made(&m);
	check_link(packs, MAX_CHAIN, 100);
	check_link(packs, MAX_CHAIN, 100);
	check_link(packs, 0, 100);
	close_made(packs);
	add_chain(&m, MAX_CHAIN + 1, 100);
	packs = open_made(&m);
	check_none(packs, MAX_CHAIN + 1);
	check_link(packs, MAX_CHAIN, 100);
	close_made(packs);
}

/* More than is remembered, read in either order and across. */
static void test_chain_past_memory(void **state)
{
	enum { N = 300, LEN = 200000 };
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	add_chain(&m, N, LEN);
	packs = open_made(&m);
	for (uint32_t i = 0; i < N; i += 7)
		check_link(packs, i, LEN);
	for (uint32_t i = N; i > 0; i -= 5)
		check_link(packs, i, LEN);
	for (uint32_t i = 0; i < N; i++)
		check_link(packs, i * 77 % N, LEN);
	close_made(packs);
}

/* The processor time that it takes to read n links, the last one first. */
static double read_links(uint32_t last, uint32_t step, uint32_t n, size_t len)
{
	struct packs *packs = open_dirs();
	clock_t start = clock();

	for (uint32_t i = last; n--; i -= step) {
		struct object_bytes *content = get(packs, i);

		assert_int_equal(content->len, len + i);
		object_bytes_put(content);
	}
	packs_free(packs);
	return (double)(clock() - start);
}

/*
 * From its end, as history is read, each object is not made from the first one
 * on: that would take a hundred times as long as to read the first one as often.
 */
static void test_chain_time(void **state)
{
	enum { N = 200, LEN = 2200000 };
	struct maker m = { 0 };
	double first;

	(void)state;
	add_chain(&m, N, LEN);
	put_made("a/pack/1", &m);
	first = read_links(0, 0, N, LEN);
	assert_true(read_links(N, 1, N, LEN) < 20 * first);
	drop("a/pack/1");
}

/* What is shared stays as long as somebody has it. */
static void test_content_outlives_packs(void **state)
{
	struct maker m = { 0 };
	struct object_bytes *base, *again, *last;
	struct packs *packs;

	(void)state;
	add_chain(&m, 3, 10);
	packs = open_made(&m);
	last = get(packs, 3);
	base = get(packs, 1);
	again = get(packs, 1);
	assert_non_null(base);
	assert_ptr_equal(base, again);
	object_bytes_put(again);
	close_made(packs);
	assert_string_equal(base->data, "..........b");
	assert_string_equal(last->data, "..........bcd");
	object_bytes_put(base);
	object_bytes_put(last);
}

static void test_far_offsets(void **state)
{
	static const uint64_t bad[] = {
		0, 1ULL << 32, 1ULL << 63, UINT64_MAX, (1ULL << 32) + 12,
	};
	struct maker m = { .far = true };
	struct packs *packs;
	size_t at;

	(void)state;
	at = add_blob(&m, 1, "one");
	m.v[0].offset = at;
	add_blob(&m, 2, "two");
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(&m, 3 + i);
		m.v[2 + i].offset = bad[i];
	}
	packs = open_made(&m);
	check_blob(packs, 1, "one");
	check_blob(packs, 2, "two");
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++)
		check_none(packs, 3 + i);
	close_made(packs);
}

static void test_two_dirs(void **state)
{
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	add_blob(&m, 1, "one");
	add_blob(&m, 3, "in both");
	put_made("a/pack/1", &m);
	add_blob(&m, 2, "two");
	add_blob(&m, 3, "in both");
	put_made("b/pack/2", &m);
	add_blob(&m, 4, "four");
	put_made("b/pack/3", &m);
	put("b/pack/4", ".pack", "a stray one", 11);
	put("b/pack/5", ".index", "not one", 7);
	packs = open_dirs();
	for (uint32_t i = 0; i < 12; i++) {
		check_blob(packs, 3, "in both");
		check_blob(packs, i % 2 + 1, i % 2 ? "two" : "one");
		check_blob(packs, 4, "four");
		check_none(packs, 5);
	}
	packs_free(packs);
	drop_file("a/pack/1", ".pack");
	packs = open_dirs();
	check_none(packs, 1);
	check_blob(packs, 3, "in both");
	check_blob(packs, 2, "two");
	packs_free(packs);
	drop("a/pack/1");
	drop("b/pack/2");
	drop("b/pack/3");
	drop("b/pack/4");
	drop_file("b/pack/5", ".index");
}

/* Gone since the directories were read, or while it was in use. */
static void test_repacked(void **state)
{
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	add_blob(&m, 1, "one");
	put_made("a/pack/1", &m);
	add_blob(&m, 2, "two");
	put_made("b/pack/2", &m);
	packs = open_dirs();
	drop("b/pack/2");
	check_none(packs, 2);
	check_blob(packs, 1, "one");
	drop("a/pack/1");
	check_blob(packs, 1, "one");
	add_blob(&m, 2, "two again");
	put_made("b/pack/2", &m);
	check_none(packs, 2);
	packs_free(packs);
	packs = open_dirs();
	check_blob(packs, 2, "two again");
	packs_free(packs);
	drop("b/pack/2");
}

static size_t mapped_kib(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	size_t kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "RssFile:", 8))
			kib = strtoul(line + 8, NULL, 10);
	if (file)
		fclose(file);
	return kib;
}

/* Objects far from each other: a pack is not kept in memory as a whole. */
static void test_memory(void **state)
{
	enum { N = 770, APART = 64 << 10 };
	char *gap = xcalloc(1, APART);
	struct maker m = { 0 };
	struct packs *packs;
	size_t before;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		add_object(&m, i, OBJECT_BLOB, &i, sizeof(i));
		buf_add(&m.pack, gap, (i + 1) * (size_t)APART - m.pack.len);
	}
	packs = open_made(&m);
	check(packs, 0, OBJECT_BLOB, "\0\0\0\0", 4);
	before = mapped_kib();
	for (int round = 0; round < 3; round++)
		for (uint32_t i = 0; i < N; i++)
			check(packs, i, OBJECT_BLOB, (const char *)&i,
			      sizeof(i));
	assert_true(mapped_kib() < before + N * (APART >> 10) / 2);
	close_made(packs);
	free(gap);
}

/* Broken files */

static struct image small_image(bool far)
{
	struct maker m = { .far = far };
	struct buf delta = BUF_INIT;

	add_blob(&m, 1, "one");
	add_blob(&m, 2, "a second");
	start_delta(&delta, 3, 6);
	add_copy(&delta, 0, 3);
	add_insert(&delta, "and");
	add_ref(&m, 3, 1, &delta);
	buf_release(&delta);
	return finish(&m);
}

static bool reads(uint32_t i)
{
	struct packs *packs = open_dirs();
	struct object_bytes *content = get(packs, i);
	bool is = content;

	object_bytes_put(content);
	packs_free(packs);
	return is;
}

/* Whether it reads with one byte, from the end if negative, changed. */
static bool reads_with(const struct image *image, bool idx, long at,
		       unsigned char c)
{
	struct buf b = idx ? image->idx : image->pack;
	char *byte = b.ptr + at + (at < 0 ? (long)b.len : 0), old = *byte;
	bool is;

	*byte = (char)c;
	put_image("a/pack/1", image);
	is = reads(2);
	*byte = old;
	return is;
}

static void test_broken_headers(void **state)
{
	static const struct {
		bool idx;
		long at;
		unsigned char c;
		bool reads;
	} cases[] = {
		{ true, 0, 0xff, true }, { true, 0, 0, false },
		{ true, 3, 'd', false }, { true, 4, 1, false },
		{ true, 7, 1, false }, { true, 7, 3, false },
		{ false, 0, 'p', false }, { false, 3, 'k', false },
		{ false, 4, 1, false }, { false, 7, 1, false },
		{ false, 7, 3, true }, { false, 7, 4, false },
		{ false, 11, 2, false }, { false, 11, 4, false },
		{ false, 8, 1, false },
		/* the pack's checksum, here and there; the index's own */
		{ false, -1, 0, false }, { false, -20, 0, false },
		{ true, -21, 0, false }, { true, -40, 0, false },
		{ true, -1, 0, true }, { true, -20, 0, true },
		/* the number of names: first, middle, last */
		{ true, 8 + 3, 4, false }, { true, 8 + 4 * 100 + 3, 0, false },
		{ true, 8 + 4 * 100, 1, false },
		{ true, 8 + 4 * 255, 1, false },
		{ true, 8 + 4 * 255 + 3, 2, false },
		{ true, 8 + 4 * 255 + 3, 4, false },
	};
	struct image image = small_image(false);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (reads_with(&image, cases[i].idx, cases[i].at,
			       cases[i].c) != cases[i].reads)
			fail_msg("case %zu", i);
	drop("a/pack/1");
	image_release(&image);
}

static void test_cut(void **state)
{
	struct image image = small_image(false);

	(void)state;
	put_image("a/pack/1", &image);
	assert_true(reads(2));
	for (size_t len = 0; len < image.idx.len; len++) {
		put("a/pack/1", ".idx", image.idx.ptr, len);
		if (reads(2))
			fail_msg("the index, cut at %zu", len);
	}
	put("a/pack/1", ".idx", image.idx.ptr, image.idx.len);
	assert_true(reads(2));
	for (size_t len = 0; len < image.pack.len; len++) {
		put("a/pack/1", ".pack", image.pack.ptr, len);
		if (reads(2))
			fail_msg("the pack, cut at %zu", len);
	}
	drop_file("a/pack/1", ".pack");
	assert_false(reads(2));
	drop_file("a/pack/1", ".idx");
	image_release(&image);
}

/* The end being right, only whole far offsets can be missing before it. */
static void test_index_shorter(void **state)
{
	(void)state;
	for (int far = 0; far < 2; far++) {
		struct image image = small_image(far);
		size_t len = image.idx.len - 2 * TRAILER;

		put_image("a/pack/1", &image);
		for (size_t less = 0; less <= len; less++) {
			struct buf b = BUF_INIT;

			buf_add(&b, image.idx.ptr, len - less);
			buf_add(&b, image.idx.ptr + len, 2 * TRAILER);
			put("a/pack/1", ".idx", b.ptr, b.len);
			buf_release(&b);
			/* The last far offset is that of number 1. */
			if (reads(1) != (less == 0) ||
			    reads(2) != (less == 0 || (far && less == 8)))
				fail_msg("%zu less", less);
		}
		drop("a/pack/1");
		image_release(&image);
	}
}

/* Of each length, with a claim to a thousand million names. */
static void test_index_without_names(void **state)
{
	struct buf idx = BUF_INIT, pack = BUF_INIT;

	(void)state;
	buf_add(&pack, "PACK\0\0\0\2", 8);
	for (int i = 0; i < 1 + TRAILER / 4; i++)
		add32(&pack, 1u << 30);
	put("a/pack/1", ".pack", pack.ptr, pack.len);
	buf_add(&idx, "\377tOc\0\0\0\2", 8);
	while (idx.len < 1200) {
		add32(&idx, 1u << 30);
		put("a/pack/1", ".idx", idx.ptr, idx.len);
		assert_false(reads(0));
		assert_false(reads(7));
	}
	drop("a/pack/1");
	buf_release(&idx);
	buf_release(&pack);
}

/* A name's offset made any other. */
static void test_offsets(void **state)
{
	struct image image = small_image(false);
	size_t at = image.idx.len - 2 * TRAILER - 3 * 4, sum = 0;
	uint32_t end = (uint32_t)image.pack.len;

	(void)state;
	for (uint32_t offset = 0; offset < end + 40; offset++) {
		struct packs *packs;

		for (size_t i = 0; i < 12; i++)
			image.idx.ptr[at + i] =
				(char)(offset >> 8 * (3 - i % 4));
		put_image("a/pack/1", &image);
		packs = open_dirs();
		for (uint32_t i = 1; i < 4; i++) {
			struct object_bytes *content = get(packs, i);

			sum += content != NULL;
			assert_true(!content || offset < end - TRAILER);
			object_bytes_put(content);
		}
		packs_free(packs);
	}
	/* Three names for each of two objects; the delta is its own base. */
	assert_int_equal(sum, 6);
	drop("a/pack/1");
	image_release(&image);
}

/* An index that ends with its page, and asks for far offsets it has not. */
static void test_far_table(void **state)
{
	enum { N = 100, FAR = (4096 - 8 - 1024 - 40 - N * 28) / 8 };
	static const uint32_t numbers[] = { 0, FAR - 1, FAR, FAR + 1,
					    0x7fffffff };
	struct maker m = { .trailer = "\0\0\0\0\0\0\0\14 and so on." };
	struct image image;
	struct packs *packs;
	struct buf far = BUF_INIT;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		size_t at = add_blob(&m, i, "same");

		if (i < ARRAY_SIZE(numbers))
			m.v[i].offset = 0x80000000 | numbers[i];
		if (i < FAR) {
			add32(&far, 0);
			add32(&far, (uint32_t)at);
		}
	}
	image = finish(&m);
	buf_add(&far, image.idx.ptr + image.idx.len - 2 * TRAILER, 2 * TRAILER);
	image.idx.len -= 2 * TRAILER;
	buf_add(&image.idx, far.ptr, far.len);
	assert_int_equal(image.idx.len, 4096);
	put_image("a/pack/1", &image);
	packs = open_dirs();
	check_blob(packs, 0, "same");
	check_blob(packs, 1, "same");
	for (uint32_t i = 2; i < ARRAY_SIZE(numbers); i++)
		check_none(packs, i);
	check_blob(packs, 50, "same");
	close_made(packs);
	buf_release(&far);
	image_release(&image);
}

/* Broken entries */

/* The only entry made of these bytes. */
static void check_entry(const void *bytes, size_t len, const char *wanted)
{
	struct maker m = { 0 };
	struct packs *packs;

	begin(&m, 1);
	buf_add(&m.pack, bytes, len);
	add_blob(&m, 2, "another");
	packs = open_made(&m);
	if (wanted)
		check_blob(packs, 1, wanted);
	else
		check_none(packs, 1);
	check_blob(packs, 2, "another");
	close_made(packs);
}

static void test_lengths(void **state)
{
	static const struct {
		size_t len;
		const char *wanted;
	} cases[] = {
		{ 0, NULL }, { 4, NULL }, { 5, "hello" }, { 6, NULL },
		{ 5 + 16, NULL }, { MAX_OBJECT, NULL },
		{ MAX_OBJECT + 1, NULL }, { SIZE_MAX >> 8, NULL },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_reset(&b);
		add_header(&b, OBJECT_BLOB, cases[i].len);
		add_stored(&b, "hello", 5);
		check_entry(b.ptr, b.len, cases[i].wanted);
	}
	buf_release(&b);
}

/* Bytes of a length that say that there are more. */
static void test_long_lengths(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t n = 0; n < 40; n++)
		for (int fill = 0x80; fill < 0x100; fill += 0x7f) {
			buf_reset(&b);
			buf_addch(&b, (char)(0x80 | OBJECT_BLOB << 4 | 5));
			for (size_t i = 0; i < n; i++)
				buf_addch(&b, (char)fill);
			buf_addch(&b, 0);
			add_stored(&b, "hello", 5);
			if (fill == 0x80 && n < 3)
				check_entry(b.ptr, b.len, "hello");
			else if (fill != 0x80 ? n > 0 : n > 3)
				check_entry(b.ptr, b.len, NULL);
		}
	buf_release(&b);
}

/* To the byte: more is not for this reader. */
static void test_largest(void **state)
{
	char *zeros = xcalloc(1, MAX_OBJECT + 1);
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;
	size_t at;

	(void)state;
	add_object(&m, 1, OBJECT_BLOB, zeros, MAX_OBJECT);
	add_object(&m, 2, OBJECT_BLOB, zeros, MAX_OBJECT + 1);
	at = add_object(&m, 3, OBJECT_BLOB, zeros, 0x10000);
	for (uint32_t more = 0; more < 2; more++) {
		start_delta(&delta, 0x10000, MAX_OBJECT + more);
		for (size_t i = 0; i < MAX_OBJECT / 0x10000; i++)
			add_copy(&delta, 0, 0x10000);
		if (more)
			add_insert(&delta, "x");
		add_ofs(&m, 4 + more, at, &delta);
	}
	packs = open_made(&m);
	check(packs, 1, OBJECT_BLOB, zeros, MAX_OBJECT);
	check_none(packs, 2);
	check(packs, 4, OBJECT_BLOB, zeros, MAX_OBJECT);
	check_none(packs, 5);
	close_made(packs);
	buf_release(&delta);
	free(zeros);
}

static void test_bad_streams(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (int type = 0; type < 8; type++) {
		buf_reset(&b);
		add_header(&b, type, 5);
		add_stored(&b, "hello", 5);
		if (type == 0 || type == 5)
			check_entry(b.ptr, b.len, NULL);
	}
	buf_reset(&b);
	add_header(&b, OBJECT_BLOB, 5);
	add_stored(&b, "hello", 5);
	for (size_t i = 1; i < b.len; i++) {
		b.ptr[i] ^= 1;
		check_entry(b.ptr, b.len, NULL);
		b.ptr[i] ^= 1;
	}
	buf_release(&b);
}

/* What would be right with the help of the trailer's bytes is not. */
static void test_trailer_is_no_data(void **state)
{
	for (size_t cut = 0; cut < 8; cut++) {
		char trailer[TRAILER] = { 0 };
		struct maker m = { .trailer = trailer };
		struct packs *packs;

		(void)state;
		begin(&m, 1);
		add_header(&m.pack, OBJECT_BLOB, 5);
		add_stored(&m.pack, "hello", 5);
		m.pack.len -= cut;
		memcpy(trailer, m.pack.ptr + m.pack.len, cut);
		packs = open_made(&m);
		if (cut)
			check_none(packs, 1);
		else
			check_blob(packs, 1, "hello");
		close_made(packs);
	}
}

/* Nor does an entry start there. */
static void test_trailer_is_no_entry(void **state)
{
	struct buf entry = BUF_INIT;

	(void)state;
	add_header(&entry, OBJECT_BLOB, 1);
	add_stored(&entry, "x", 1);
	for (size_t at = 0; at + entry.len <= TRAILER; at++) {
		char trailer[TRAILER] = { 0 };
		struct maker m = { .trailer = trailer };
		struct packs *packs;

		memcpy(trailer + at, entry.ptr, entry.len);
		add_blob(&m, 2, "two");
		begin(&m, 1);
		m.v[1].offset += at;
		packs = open_made(&m);
		check_none(packs, 1);
		close_made(packs);
	}
	buf_release(&entry);
}

/* The same of what a base's name and a delta are made of. */
static void test_trailer_is_no_base(void **state)
{
	struct buf entry = BUF_INIT, delta = BUF_INIT;
	struct oid base = numbered(2);

	(void)state;
	start_delta(&delta, 1, 1);
	add_copy(&delta, 0, 1);
	add_header(&entry, REF_DELTA, delta.len);
	buf_add(&entry, base.b, OID_SIZE);
	add_stored(&entry, delta.ptr, delta.len);
	for (size_t cut = 0; cut < TRAILER; cut++) {
		char trailer[TRAILER] = { 0 };
		struct maker m = { .trailer = trailer };
		struct packs *packs;

		add_blob(&m, 2, "x");
		begin(&m, 1);
		buf_add(&m.pack, entry.ptr, entry.len - cut);
		memcpy(trailer, entry.ptr + entry.len - cut, cut);
		packs = open_made(&m);
		if (cut)
			check_none(packs, 1);
		else
			check_blob(packs, 1, "x");
		close_made(packs);
	}
	buf_release(&entry);
	buf_release(&delta);
}

/* The entry itself cut at each byte, the trailer behind it. */
static void test_entry_cut(void **state)
{
	struct buf entry = BUF_INIT, delta = BUF_INIT;
	struct oid base = numbered(2);

	(void)state;
	start_delta(&delta, 3, 200);
	add_copy(&delta, 0, 3);
	for (int i = 0; i < 197; i++)
		add_insert(&delta, "y");
	for (int type = OFS_DELTA; type <= REF_DELTA; type++) {
		buf_reset(&entry);
		add_header(&entry, type, delta.len);
		if (type == REF_DELTA)
			buf_add(&entry, base.b, OID_SIZE);
		else
			add_distance(&entry, 300);
		add_stored(&entry, delta.ptr, delta.len);
		for (size_t len = 0; len <= entry.len; len++) {
			struct maker m = { 0 };
			struct packs *packs;

			add_blob(&m, 2, "one");
			while (m.pack.len < 312)
				buf_addch(&m.pack, '-');
			begin(&m, 1);
			buf_add(&m.pack, entry.ptr, len);
			packs = open_made(&m);
			if (len < entry.len)
				check_none(packs, 1);
			else
				object_bytes_put(get(packs, 1));
			close_made(packs);
		}
	}
	buf_release(&entry);
	buf_release(&delta);
}

/* Broken deltas */

/* Of "0123456789", and NULL where there is to be nothing. */
static void check_delta(const void *bytes, size_t len, const char *wanted)
{
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;

	buf_add(&delta, bytes, len);
	add_blob(&m, 2, "0123456789");
	add_ref(&m, 1, 2, &delta);
	packs = open_made(&m);
	if (wanted)
		check_blob(packs, 1, wanted);
	else
		check_none(packs, 1);
	close_made(packs);
	buf_release(&delta);
}

static void test_bad_deltas(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *wanted;
	} cases[] = {
#define DELTA(bytes) bytes, sizeof(bytes) - 1
		{ DELTA("\012\003\220\003"), "012" },
		{ DELTA("\012\003\221\007\003"), "789" },
		{ DELTA("\012\003\003abc"), "abc" },
		{ DELTA("\012\012\220\012"), "0123456789" },
		{ DELTA("\012\0"), "" },
		{ DELTA("\212\0\003\220\003"), "012" },
		/* another base */
		{ DELTA("\011\003\220\003"), NULL },
		{ DELTA("\013\003\220\003"), NULL },
		{ DELTA("\212\001\003\220\003"), NULL },
		/* another result */
		{ DELTA("\012\002\220\003"), NULL },
		{ DELTA("\012\004\220\003"), NULL },
		{ DELTA("\012\002\003abc"), NULL },
		{ DELTA("\012\004\003abc"), NULL },
		{ DELTA("\012\004\220\003\220\003"), NULL },
		{ DELTA("\012\0\001a"), NULL },
		{ DELTA("\012\001"), NULL },
		/* not in the base */
		{ DELTA("\012\013\220\013"), NULL },
		{ DELTA("\012\003\221\010\003"), NULL },
		{ DELTA("\012\001\221\012\001"), NULL },
		{ DELTA("\012\001\221\013\001"), NULL },
		{ DELTA("\012\001\230\001\001"), NULL },
		{ DELTA("\012\001\237\377\377\377\377\001"), NULL },
		{ DELTA("\012\200\200\004\200"), NULL },
		{ DELTA("\012\001\200"), NULL },
		{ DELTA("\012\200\200\200\010\360\0\0\200"), NULL },
		/* more than is there */
		{ DELTA("\012\003\003ab"), NULL },
		{ DELTA("\012\003\003"), NULL },
		{ DELTA("\012\003\177abc"), NULL },
		{ DELTA("\012\003\220"), NULL },
		{ DELTA("\012\003\377\0\0\0\0\003\0"), NULL },
		/* a code that git keeps for later */
		{ DELTA("\012\003\220\003\0"), NULL },
		{ DELTA("\012\003\0\220\003"), NULL },
		{ DELTA("\012\0\0"), NULL },
		/* no end of a size */
		{ DELTA(""), NULL }, { DELTA("\012"), NULL },
		{ DELTA("\212"), NULL }, { DELTA("\012\200"), NULL },
		{ DELTA("\212\200\200\200\200\200\200\200\200\200\200\0\003"
			"\220\003"), NULL },
		{ DELTA("\012\377\377\377\377\377\377\377\377\377\377\377\001"),
		  NULL },
		{ DELTA("\012\203\200\200\200\200\200\200\200\200\200\002"
			"\220\003"), NULL },
#undef DELTA
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_delta(cases[i].bytes, cases[i].len, cases[i].wanted);
}

/* Megabytes into a few bytes. */
static void test_delta_overflow(void **state)
{
	char *base = xcalloc(1, 0x10000), text[128] = { 0 };
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;
	size_t at;

	(void)state;
	memset(text, 'x', 127);
	at = add_object(&m, 1, OBJECT_BLOB, base, 0x10000);
	for (uint32_t kind = 0; kind < 2; kind++) {
		start_delta(&delta, 0x10000, 16);
		for (int i = 0; i < 200000; i++)
			if (kind)
				add_insert(&delta, text);
			else
				add_copy(&delta, 0, 0x10000);
		add_ofs(&m, 2 + kind, at, &delta);
	}
	packs = open_made(&m);
	check_none(packs, 2);
	check_none(packs, 3);
	close_made(packs);
	buf_release(&delta);
	free(base);
}

static void test_delta_cut(void **state)
{
	struct buf delta = BUF_INIT;

	(void)state;
	start_delta(&delta, 10, 200);
	for (int i = 0; i < 19; i++)
		add_copy(&delta, 0, 10);
	add_copy(&delta, 1, 5);
	add_insert(&delta, "abcde");
	for (size_t len = 0; len < delta.len; len++)
		check_delta(delta.ptr, len, NULL);
	buf_release(&delta);
}

/* Broken bases */

/* A delta of that distance, 300 bytes from the start of its pack. */
static void check_distance(const void *bytes, size_t len, const char *wanted)
{
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;

	start_delta(&delta, 3, 3);
	add_copy(&delta, 0, 3);
	add_blob(&m, 2, "one");
	while (m.pack.len < 300)
		buf_addch(&m.pack, '-');
	begin(&m, 1);
	add_header(&m.pack, OFS_DELTA, delta.len);
	buf_add(&m.pack, bytes, len);
	add_zlib(&m.pack, delta.ptr, delta.len);
	packs = open_made(&m);
	if (wanted)
		check_blob(packs, 1, wanted);
	else
		check_none(packs, 1);
	close_made(packs);
	buf_release(&delta);
}

static void test_distances(void **state)
{
	static const size_t bad[] = { 0, 1, 287, 289, 299, 300, 301, 5000,
				      1u << 31, SIZE_MAX >> 14 };
	struct buf b = BUF_INIT;

	(void)state;
	add_distance(&b, 300 - 12);
	check_distance(b.ptr, b.len, "one");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		buf_reset(&b);
		add_distance(&b, bad[i]);
		check_distance(b.ptr, b.len, NULL);
	}
	/* 288 and 2^64, of which 288 would be left */
	check_distance("\200\376\376\376\376\376\376\377\201\040", 10,
		       NULL);
	for (size_t n = 1; n < 30; n++) {
		char bytes[30];

		memset(bytes, 0xff, n);
		bytes[n] = 0;
		check_distance(bytes, n + 1, NULL);
	}
	buf_release(&b);
}

static void test_base_names(void **state)
{
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;

	(void)state;
	start_delta(&delta, 3, 3);
	add_copy(&delta, 0, 3);
	add_ref(&m, 1, 1, &delta);		/* itself */
	add_ref(&m, 2, 3, &delta);		/* each other */
	add_ref(&m, 3, 2, &delta);
	add_ref(&m, 4, 99, &delta);		/* nobody */
	add_ref(&m, 5, 6, &delta);		/* another pack's */
	add_ofs(&m, 7, add_ref(&m, 8, 7, &delta), &delta);
	put_made("a/pack/1", &m);
	add_blob(&m, 6, "six");
	put_made("b/pack/2", &m);
	packs = open_dirs();
	check_blob(packs, 6, "six");
	for (uint32_t i = 1; i < 9; i++)
		if (i != 6)
			check_none(packs, i);
	check_blob(packs, 6, "six");
	packs_free(packs);
	drop("a/pack/1");
	drop("b/pack/2");
	buf_release(&delta);
}

/* A delta of what is broken; its own fault is not the base's. */
static void test_broken_base(void **state)
{
	struct buf delta = BUF_INIT;
	struct maker m = { 0 };
	struct packs *packs;
	size_t at, bad;

	(void)state;
	start_delta(&delta, 3, 3);
	add_copy(&delta, 0, 3);
	at = add_blob(&m, 1, "one");
	bad = begin(&m, 2);
	add_header(&m.pack, OBJECT_BLOB, 3);
	add_stored(&m.pack, "four", 4);
	add_ofs(&m, 3, bad, &delta);
	bad = begin(&m, 4);
	add_header(&m.pack, OFS_DELTA, delta.len + 1);
	add_distance(&m.pack, bad - at);
	add_zlib(&m.pack, delta.ptr, delta.len);
	add_ofs(&m, 5, bad, &delta);
	add_ofs(&m, 6, at, &delta);
	bad = begin(&m, 7);
	add_header(&m.pack, OFS_DELTA, delta.len - 1);
	add_distance(&m.pack, bad - at);
	add_zlib(&m.pack, delta.ptr, delta.len);
	bad = begin(&m, 8);
	add_header(&m.pack, OFS_DELTA, delta.len);
	add_distance(&m.pack, bad - at);
	add_stored(&m.pack, delta.ptr, delta.len);
	m.pack.ptr[m.pack.len - 1] ^= 1;	/* the checksum */
	packs = open_made(&m);
	for (int i = 0; i < 2; i++) {
		check_blob(packs, 6, "one");
		check_none(packs, 2);
		check_none(packs, 3);
		check_none(packs, 4);
		check_none(packs, 5);
		check_none(packs, 7);
		check_none(packs, 8);
		check_blob(packs, 1, "one");
	}
	close_made(packs);
	buf_release(&delta);
}

/* For the sanitizers. */
static void test_corrupt(void **state)
{
	struct image good = small_image(true);
	uint32_t random = 1, found = 0, missing = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		struct image bad = { BUF_INIT, BUF_INIT };
		struct packs *packs;

		buf_add(&bad.idx, good.idx.ptr, good.idx.len);
		buf_add(&bad.pack, good.pack.ptr, good.pack.len);
		for (int k = 0; k < 3; k++) {
			struct buf *b = i % 3 ? &bad.pack : &bad.idx;

			random = random * 1664525u + 1013904223u;
			b->ptr[(random >> 8) % b->len] ^=
				(char)(1 << (random >> 5) % 8);
		}
		put_image("a/pack/1", &bad);
		packs = open_dirs();
		for (uint32_t n = 0; n < 4; n++) {
			struct object_bytes *content = get(packs, n);

			found += content != NULL;
			missing += content == NULL;
			object_bytes_put(content);
		}
		close_made(packs);
		image_release(&bad);
	}
	assert_true(found > 200 && missing > 200);
	image_release(&good);
}

static const char *const dirs_made[] = { "a", "a/pack", "b", "b/pack" };

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(dirs_made); i++) {
		char *path = xasprintf("%s/%s", dir, dirs_made[i]);
		int rc = mkdir(path, 0700);

		free(path);
		if (rc)
			return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = ARRAY_SIZE(dirs_made); i-- > 0;) {
		char *path = xasprintf("%s/%s", dir, dirs_made[i]);

		rmdir(path);
		free(path);
	}
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_packs),
		cmocka_unit_test(test_deltas),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_chain_past_memory),
		cmocka_unit_test(test_chain_time),
		cmocka_unit_test(test_content_outlives_packs),
		cmocka_unit_test(test_far_offsets),
		cmocka_unit_test(test_two_dirs),
		cmocka_unit_test(test_repacked),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_broken_headers),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_index_shorter),
		cmocka_unit_test(test_index_without_names),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_far_table),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_long_lengths),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_bad_streams),
		cmocka_unit_test(test_trailer_is_no_data),
		cmocka_unit_test(test_trailer_is_no_entry),
		cmocka_unit_test(test_trailer_is_no_base),
		cmocka_unit_test(test_entry_cut),
		cmocka_unit_test(test_bad_deltas),
		cmocka_unit_test(test_delta_overflow),
		cmocka_unit_test(test_delta_cut),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_base_names),
		cmocka_unit_test(test_broken_base),
		cmocka_unit_test(test_corrupt),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
