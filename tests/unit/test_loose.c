/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/loose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/mem.h"

/* One object directory with one file in it. */
static char dir[] = "/tmp/test_loose.XXXXXX";
static char *dirs[] = { dir, NULL };
static char *path;
static struct oid oid;
static struct error err;

static int set_up(void **state)
{
	char *sub;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	memset(&oid, 0xab, sizeof(oid));
	sub = xasprintf("%s/ab", dir);
	path = xasprintf("%s/%038d", sub, 0);
	for (int i = 0; i < 38; i++)
		path[strlen(sub) + 1 + i] = "ab"[i % 2];
	if (mkdir(sub, 0700))
		return -1;
	free(sub);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	free(path);
	return rmdir(dir);
}

static void write_file(const void *data, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* Deflates the bytes into `out`; gives how many there are. */
static size_t deflate_all(const char *data, size_t len, unsigned char *out,
			  size_t cap)
{
	uLongf n = cap;

	assert_int_equal(compress(out, &n, (const Bytef *)data, len), Z_OK);
	return n;
}

static void write_object(const char *data, size_t len)
{
	unsigned char out[12000];

	write_file(out, deflate_all(data, len, out, sizeof(out)));
}

/* Whether it is read, and, where not, that the error names it. */
static bool is_read(void)
{
	struct object_bytes *bytes;
	int rc = loose_read(dirs, &oid, &bytes, &err);

	if (rc) {
		assert_null(bytes);
		assert_non_null(strstr(err.msg, "abababababab"));
		return false;
	}
	assert_non_null(bytes);
	object_bytes_put(bytes);
	return true;
}

#define OBJECT "tree 40\0abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"

static void reads_an_object(void **state)
{
	struct object_bytes *bytes;
	struct object_bytes *small;
	enum object_type type;

	(void)state;
	write_object(OBJECT, sizeof(OBJECT) - 1);
	assert_int_equal(loose_type(dirs, &oid, &type, &small, &err), 0);
	assert_int_equal(type, OBJECT_TREE);
	assert_int_equal(small->len, 40);
	assert_memory_equal(small->data, &OBJECT[8], 41);
	object_bytes_put(small);
	assert_int_equal(loose_read(dirs, &oid, &bytes, &err), 0);
	assert_int_equal(bytes->type, OBJECT_TREE);
	assert_int_equal(bytes->len, 40);
	assert_memory_equal(bytes->data, &OBJECT[8], 41);
	object_bytes_put(bytes);
	write_object("blob 0\0", 7);
	assert_true(is_read());
}

static void knows_what_is_not_there(void **state)
{
	struct object_bytes *bytes, *small;
	enum object_type type;

	(void)state;
	unlink(path);
	assert_int_equal(loose_read(dirs, &oid, &bytes, &err), 0);
	assert_null(bytes);
	assert_int_equal(loose_type(dirs, &oid, &type, &small, &err), 0);
	assert_int_equal(type, OBJECT_MISSING);
	assert_null(small);
}

/* Both in the file and inflated; the first is small in the file alone. */
static void reads_what_is_not_small(void **state)
{
	static const size_t sizes[] = { 9000, 9001, 6000 };
	struct object_bytes *bytes, *small;
	enum object_type type;
	char text[9100];
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int n = snprintf(text, sizeof(text), "commit %zu", sizes[i]) + 1;

		for (size_t k = 0; k < sizes[i]; k++) {
			x = x * 1664525 + 1013904223;
			text[(size_t)n + k] = i ? (char)(x >> 24) : 'x';
		}
		write_object(text, (size_t)n + sizes[i]);
		assert_int_equal(loose_type(dirs, &oid, &type, &small, &err),
				 0);
		assert_int_equal(type, OBJECT_COMMIT);
		assert_null(small);
		assert_int_equal(loose_read(dirs, &oid, &bytes, &err), 0);
		assert_int_equal(bytes->len, sizes[i]);
		assert_memory_equal(bytes->data, text + n, sizes[i]);
		object_bytes_put(bytes);
	}
}

static void refuses_every_cut(void **state)
{
	unsigned char out[256];
	size_t n = deflate_all(OBJECT, sizeof(OBJECT) - 1, out, sizeof(out));

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		write_file(out, cut);
		assert_false(is_read());
	}
	write_file(out, n);
	assert_true(is_read());
}

/* What a power failure leaves: the length, and zeroes from some byte on. */
static void refuses_zeroes(void **state)
{
	unsigned char out[256];
	size_t n = deflate_all(OBJECT, sizeof(OBJECT) - 1, out, sizeof(out));

	(void)state;
	while (n-- > 0) {
		bool was_zero = !out[n];

		out[n] = 0;
		write_file(out, sizeof(out) / 2);
		if (!was_zero)
			assert_false(is_read());
	}
}

static void refuses_every_flip(void **state)
{
	unsigned char out[256];
	size_t n = deflate_all(OBJECT, sizeof(OBJECT) - 1, out, sizeof(out));

	(void)state;
	/*
	 * The first two bytes say how it was deflated, and may vary; so may the
	 * bits that fill up the last byte before the checksum.
	 */
	for (size_t bit = 16; bit < n * 8; bit++) {
		if (bit / 8 == n - 5)
			continue;
		out[bit / 8] ^= (unsigned char)(1 << bit % 8);
		write_file(out, n);
		assert_false(is_read());
		out[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

static void refuses_what_follows(void **state)
{
	unsigned char out[256];
	size_t n = deflate_all(OBJECT, sizeof(OBJECT) - 1, out, sizeof(out));

	(void)state;
	out[n] = 'x';
	write_file(out, n + 1);
	assert_false(is_read());
}

static void refuses_bad_headers(void **state)
{
	static const struct { const char *data; size_t len; } bad[] = {
#define BAD(s) { s, sizeof(s) - 1 }
		BAD("tree 3\0ab"), BAD("tree 1\0ab"), BAD("tree 02\0ab"),
		BAD("tree -2\0ab"), BAD("tree +2\0ab"), BAD("tree \0ab"),
		BAD("tree2\0ab"), BAD("tree 2"), BAD("tre 2\0ab"),
		BAD("trees 2\0ab"), BAD(" 2\0ab"), BAD("\0"), BAD("tree 2 \0ab"),
		BAD("tree 99999999999999999999\0ab"),
		BAD("tree 18446744073709551618\0ab"),
		BAD("tree 300000000\0ab"),
		BAD("tree 0000000000000000000000000000002\0ab"),
#undef BAD
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		write_object(bad[i].data, bad[i].len);
		assert_false(is_read());
	}
}

/* 256 MiB of zeroes deflate to 260 kB: its header says what it is. */
static void does_not_inflate_more_than_the_header_says(void **state)
{
	size_t len = 1 << 20;
	char *data = xcalloc(1, len);
	unsigned char out[8192];
	size_t n;

	(void)state;
	memcpy(data, "blob 100", 9);
	n = deflate_all(data, len, out, sizeof(out));
	write_file(out, n);
	assert_false(is_read());
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_object),
		cmocka_unit_test(knows_what_is_not_there),
		cmocka_unit_test(reads_what_is_not_small),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(refuses_zeroes),
		cmocka_unit_test(refuses_every_flip),
		cmocka_unit_test(refuses_what_follows),
		cmocka_unit_test(refuses_bad_headers),
		cmocka_unit_test(does_not_inflate_more_than_the_header_says),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
