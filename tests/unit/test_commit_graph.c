/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/commit_graph.h"

/*
 * Files made by hand: of `n` commits whose names are numbers, the first of them
 * `from`, so that their order is that of the numbers. Commit i has i - 1 as its
 * parent; the last one of a file with `octopus` the three before it, and with
 * `merge` the two before it, the earlier one first.
 */
enum { NONE = 0x70000000, LAST = (int)0x80000000 };

struct file {
	uint32_t from, n;
	bool octopus, merge, dates, far;
	uint32_t low;			/* a commit of too low a level */
	const char *bases;		/* names of the files before, or NULL */
};

static char dir[] = "/tmp/test_commit_graph.XXXXXX";

static struct oid numbered(uint32_t i, unsigned char what)
{
	struct oid oid = { { 0 } };

	oid.b[0] = what;
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

static void add_commits(struct buf *b, const struct file *f)
{
	for (uint32_t i = f->from; i < f->from + f->n; i++) {
		struct oid tree = numbered(i, 9);
		bool last = i == f->from + f->n - 1;
		bool merge = last && f->merge;

		buf_add(b, tree.b, OID_SIZE);
		add32(b, i ? i - 1 - merge : NONE);
		add32(b, last && f->octopus ? (uint32_t)LAST :
			 merge ? i - 1 : NONE);
		/* The level, and high bits of the time. */
		add32(b, (f->low && i == f->low ? i : i + 1) << 2 | 1);
		add32(b, 1000 + i);
	}
}

static void add_chunks(const struct file *f, struct buf *chunks)
{
	for (uint32_t i = 0; i < 256; i++)
		add32(&chunks[0], i < 5 ? 0 : f->n);
	for (uint32_t i = f->from; i < f->from + f->n; i++) {
		struct oid oid = numbered(i, 5);

		buf_add(&chunks[1], oid.b, OID_SIZE);
	}
	add_commits(&chunks[2], f);
	for (uint32_t i = 0; f->dates && i < f->n; i++)
		add32(&chunks[3], 7);
	if (f->octopus) {
		add32(&chunks[4], f->from + f->n - 3);
		add32(&chunks[4], (f->from + f->n - 4) | (uint32_t)LAST);
	}
	for (const char *p = f->bases; p && *p; p += OID_HEX + 1) {
		struct oid oid;

		assert_true(oid_parse(&oid, p, OID_HEX));
		buf_add(&chunks[5], oid.b, OID_SIZE);
	}
	if (f->far)
		add32(&chunks[6], 0);
}

static void make(const struct file *f, struct buf *out)
{
	static const char *const ids[] = { "OIDF", "OIDL", "CDAT", "GDA2",
					   "EDGE", "BASE", "GDO2" };
	struct buf chunks[ARRAY_SIZE(ids)] = { BUF_INIT };
	unsigned char n = 0;
	uint32_t at;

	add_chunks(f, chunks);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		n = (unsigned char)(n + (chunks[i].len > 0));
	buf_add(out, "CGPH\1\1", 6);
	buf_addch(out, (char)n);
	buf_addch(out, (char)(chunks[5].len / OID_SIZE));
	at = 8 + (n + 1u) * 12;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!chunks[i].len)
			continue;
		buf_add(out, ids[i], 4);
		add32(out, 0);
		add32(out, at);
		at += (uint32_t)chunks[i].len;
	}
	add32(out, 0);
	add32(out, 0);
	add32(out, at);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		if (chunks[i].len)
			buf_add(out, chunks[i].ptr, chunks[i].len);
		buf_release(&chunks[i]);
	}
	buf_add(out, "checksum, not looked", OID_SIZE);
}

static void put(const char *name, const void *bytes, size_t len)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void put_graph(const char *name, const struct file *f)
{
	struct buf b = BUF_INIT;

	make(f, &b);
	put(name, b.ptr, b.len);
	buf_release(&b);
}

static void drop(const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	unlink(path);
	free(path);
}

