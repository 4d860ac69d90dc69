/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
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

/* What each test starts with: two directories, and nothing in them. */
static char dir[32];
static struct maker maker;
static struct packs *packs;		/* of these directories */
static struct buf delta;

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
static size_t begin(uint32_t i)
{
	if (!maker.pack.len) {
		buf_add(&maker.pack, "PACK\0\0\0\2", 8);
		add32(&maker.pack, 0);
	}
	GROW(maker.v, maker.n, maker.cap);
	maker.v[maker.n++] = (struct name){ numbered(i), maker.pack.len };
	return maker.pack.len;
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

static size_t add_object(uint32_t i, int type, const void *data, size_t len)
{
	size_t at = begin(i);

	add_header(&maker.pack, type, len);
	add_zlib(&maker.pack, data, len);
	return at;
}

static size_t add_blob(uint32_t i, const char *text)
{
	return add_object(i, OBJECT_BLOB, text, strlen(text));
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

static size_t add_ofs(uint32_t i, size_t base)
{
	size_t at = begin(i);

	add_header(&maker.pack, OFS_DELTA, delta.len);
	add_distance(&maker.pack, at - base);
	add_zlib(&maker.pack, buf_str(&delta), delta.len);
	return at;
}

static size_t add_ref(uint32_t i, uint32_t base)
{
	struct oid oid = numbered(base);
	size_t at = begin(i);

	add_header(&maker.pack, REF_DELTA, delta.len);
	buf_add(&maker.pack, oid.b, OID_SIZE);
	add_zlib(&maker.pack, buf_str(&delta), delta.len);
	return at;
}

/* Deltas */

static void start_delta(size_t base_len, size_t len)
{
	buf_reset(&delta);
	add_size(&delta, base_len);
	add_size(&delta, len);
}

static void add_copy(size_t from, size_t len)
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
	buf_addch(&delta, (char)code);
	buf_add(&delta, bytes, n);
}

static void add_insert(const char *text)
{
	buf_addch(&delta, (char)strlen(text));
	buf_addstr(&delta, text);
}

/* Files */

static int by_name(const void *a, const void *b)
{
	return memcmp(((const struct name *)a)->oid.b,
		      ((const struct name *)b)->oid.b, OID_SIZE);
}

static void make_offsets(struct buf *idx)
{
	for (size_t i = 0; i < maker.n; i++)
		add32(idx, maker.far ?
			   0x80000000 | (uint32_t)(maker.n - 1 - i) :
			   (uint32_t)maker.v[i].offset);
	for (size_t i = maker.n; maker.far && i-- > 0;) {
		add32(idx, (uint32_t)(maker.v[i].offset >> 32));
		add32(idx, (uint32_t)maker.v[i].offset);
	}
}

static void make_index(const char *trailer, struct buf *idx)
{
	uint32_t n = 0;

	buf_add(idx, "\377tOc\0\0\0\2", 8);
	for (unsigned int i = 0; i < 256; i++) {
		while (n < maker.n && maker.v[n].oid.b[0] <= i)
			n++;
		add32(idx, n);
	}
	for (size_t i = 0; i < maker.n; i++)
		buf_add(idx, maker.v[i].oid.b, OID_SIZE);
	for (size_t i = 0; i < maker.n; i++)
		add32(idx, 0);		/* CRC, not looked at */
	make_offsets(idx);
	buf_add(idx, trailer, TRAILER);
	buf_add(idx, "not looked at either", OID_SIZE);
}

/* What was made; of the maker nothing is left. */
static struct image finish(void)
{
	const char *trailer = maker.trailer ? maker.trailer :
					      "these match ........";
	struct image image = { .pack = maker.pack };

	for (int i = 0; i < 4; i++)
		image.pack.ptr[8 + i] = (char)(maker.n >> 8 * (3 - i));
	buf_add(&image.pack, trailer, TRAILER);
	qsort(maker.v, maker.n, sizeof(*maker.v), by_name);
	make_index(trailer, &image.idx);
	free(maker.v);
	maker = (struct maker){ 0 };
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

static void put_made(const char *name)
{
	struct image image = finish();

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

/* Has what is in the directories now. */
static void reopen(void)
{
	char *dirs[] = { xasprintf("%s/a", dir), xasprintf("%s/b", dir),
			 xasprintf("%s/none", dir), NULL };

	packs_free(packs);
	packs = packs_open(dirs);
	for (size_t i = 0; dirs[i]; i++)
		free(dirs[i]);
}

static void open_made(void)
{
	put_made("a/pack/1");
	reopen();
}

/* Reading */

static struct object_bytes *get(uint32_t i)
{
	struct oid oid = numbered(i);

	return packs_read(packs, &oid);
}

static void check(uint32_t i, enum object_type type, const char *data,
		  size_t len)
{
	struct object_bytes *content = get(i);
	struct oid oid = numbered(i);

	if (!content)
		fail_msg("object %u is not there", i);
	assert_int_equal(content->type, type);
	assert_int_equal(packs_type(packs, &oid), type);
	assert_int_equal(content->len, len);
	assert_memory_equal(content->data, data, len);
	assert_int_equal(content->data[len], '\0');
	object_bytes_put(content);
}

static void check_blob(uint32_t i, const char *text)
{
	check(i, OBJECT_BLOB, text, strlen(text));
}

static void check_none(uint32_t i)
{
	struct object_bytes *content = get(i);

	if (content)
		fail_msg("object %u is there", i);
}

/* What is right */

static void test_types(void **state)
{
	const struct oid missing = numbered(6);

	(void)state;
	add_object(1, OBJECT_COMMIT, "a commit", 8);
	add_object(2, OBJECT_TREE, "a tr\0e", 6);
	add_object(3, OBJECT_BLOB, "a blob, longer than its header", 30);
	add_object(4, OBJECT_TAG, "a tag", 5);
	add_object(5, OBJECT_BLOB, "", 0);
	open_made();
	for (int i = 0; i < 2; i++) {
		check(1, OBJECT_COMMIT, "a commit", 8);
		check(2, OBJECT_TREE, "a tr\0e", 6);
		check_blob(3, "a blob, longer than its header");
		check(4, OBJECT_TAG, "a tag", 5);
		check_blob(5, "");
		check_none(6);
		check_none(0);
	}
	assert_int_equal(packs_type(packs, &missing), OBJECT_MISSING);
	object_bytes_put(NULL);
	packs_free(NULL);
}

/* Each first byte of a name, and the first and last of those with it. */
static void test_names(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		add_object(i, OBJECT_TREE, &i, sizeof(i));
	open_made();
	for (uint32_t i = 0; i < 1000; i++)
		check(i, OBJECT_TREE, (const char *)&i, sizeof(i));
	for (uint32_t i = 1000; i < 2000; i++)
		check_none(i);
}

static void test_no_packs(void **state)
{
	(void)state;
	reopen();
	check_none(1);
	begin(1);
	maker.n = 0;
	open_made();
	check_none(1);
}

static void test_deltas(void **state)
{
	size_t at;

	(void)state;
	start_delta(5, 8);
	add_copy(1, 3);
	add_insert("new");
	add_copy(3, 2);
	add_ref(1, 2);		/* of one that comes later */
	at = add_object(2, OBJECT_COMMIT, "01234", 5);
	at = add_ofs(3, at);
	start_delta(8, 3);
	add_copy(0, 1);
	add_copy(7, 1);
	add_insert("!");
	add_ofs(4, at);
	add_ref(5, 1);
	start_delta(5, 0);
	add_ref(6, 2);
	start_delta(5, 5);
	add_copy(0, 5);
	add_ref(7, 2);
	open_made();
	for (int i = 0; i < 2; i++) {
		check(4, OBJECT_COMMIT, "14!", 3);
		check(5, OBJECT_COMMIT, "14!", 3);
		check(1, OBJECT_COMMIT, "123new34", 8);
		check(3, OBJECT_COMMIT, "123new34", 8);
		check(2, OBJECT_COMMIT, "01234", 5);
		check(6, OBJECT_COMMIT, "", 0);
		check(7, OBJECT_COMMIT, "01234", 5);
	}
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

	(void)state;
	at = add_object(0, OBJECT_TREE, base, len);
	for (uint32_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_delta(len, cases[i].len);
		add_copy(cases[i].from, cases[i].len);
		add_ofs(i + 1, at);
	}
	open_made();
	for (uint32_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(i + 1, OBJECT_TREE, base + cases[i].from,
		      cases[i].len);
	free(base);
}

static char letter(uint32_t i)
{
	return (char)('a' + i % 23);
}

/* Object 0, and `n` after it, each the one before and a letter more. */
static void add_chain(uint32_t n, size_t base_len)
{
	char *base = xcalloc(base_len + 1, 1);
	size_t at;

	memset(base, '.', base_len);
	at = add_blob(0, base);
	for (uint32_t i = 1; i <= n; i++) {
		char text[] = { letter(i), '\0' };

		start_delta(base_len, base_len + 1);
		add_copy(0, base_len++);
		add_insert(text);
		at = i % 5 ? add_ofs(i, at) : add_ref(i, i - 1);
	}
	free(base);
}

static void check_link(uint32_t i, size_t base_len)
{
	struct object_bytes *content = get(i);

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
	(void)state;
	add_chain(MAX_CHAIN, 100);
	open_made();
	check_link(MAX_CHAIN, 100);
	check_link(MAX_CHAIN, 100);
	check_link(0, 100);
	add_chain(MAX_CHAIN + 1, 100);
	open_made();
	check_none(MAX_CHAIN + 1);
	check_link(MAX_CHAIN, 100);
}

/* More than is remembered, read in either order and across. */
static void test_chain_past_memory(void **state)
{
	enum { N = 300, LEN = 200000 };

	(void)state;
	add_chain(N, LEN);
	open_made();
	for (uint32_t i = 0; i < N; i += 7)
		check_link(i, LEN);
	for (uint32_t i = N; i > 0; i -= 5)
		check_link(i, LEN);
	for (uint32_t i = 0; i < N; i++)
		check_link(i * 77 % N, LEN);
}

/* The processor time that it takes to read n links, the last one first. */
static double read_links(uint32_t last, uint32_t step, uint32_t n, size_t len)
{
	clock_t start;

	reopen();
	start = clock();
	for (uint32_t i = last; n--; i -= step) {
		struct object_bytes *content = get(i);

		assert_int_equal(content->len, len + i);
		object_bytes_put(content);
	}
	return (double)(clock() - start);
}

/*
 * From its end, as history is read, each object is not made from the first one
 * on: that would take a hundred times as long as to read the first one as
 * often.
 */
static void test_chain_time(void **state)
{
	enum { N = 200, LEN = 2200000 };
	double first;

	(void)state;
	add_chain(N, LEN);
	put_made("a/pack/1");
	first = read_links(0, 0, N, LEN);
	assert_true(read_links(N, 1, N, LEN) < 20 * first);
}

/* What is shared stays as long as somebody has it. */
static void test_content_outlives_packs(void **state)
{
	struct object_bytes *base, *again, *last;

	(void)state;
	add_chain(3, 10);
	open_made();
	last = get(3);
	base = get(1);
	again = get(1);
	assert_non_null(base);
	assert_ptr_equal(base, again);
	object_bytes_put(again);
	drop("a/pack/1");
	reopen();
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

	(void)state;
	maker.far = true;
	add_blob(1, "one");
	add_blob(2, "two");
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(3 + i);
		maker.v[2 + i].offset = bad[i];
	}
	open_made();
	check_blob(1, "one");
	check_blob(2, "two");
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++)
		check_none(3 + i);
}

static void test_two_dirs(void **state)
{
	(void)state;
	add_blob(1, "one");
	add_blob(3, "in both");
	put_made("a/pack/1");
	add_blob(2, "two");
	add_blob(3, "in both");
	put_made("b/pack/2");
	add_blob(4, "four");
	put_made("b/pack/3");
	put("b/pack/4", ".pack", "a stray one", 11);
	put("b/pack/5", ".index", "not one", 7);
	reopen();
	for (uint32_t i = 0; i < 12; i++) {
		check_blob(3, "in both");
		check_blob(i % 2 + 1, i % 2 ? "two" : "one");
		check_blob(4, "four");
		check_none(5);
	}
	drop_file("a/pack/1", ".pack");
	reopen();
	check_none(1);
	check_blob(3, "in both");
	check_blob(2, "two");
}

/* Gone since the directories were read, or while it was in use. */
static void test_repacked(void **state)
{
	(void)state;
	add_blob(1, "one");
	put_made("a/pack/1");
	add_blob(2, "two");
	put_made("b/pack/2");
	reopen();
	drop("b/pack/2");
	check_none(2);
	check_blob(1, "one");
	drop("a/pack/1");
	check_blob(1, "one");
	add_blob(2, "two again");
	put_made("b/pack/2");
	check_none(2);
	reopen();
	check_blob(2, "two again");
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
	size_t before;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		add_object(i, OBJECT_BLOB, &i, sizeof(i));
		buf_add(&maker.pack, gap,
			(i + 1) * (size_t)APART - maker.pack.len);
	}
	open_made();
	check(0, OBJECT_BLOB, "\0\0\0\0", 4);
	before = mapped_kib();
	for (int round = 0; round < 3; round++)
		for (uint32_t i = 0; i < N; i++)
			check(i, OBJECT_BLOB, (const char *)&i,
			      sizeof(i));
	assert_true(mapped_kib() < before + N * (APART >> 10) / 2);
	free(gap);
}

/* Broken files */

static struct image small_image(bool far)
{
	maker.far = far;
	add_blob(1, "one");
	add_blob(2, "a second");
	start_delta(3, 6);
	add_copy(0, 3);
	add_insert("and");
	add_ref(3, 1);
	return finish();
}

static bool reads(uint32_t i)
{
	struct object_bytes *content;
	bool is;

	reopen();
	content = get(i);
	is = content;
	object_bytes_put(content);
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
		image_release(&image);
	}
}

