/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "git/pack_file.h"

/* Small files are mapped, large ones are read in parts. */
enum { SMALL = 16 << 20, LARGE = (18 << 20) + 17 };

static char path[] = "/tmp/test_pack_file.XXXXXX";

static unsigned char shift;		/* which of two files it is */

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 7 + i / 251 + shift);
}

static void fill(size_t len)
{
	unsigned char *bytes = xmalloc(len);
	FILE *file = fopen(path, "w");

	for (size_t i = 0; i < len; i++)
		bytes[i] = byte_at(i);
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, len, 1, file), 1);
	assert_int_equal(fclose(file), 0);
	free(bytes);
}

static void check(const struct pack_file *file, struct pack_window *window,
		  size_t offset, size_t want)
{
	struct bytes b = pack_file_read(file, window, offset, want);
	size_t rest = offset < file->len ? file->len - offset : 0;
	size_t len = (size_t)(b.end - b.p);

	assert_true(len >= (want < rest ? want : rest) && len <= rest);
	for (size_t i = 0; i < len; i += i < 100 || len - i < 100 ? 1 : 50)
		if (b.p[i] != byte_at(offset + i))
			fail_msg("wrong byte %zu from %zu", i, offset);
}

static void check_peek(const struct pack_file *file, size_t offset,
		       size_t want)
{
	unsigned char bytes[100];
	size_t rest = offset < file->len ? file->len - offset : 0;
	size_t len = pack_file_peek(file, offset, bytes, want);

	assert_int_equal(len, want < rest ? want : rest);
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != byte_at(offset + i))
			fail_msg("wrong byte %zu from %zu", i, offset);
}

static void try_all(size_t len)
{
	struct pack_window window = { 0 };
	struct pack_file file = { 0 };
	uint32_t random = 1;

	fill(len);
	assert_true(pack_file_open(&file, path));
	assert_int_equal(file.len, len);
	for (size_t at = 0; at < len; at += 3001)
		check(&file, &window, at, 52);
	for (size_t at = len; at > 5000; at -= 4999)
		check(&file, &window, at, 5000);
	for (int round = 0; round < 2000; round++) {
		random = random * 1664525u + 1013904223u;
		check(&file, &window, (random >> 8) % (len + 10),
		      random % 50 ? random % 9000 : random % (2 * len));
	}
	check(&file, &window, 0, SIZE_MAX);
	check(&file, &window, len, 1);
	for (size_t at = 0; at < len + 10000; at += 9973)
		check_peek(&file, at, 100);
	check_peek(&file, len - 1, 2);
	pack_window_release(&window);
	pack_file_close(&file);
	pack_file_close(&file);
	assert_int_equal(file.len, 0);
}

static void test_read(void **state)
{
	(void)state;
	try_all(SMALL);
	try_all(SMALL + 1);
	try_all(LARGE);
}

/* The same window for two files, and for the same places in both. */
static void test_two_files(void **state)
{
	struct pack_window window = { 0 };
	struct pack_file file = { 0 }, other = { 0 };
	struct bytes b;

	(void)state;
	fill(LARGE);
	assert_true(pack_file_open(&file, path));
	assert_int_equal(unlink(path), 0);
	shift = 1;
	fill(LARGE - 1000);
	assert_true(pack_file_open(&other, path));
	shift = 0;
	b = pack_file_read(&file, &window, LARGE - 20, 20);
	assert_int_equal(b.end - b.p, 20);
	/* A block that another one follows elsewhere, and a long part. */
	check(&file, &window, 1 << 20, 20);
	check(&file, &window, 4 << 20, 20);
	check(&file, &window, 2 << 20, 90000);
	shift = 1;
	check(&other, &window, 2 << 20, 20);
	check(&other, &window, 1 << 20, 20);
	check(&other, &window, LARGE - 1005, 20);
	shift = 0;
	check(&file, &window, LARGE - 1005, 20);
	check(&file, &window, 1 << 20, 20);
	pack_file_close(&file);
	pack_file_close(&other);
	pack_window_release(&window);
}

/* A file that became shorter has no bytes, rather than others. */
static void test_cut(void **state)
{
	struct pack_window window = { 0 };
	struct pack_file file = { 0 };
	unsigned char bytes[9];
	struct bytes b;

	(void)state;
	fill(LARGE);
	assert_true(pack_file_open(&file, path));
	check(&file, &window, 10, 20);
	assert_int_equal(truncate(path, 1000), 0);
	b = pack_file_read(&file, &window, 2 << 20, 20);
	assert_true(b.p == b.end);
	b = pack_file_read(&file, &window, 0, 900);
	assert_true(b.p == b.end);
	assert_int_equal(pack_file_peek(&file, 2 << 20, bytes, 9), 0);
	assert_int_equal(pack_file_peek(&file, 995, bytes, 9), 0);
	pack_file_close(&file);
	pack_window_release(&window);
}

/* More large files than may be open. */
static void test_many(void **state)
{
	struct pack_window window = { 0 };
	struct pack_file files[64] = { 0 };
	struct rlimit limit, low;

	(void)state;
	fill(LARGE);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = (struct rlimit){ 40, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		assert_true(pack_file_open(&files[i], path));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		check(&files[i], &window, i * 4096, 4096);
		pack_file_close(&files[i]);
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	pack_window_release(&window);
}

static void test_none(void **state)
{
	struct pack_file file = { 0 };

	(void)state;
	assert_false(pack_file_open(&file, "/tmp"));
	assert_false(pack_file_open(&file, "/tmp/test_pack_file.none"));
	assert_int_equal(truncate(path, 0), 0);
	assert_false(pack_file_open(&file, path));
	pack_file_close(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_two_files),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_many),
		cmocka_unit_test(test_none),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