static struct commit_graph *open_dirs(const char *a, const char *b)
{
	char *dirs[] = { xasprintf("%s/%s", dir, a), xasprintf("%s/%s", dir, b),
			 NULL };
	struct commit_graph *g = commit_graph_open(dirs);

	free(dirs[0]);
	free(dirs[1]);
	return g;
}

static void check_commit(const struct commit_graph *g, uint32_t i)
{
	struct oid oid = numbered(i, 5), tree = numbered(i, 9);
	uint32_t position = commit_graph_find(g, &oid);
	struct commit_graph_entry entry;

	assert_int_equal(position, i);
	entry = commit_graph_read(g, position);
	assert_true(oid_equal(&entry.oid, &oid));
	assert_true(oid_equal(&entry.tree, &tree));
	assert_int_equal(entry.time, (1LL << 32) + 1000 + i);
}

static void check_all(const struct commit_graph *g, uint32_t n)
{
	struct commit_graph_parents parents = { 0 };
	struct oid missing = numbered(n, 5);

	assert_non_null(g);
	assert_int_equal(commit_graph_size(g), n);
	for (uint32_t i = 0; i < n; i++) {
		check_commit(g, i);
		assert_true(commit_graph_read_parents(g, i, &parents));
		assert_int_equal(parents.n, i > 0);
		assert_true(!i || parents.v[0] == i - 1);
	}
	assert_int_equal(commit_graph_find(g, &missing),
			 COMMIT_GRAPH_NONE);
	free(parents.v);
}

static void test_single(void **state)
{
	const struct file dated = { .n = 300, .dates = true };
	const struct file levels = { .n = 300 };
	const struct file far = { .n = 300, .dates = true, .far = true };
	struct commit_graph *g;

	(void)state;
	assert_null(open_dirs("a", "b"));
	put_graph("a/info/commit-graph", &dated);
	g = open_dirs("a", "b");
	check_all(g, 300);
	assert_int_equal(commit_graph_read(g, 3).generation,
			 (1LL << 32) + 1003 + 7);
	commit_graph_free(g);
	put_graph("a/info/commit-graph", &levels);
	g = open_dirs("b", "a");
	check_all(g, 300);
	assert_int_equal(commit_graph_read(g, 3).generation, 4);
	commit_graph_free(g);
	put_graph("a/info/commit-graph", &far);
	g = open_dirs("a", "b");
	assert_int_equal(commit_graph_read(g, 3).generation, 4);
	commit_graph_free(g);
	drop("a/info/commit-graph");
}