/* A name's offset made any other. */
static void test_offsets(void **state)
{
	struct image image = small_image(false);
	size_t at = image.idx.len - 2 * TRAILER - 3 * 4, sum = 0;
	uint32_t end = (uint32_t)image.pack.len;

	(void)state;
	for (uint32_t offset = 0; offset < end + 40; offset++) {
		for (size_t i = 0; i < 12; i++)
			image.idx.ptr[at + i] =
				(char)(offset >> 8 * (3 - i % 4));
		put_image("a/pack/1", &image);
		reopen();
		for (uint32_t i = 1; i < 4; i++) {
			struct object_bytes *content = get(i);

			sum += content != NULL;
			assert_true(!content || offset < end - TRAILER);
			object_bytes_put(content);
		}
	}
	/* Three names for each of two objects; the delta is its own base. */
	assert_int_equal(sum, 6);
	image_release(&image);
}

/* An index that ends with its page, and asks for far offsets it has not. */
static void test_far_table(void **state)
{
	enum { N = 100, FAR = (4096 - 8 - 1024 - 40 - N * 28) / 8 };
	static const uint32_t numbers[] = { 0, FAR - 1, FAR, FAR + 1,
					    0x7fffffff };
	struct image image;
	struct buf far = BUF_INIT;

	(void)state;
	maker.trailer = "\0\0\0\0\0\0\0\14 and so on.";
	for (uint32_t i = 0; i < N; i++) {
		size_t at = add_blob(i, "same");

		if (i < ARRAY_SIZE(numbers))
			maker.v[i].offset = 0x80000000 | numbers[i];
		if (i < FAR) {
			add32(&far, 0);
			add32(&far, (uint32_t)at);
		}
	}
	image = finish();
	buf_add(&far, image.idx.ptr + image.idx.len - 2 * TRAILER, 2 * TRAILER);
	image.idx.len -= 2 * TRAILER;
	buf_add(&image.idx, far.ptr, far.len);
	assert_int_equal(image.idx.len, 4096);
	put_image("a/pack/1", &image);
	reopen();
	check_blob(0, "same");
	check_blob(1, "same");
	for (uint32_t i = 2; i < ARRAY_SIZE(numbers); i++)
		check_none(i);
	check_blob(50, "same");
	buf_release(&far);
	image_release(&image);
}

/* Broken entries */

/* The only entry made of these bytes. */
static void check_entry(const void *bytes, size_t len, const char *wanted)
{
	begin(1);
	buf_add(&maker.pack, bytes, len);
	add_blob(2, "another");
	open_made();
	if (wanted)
		check_blob(1, wanted);
	else
		check_none(1);
	check_blob(2, "another");
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
	size_t at;

	(void)state;
	add_object(1, OBJECT_BLOB, zeros, MAX_OBJECT);
	add_object(2, OBJECT_BLOB, zeros, MAX_OBJECT + 1);
	at = add_object(3, OBJECT_BLOB, zeros, 0x10000);
	for (uint32_t more = 0; more < 2; more++) {
		start_delta(0x10000, MAX_OBJECT + more);
		for (size_t i = 0; i < MAX_OBJECT / 0x10000; i++)
			add_copy(0, 0x10000);
		if (more)
			add_insert("x");
		add_ofs(4 + more, at);
	}
	open_made();
	check(1, OBJECT_BLOB, zeros, MAX_OBJECT);
	check_none(2);
	check(4, OBJECT_BLOB, zeros, MAX_OBJECT);
	check_none(5);
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

		(void)state;
		maker.trailer = trailer;
		begin(1);
		add_header(&maker.pack, OBJECT_BLOB, 5);
		add_stored(&maker.pack, "hello", 5);
		maker.pack.len -= cut;
		memcpy(trailer, maker.pack.ptr + maker.pack.len, cut);
		open_made();
		if (cut)
			check_none(1);
		else
			check_blob(1, "hello");
	}
}