static void test_octopus(void **state)
{
	const struct file f = { .n = 10, .octopus = true };
	struct commit_graph_parents parents = { 0 };
	struct commit_graph *g;

	(void)state;
	put_graph("a/info/commit-graph", &f);
	g = open_dirs("a", "b");
	assert_true(commit_graph_read_parents(g, 9, &parents));
	assert_int_equal(parents.n, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(parents.v[i], 8 - i);
	free(parents.v);
	commit_graph_free(g);
	drop("a/info/commit-graph");
}

/* Each commit comes after its parents, by level. */
static void test_order(void **state)
{
	static const struct {
		struct file file;
		bool is_ordered;
	} files[] = {
		{ { .n = 10 }, true },
		{ { .n = 10, .octopus = true }, true },
		{ { .n = 10, .merge = true }, true },
		{ { .n = 10, .low = 5 }, false },
		{ { .n = 10, .merge = true, .low = 9 }, false },
		{ { .n = 10, .octopus = true, .low = 9 }, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct commit_graph *g;

		put_graph("a/info/commit-graph", &files[i].file);
		g = open_dirs("a", "b");
		assert_non_null(g);
		assert_int_equal(commit_graph_is_ordered(g),
				 files[i].is_ordered);
		commit_graph_free(g);
	}
	drop("a/info/commit-graph");
}

#define ONE "1111111111111111111111111111111111111111\n"
#define TWO "2222222222222222222222222222222222222222\n"
#define CHAIN "a/info/commit-graphs/commit-graph-chain"
#define FIRST "b/info/commit-graphs/graph-1111111111111111111111111111111111111111.graph"
#define SECOND "a/info/commit-graphs/graph-2222222222222222222222222222222222222222.graph"

static void test_chain(void **state)
{
	const struct file first = { .n = 200, .dates = true };
	const struct file second = { .from = 200, .n = 50, .dates = true,
				     .bases = ONE };
	const struct file levels = { .from = 200, .n = 50, .bases = ONE };
	const struct file stranger = { .from = 200, .n = 50, .bases = TWO };
	struct commit_graph *g;

	(void)state;
	put(CHAIN, ONE TWO, strlen(ONE TWO));
	put_graph(FIRST, &first);
	put_graph(SECOND, &second);
	g = open_dirs("a", "b");
	check_all(g, 250);
	assert_int_equal(commit_graph_read(g, 3).generation,
			 (1LL << 32) + 1003 + 7);
	commit_graph_free(g);
	/* What one file lacks is not to be compared with the others'. */
	put_graph(SECOND, &levels);
	g = open_dirs("a", "b");
	check_all(g, 250);
	assert_int_equal(commit_graph_read(g, 3).generation, 4);
	assert_int_equal(commit_graph_read(g, 203).generation, 204);
	commit_graph_free(g);
	put_graph(SECOND, &stranger);
	g = open_dirs("a", "b");
	check_all(g, 200);
	commit_graph_free(g);
	drop(SECOND);
	g = open_dirs("a", "b");
	check_all(g, 200);
	commit_graph_free(g);
	drop(FIRST);
	put_graph(SECOND, &second);
	assert_null(open_dirs("a", "b"));
	drop(SECOND);
	drop(CHAIN);
}

/* Reads all there is: for the sanitizers. Gives how many have no parents. */
static uint32_t read_all(const struct commit_graph *g)
{
	struct commit_graph_parents parents = { 0 };
	uint32_t bad = 0;

	for (uint32_t i = 0; i < commit_graph_size(g); i++) {
		struct commit_graph_entry entry = commit_graph_read(g, i);

		if (!commit_graph_read_parents(g, i, &parents))
			bad++;
		for (size_t p = 0; p < parents.n; p++)
			assert_true(parents.v[p] < commit_graph_size(g));
		commit_graph_find(g, &entry.oid);
	}
	free(parents.v);
	return bad;
}

static void test_corrupt(void **state)
{
	const struct file f = { .n = 40, .dates = true, .octopus = true };
	struct buf good = BUF_INIT;
	uint32_t random = 1, opened = 0, bad = 0;

	(void)state;
	make(&f, &good);
	for (size_t i = 0; i < 2000; i++) {
		char *bytes = xmalloc(good.len);
		struct commit_graph *g;
		size_t len = good.len;

		memcpy(bytes, good.ptr, len);
		for (int k = 0; k < 3; k++) {
			random = random * 1664525u + 1013904223u;
			bytes[(random >> 8) % (i % 4 ? len : 120)] ^=
				(char)(1 << (random >> 5) % 8);
		}
		if (i % 10 == 0)
			len = i / 10 % good.len;
		put("a/info/commit-graph", bytes, len);
		g = open_dirs("a", "b");
		opened += g != NULL;
		bad += g ? read_all(g) : 0;
		commit_graph_free(g);
		free(bytes);
	}
	assert_in_range(opened, 200, 1900);
	assert_true(bad > 100);
	buf_release(&good);
	drop("a/info/commit-graph");
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	for (const char *const *p = (const char *const[]){
		"a", "a/info", "a/info/commit-graphs", "b", "b/info",
		"b/info/commit-graphs", NULL }; *p; p++) {
		char *path = xasprintf("%s/%s", dir, *p);
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
	for (const char *const *p = (const char *const[]){
		"b/info/commit-graphs", "b/info", "b", "a/info/commit-graphs",
		"a/info", "a", NULL }; *p; p++) {
		char *path = xasprintf("%s/%s", dir, *p);

		rmdir(path);
		free(path);
	}
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_octopus),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_corrupt),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