/* The entry itself cut at each byte, the trailer after it. */
static void test_entry_cut(void **state)
{
	struct buf entry = BUF_INIT;
	struct oid base = numbered(2);

	(void)state;
	start_delta(3, 200);
	add_copy(0, 3);
	for (int i = 0; i < 197; i++)
		add_insert("y");
	for (int type = OFS_DELTA; type <= REF_DELTA; type++) {
		buf_reset(&entry);
		add_header(&entry, type, delta.len);
		if (type == REF_DELTA)
			buf_add(&entry, base.b, OID_SIZE);
		else
			add_distance(&entry, 300);
		add_stored(&entry, delta.ptr, delta.len);
		for (size_t len = 0; len <= entry.len; len++) {
			add_blob(2, "one");
			while (maker.pack.len < 312)
				buf_addch(&maker.pack, '-');
			begin(1);
			buf_add(&maker.pack, entry.ptr, len);
			open_made();
			if (len < entry.len)
				check_none(1);
			else
				object_bytes_put(get(1));
		}
	}
	buf_release(&entry);
}

/* Broken deltas */

/* Of "0123456789", and NULL where there is to be nothing. */
static void check_delta(const void *bytes, size_t len, const char *wanted)
{
	buf_reset(&delta);
	buf_add(&delta, bytes, len);
	add_blob(2, "0123456789");
	add_ref(1, 2);
	open_made();
	if (wanted)
		check_blob(1, wanted);
	else
		check_none(1);
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
	size_t at;

	(void)state;
	memset(text, 'x', 127);
	at = add_object(1, OBJECT_BLOB, base, 0x10000);
	for (uint32_t kind = 0; kind < 2; kind++) {
		start_delta(0x10000, 16);
		for (int i = 0; i < 200000; i++)
			if (kind)
				add_insert(text);
			else
				add_copy(0, 0x10000);
		add_ofs(2 + kind, at);
	}
	open_made();
	check_none(2);
	check_none(3);
	free(base);
}

/* Broken bases */

/* A delta of that distance, 300 bytes from the start of its pack. */
static void check_distance(const void *bytes, size_t len, const char *wanted)
{
	start_delta(3, 3);
	add_copy(0, 3);
	add_blob(2, "one");
	while (maker.pack.len < 300)
		buf_addch(&maker.pack, '-');
	begin(1);
	add_header(&maker.pack, OFS_DELTA, delta.len);
	buf_add(&maker.pack, bytes, len);
	add_zlib(&maker.pack, delta.ptr, delta.len);
	open_made();
	if (wanted)
		check_blob(1, wanted);
	else
		check_none(1);
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
	(void)state;
	start_delta(3, 3);
	add_copy(0, 3);
	add_ref(1, 1);		/* itself */
	add_ref(2, 3);		/* each other */
	add_ref(3, 2);
	add_ref(4, 99);		/* nobody */
	add_ref(5, 6);		/* another pack's */
	add_ofs(7, add_ref(8, 7));
	put_made("a/pack/1");
	add_blob(6, "six");
	put_made("b/pack/2");
	reopen();
	check_blob(6, "six");
	for (uint32_t i = 1; i < 9; i++)
		if (i != 6)
			check_none(i);
	check_blob(6, "six");
}

/* A delta of what is broken; its own fault is not the base's. */
static void test_broken_base(void **state)
{
	size_t at, bad;

	(void)state;
	start_delta(3, 3);
	add_copy(0, 3);
	at = add_blob(1, "one");
	bad = begin(2);
	add_header(&maker.pack, OBJECT_BLOB, 3);
	add_stored(&maker.pack, "four", 4);
	add_ofs(3, bad);
	bad = begin(4);
	add_header(&maker.pack, OFS_DELTA, delta.len + 1);
	add_distance(&maker.pack, bad - at);
	add_zlib(&maker.pack, delta.ptr, delta.len);
	add_ofs(5, bad);
	add_ofs(6, at);
	bad = begin(7);
	add_header(&maker.pack, OFS_DELTA, delta.len - 1);
	add_distance(&maker.pack, bad - at);
	add_zlib(&maker.pack, delta.ptr, delta.len);
	bad = begin(8);
	add_header(&maker.pack, OFS_DELTA, delta.len);
	add_distance(&maker.pack, bad - at);
	add_stored(&maker.pack, delta.ptr, delta.len);
	maker.pack.ptr[maker.pack.len - 1] ^= 1;	/* the checksum */
	open_made();
	for (int i = 0; i < 2; i++) {
		check_blob(6, "one");
		check_none(2);
		check_none(3);
		check_none(4);
		check_none(5);
		check_none(7);
		check_none(8);
		check_blob(1, "one");
	}
}

static int setup(void **state)
{
	static const char *const names[] = { "a", "a/pack", "b", "b/pack" };
	int rc = 0;

	(void)state;
	strcpy(dir, "/tmp/test_pack.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/%s", dir, names[i]);

		rc |= mkdir(path, 0700);
		free(path);
	}
	return rc;
}

static int remove_entry(const char *path, const struct stat *st, int flag,
			struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	packs_free(packs);
	packs = NULL;
	buf_release(&delta);
	return nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_types),
		TEST(test_names),
		TEST(test_no_packs),
		TEST(test_deltas),
		TEST(test_copies),
		TEST(test_chain),
		TEST(test_chain_past_memory),
		TEST(test_chain_time),
		TEST(test_content_outlives_packs),
		TEST(test_far_offsets),
		TEST(test_two_dirs),
		TEST(test_repacked),
		TEST(test_memory),
		TEST(test_broken_headers),
		TEST(test_cut),
		TEST(test_index_shorter),
		TEST(test_offsets),
		TEST(test_far_table),
		TEST(test_lengths),
		TEST(test_long_lengths),
		TEST(test_largest),
		TEST(test_bad_streams),
		TEST(test_trailer_is_no_data),
		TEST(test_entry_cut),
		TEST(test_bad_deltas),
		TEST(test_delta_overflow),
		TEST(test_distances),
		TEST(test_base_names),
		TEST(test_broken_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
