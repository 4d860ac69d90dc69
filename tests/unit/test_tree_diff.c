/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "git/tree_cache.h"
#include "git/tree_diff.h"

/*
 * Trees made by hand, named by their place in an array that tree_get() reads
 * from here. Expected is what a comparison name by name finds.
 */
enum { MAX_TREES = 3000 };

static struct cached_tree trees[MAX_TREES];
static size_t n_trees;

struct cached_tree *tree_get(struct repo *repo, const char *path,
			     const struct oid *named, size_t n, size_t at,
			     struct error *err)
{
	size_t i = (size_t)named[at].b[18] << 8 | named[at].b[19];

	(void)repo;
	(void)path;
	(void)n;
	if (!i || i > n_trees) {
		error_set(err, "no such tree");
		return NULL;
	}
	trees[i - 1].users++;
	return &trees[i - 1];
}

int repo_has(struct repo *repo, const struct oid *oid, bool *has,
	     struct error *err)
{
	size_t i = (size_t)oid->b[18] << 8 | oid->b[19];

	(void)repo;
	(void)err;
	*has = i && i <= n_trees;
	return 0;
}

int repo_missing(struct repo *repo, enum object_type type,
		 const struct oid *oid, struct error *err)
{
	(void)repo;
	(void)oid;
	return error_set(err, "%s is missing", object_type_name(type));
}

struct cached_tree *tree_share(struct cached_tree *tree)
{
	tree->users++;
	return tree;
}

int repo_work(const struct repo *repo, int64_t work, const char *what,
	      struct error *err)
{
	(void)repo;
	(void)work;
	(void)what;
	(void)err;
	return 0;
}

void tree_put(struct cached_tree *tree)
{
	if (tree)
		tree->users--;
}

static struct oid numbered(size_t i)
{
	struct oid oid = { { 0 } };

	oid.b[18] = (unsigned char)(i >> 8);
	oid.b[19] = (unsigned char)i;
	return oid;
}

static void add_entry(struct buf *raw, unsigned int mode, const char *name,
		      struct oid oid)
{
	buf_addf(raw, "%o %s", mode, name);
	buf_addch(raw, '\0');
	buf_add(raw, oid.b, OID_SIZE);
}

/* Takes the bytes, without room after them. */
static struct oid add_tree(struct buf *raw)
{
	struct cached_tree *tree = &trees[n_trees++];
	char *exact = xmalloc(raw->len);
	struct error err;

	assert_true(n_trees < MAX_TREES);
	memcpy(exact, raw->ptr, raw->len);
	*tree = (struct cached_tree){ .object.data = exact,
				      .object.len = raw->len };
	if (tree_parse(&tree->entries, exact, raw->len, &err))
		fail_msg("%s", err.msg);
	buf_release(raw);
	*raw = (struct buf)BUF_INIT;
	return numbered(n_trees);
}

/* Each tree was put back. */
static void forget_trees(void)
{
	for (size_t i = 0; i < n_trees; i++) {
		assert_int_equal(trees[i].users, 0);
		tree_entries_release(&trees[i].entries);
		free((char *)trees[i].object.data);
	}
	n_trees = 0;
}

/* Comparing: what differs, "path:123" with each side's number, 0 for none. */

static bool skip_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	for (size_t i = 1; i < n; i++)
		if (!tree_entry_equal(&side[0], &side[i]))
			return false;
	return n > 1;
}

static bool skip_nothing(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	(void)side;
	(void)n;
	return false;
}

static int note(void *ctx, const char *path, size_t len,
		const struct tree_entry *side, size_t n, struct error *err)
{
	struct buf *out = ctx;

	(void)err;
	assert_int_equal(strlen(path), len);
	buf_add(out, path, len);
	buf_addch(out, ':');
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%d", side[i].mode ? side[i].oid.b[19] : 0);
	buf_addch(out, ' ');
	return 0;
}

static bool prune_d(void *ctx, const char *path, size_t len)
{
	(void)ctx;
	assert_int_equal(strlen(path), len);
	return !strcmp(path, "d");
}

static int compare(const struct oid *oids, size_t n, struct buf *out,
		   struct error *err)
{
	const struct tree_diff cmp = { .skip = skip_equal, .visit = note,
				       .ctx = out };

	return tree_diff(NULL, oids, n, &cmp, err);
}

static void check(const struct oid *oids, size_t n, const char *wanted)
{
	struct buf out = BUF_INIT;
	struct error err;

	assert_int_equal(compare(oids, n, &out, &err), 0);
	assert_string_equal(buf_str(&out), wanted);
	buf_release(&out);
}

/* "name=number" words, "name/=number" a directory. */
static struct oid make(const char *text)
{
	struct buf raw = BUF_INIT;
	char *copy = xstrdup(text);

	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " ")) {
		char *eq = strchr(w, '=');
		bool is_tree = eq[-1] == '/';

		*eq = '\0';
		if (is_tree)
			eq[-1] = '\0';
		add_entry(&raw, is_tree ? MODE_TREE : 0100644, w,
			  numbered((size_t)atoi(eq + 1)));
	}
	free(copy);
	return add_tree(&raw);
}

static void test_two(void **state)
{
	static const struct {
		const char *a, *b, *wanted;
	} cases[] = {
		{ "a=1 b=2 c=3", "a=1 b=2 c=3 ", "" },
		{ "a=1 b=2 c=3", "a=4 b=2 c=3", "a:14 " },
		{ "a=1 b=2 c=3", "a=1 b=4 c=3", "b:24 " },
		{ "a=1 b=2 c=3", "a=1 b=2 c=4", "c:34 " },
		{ "a=1 b=2 c=3", "b=2 c=3", "a:10 " },
		{ "a=1 b=2 c=3", "a=1 c=3", "b:20 " },
		{ "a=1 b=2 c=3", "a=1 b=2", "c:30 " },
		{ "b=2", "a=1 b=2 c=3", "a:01 c:03 " },
		{ "a=1", "aa=1", "a:10 aa:01 " },
		{ "a=1 ab=2", "a=1 aa=1 ab=2", "aa:01 " },
		/* names that begin alike, to the last byte */
		{ "abcdefgh=1", "abcdefgi=1", "abcdefgh:10 abcdefgi:01 " },
		{ "abcdefg=1", "abcdefgh=1", "abcdefg:10 abcdefgh:01 " },
		/* names of objects that do not differ in their last byte */
		{ "x=256 y=2", "x=0 y=2", "x:00 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct oid oids[] = { make(cases[i].a), make(cases[i].b) };

		check(oids, 2, cases[i].wanted);
		forget_trees();
	}
}

static void test_three(void **state)
{
	static const struct {
		const char *a, *b, *c, *wanted;
	} cases[] = {
		{ "a=1 b=2", "a=1 b=2 ", "a=1 b=2", "" },
		{ "a=1 b=2", "a=1 b=2", "a=1 b=3", "b:223 " },
		{ "a=1 b=2", "a=1 b=3", "a=1 b=2", "b:232 " },
		{ "a=1 b=3", "a=1 b=2", "a=1 b=2", "b:322 " },
		{ "a=1 b=2", "a=1 b=2", "a=3 b=2", "a:113 " },
		{ "a=1 b=2 c=3", "a=1 b=2", "b=2 c=3", "a:110 c:303 " },
		{ "a=1", "b=2", "c=3", "a:100 b:020 c:003 " },
		{ "a=1 b=2 c=3 d=4", "a=1 b=2 c=3", "a=1 b=2 c=3 d=4",
		  "d:404 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct oid oids[] = { make(cases[i].a), make(cases[i].b),
				      make(cases[i].c) };

		check(oids, 3, cases[i].wanted);
		forget_trees();
	}
}

/* Directories, and files of their name. */
static void test_directories(void **state)
{
	struct oid sub = make("a=1 b=2"), other = make("b=3 c=4");
	struct oid deep = make("d/=2 x=1");
	struct oid oids[] = { make("d/=1 e=9"), make("d/=2 e=9"),
			      make("d=7 d.c=8 e=9"), make("d/=3"),
			      { { 0 } } };
	const struct oid pair[] = { oids[0], oids[2] };
	const struct oid nested[] = { oids[1], oids[3] };

	(void)state;
	(void)sub;
	(void)other;
	(void)deep;
	check(oids, 2, "d/a:10 d/b:23 d/c:04 ");
	check(pair, 2, "d:07 d.c:08 d/a:10 d/b:20 ");
	check(nested, 2, "d/b:30 d/c:40 d/d/b:03 d/d/c:04 d/x:01 e:90 ");
	check((const struct oid[]){ oids[3], oids[4] }, 2,
	      "d/d/b:30 d/d/c:40 d/x:10 ");
	check((const struct oid[]){ oids[4], oids[4] }, 2, "");
	forget_trees();
}

static void test_prune(void **state)
{
	struct buf out = BUF_INIT;
	const struct tree_diff cmp = { .skip = skip_nothing, .prune = prune_d,
				       .visit = note, .ctx = &out };
	struct error err;
	struct oid oids[2];

	(void)state;
	make("a=1");
	/* What is pruned need only be there. */
	oids[0] = make("d/=99 e/=1 f=1");
	assert_int_equal(tree_diff(NULL, oids, 1, &cmp, &err), -1);
	assert_non_null(strstr(err.msg, "is missing"));
	buf_reset(&out);
	oids[0] = make("d/=1 e/=1 f=1");
	assert_int_equal(tree_diff(NULL, oids, 1, &cmp, &err), 0);
	assert_string_equal(buf_str(&out), "e/a:1 f:1 ");
	oids[1] = make("e/=1 f=1");
	buf_reset(&out);
	assert_int_equal(tree_diff(NULL, oids, 2, &cmp, &err), 0);
	assert_string_equal(buf_str(&out), "");
	buf_release(&out);
	forget_trees();
}

static void test_missing(void **state)
{
	struct buf out = BUF_INIT;
	struct error err = { 0 };
	struct oid oids[] = { make("a/=99"), make("a/=98") };

	(void)state;
	assert_int_equal(compare(oids, 2, &out, &err), -1);
	assert_string_equal(err.msg, "no such tree");
	buf_release(&out);
	forget_trees();
}

/* A tree that is its own child: there is an end to depth and length. */
static void test_deep(void **state)
{
	struct buf raw = BUF_INIT, out = BUF_INIT;
	struct error err;
	struct oid oids[2] = { { { 0 } } };
	char *name = xcalloc(1, 600);

	(void)state;
	add_entry(&raw, MODE_TREE, "d", numbered(1));
	oids[0] = add_tree(&raw);
	assert_int_equal(compare(oids, 2, &out, &err), -1);
	assert_non_null(strstr(err.msg, "deeper than 2048"));
	memset(name, 'n', 599);
	add_entry(&raw, MODE_TREE, name, numbered(2));
	oids[0] = add_tree(&raw);
	assert_int_equal(compare(oids, 2, &out, &err), -1);
	assert_non_null(strstr(err.msg, "more than 4096 bytes"));
	buf_release(&out);
	free(name);
	forget_trees();
}

/* To the byte. */
static void test_longest_path(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		char name[2001] = { 0 };
		struct buf raw = BUF_INIT, out = BUF_INIT;
		struct oid oids[2] = { { { 0 } } };
		struct error err = { 0 };

		memset(name, 'n', 2000);
		add_entry(&raw, 0100644, name + 2000 - 94 - more, numbered(1));
		oids[0] = add_tree(&raw);
		for (int i = 0; i < 2; i++) {
			add_entry(&raw, MODE_TREE, name, oids[0]);
			oids[0] = add_tree(&raw);
		}
		assert_int_equal(compare(oids, 2, &out, &err), -more);
		assert_int_equal(!err.msg[0], !more);
		buf_release(&out);
		forget_trees();
	}
}

/* 2,048 trees below each other are judged, one more is not. */
static void test_deepest(void **state)
{
	struct oid zero = { { 0 } };

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct buf raw = BUF_INIT, out = BUF_INIT;
		struct oid oids[2] = { zero, zero };
		struct error err = { 0 };

		add_entry(&raw, 0100644, "f", numbered(1));
		oids[0] = add_tree(&raw);
		for (size_t i = 1; i < 2048 + more; i++) {
			add_entry(&raw, MODE_TREE, "d", oids[0]);
			oids[0] = add_tree(&raw);
		}
		assert_int_equal(compare(oids, 2, &out, &err),
				 more ? -1 : 0);
		assert_int_equal(out.len, more ? 0 : 2 * 2047 + 5);
		buf_release(&out);
		forget_trees();
	}
}

static int count(void *ctx, const char *path, size_t len,
		 const struct tree_entry *side, size_t n, struct error *err)
{
	(void)path;
	(void)len;
	(void)side;
	(void)n;
	(void)err;
	++*(size_t *)ctx;
	return 0;
}

/* `n` entries of that mode and name, each with a number after it. */
static struct oid make_many(size_t n, unsigned int mode, struct oid oid)
{
	struct buf raw = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%07zu", i);
		add_entry(&raw, mode, name, oid);
	}
	return add_tree(&raw);
}

/* Two small trees spell out more paths than there may be; fewer are fine. */
static void test_many_paths(void **state)
{
	static const struct {
		size_t n;
		int rc;
	} cases[] = { { 1, 0 }, { 1998, 0 }, { 1999, -1 }, { 4000, -1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct oid files = make_many(1000, 0100644, numbered(1));
		struct oid oids[2] = { make_many(cases[i].n, MODE_TREE, files),
				       { { 0 } } };
		size_t n = 0;
		const struct tree_diff cmp = { .skip = skip_equal,
					       .visit = count, .ctx = &n };
		struct error err = { 0 };

		assert_int_equal(tree_diff(NULL, oids, 2, &cmp, &err),
				 cases[i].rc);
		if (cases[i].rc)
			assert_non_null(strstr(err.msg, "more than 2000000"));
		else
			assert_int_equal(n, cases[i].n * 1000);
		forget_trees();
	}
}

/* Directories beside each other are not below each other. */
static void test_wide(void **state)
{
	struct oid file = make_many(1, 0100644, numbered(1));
	struct oid oids[2] = { make_many(5000, MODE_TREE, file), { { 0 } } };
	struct buf out = BUF_INIT;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(compare(oids, 2, &out, &err), 0);
	assert_int_equal(out.len, 5000 * strlen("0000000/0000000:10 "));
	buf_release(&out);
	forget_trees();
}

/* Random trees */

static uint32_t draw(uint32_t n)
{
	static uint32_t random = 1;

	random = random * 1664525u + 1013904223u;
	return (random >> 8) % n;
}

enum { NAMES = 24, MAX_SIDES = 4 };

static void name_of(char name[16], size_t i)
{
	/* in order; as if bytes and words of eight ended anywhere */
	snprintf(name, 16, "%c%.*s", 'a' + (int)i, (int)(i * 5 % 12),
		 "zzzzzzzzzzzz");
}

/* What one side has of each name; mostly what the first one has. */
static void draw_side(const int *first, int *numbers, uint32_t much)
{
	for (size_t i = 0; i < NAMES; i++) {
		numbers[i] = draw(5) ? 1 + (int)draw(3) : 0;
		if (first && draw(much))
			numbers[i] = first[i];
	}
}

static struct oid make_side(const int *numbers)
{
	struct buf raw = BUF_INIT;
	char name[16];

	for (size_t i = 0; i < NAMES; i++) {
		name_of(name, i);
		if (numbers[i])
			add_entry(&raw, 0100644, name,
				  numbered((size_t)numbers[i]));
	}
	return raw.len ? add_tree(&raw) : (struct oid){ { 0 } };
}

static void expect(int numbers[][NAMES], size_t n, struct buf *out)
{
	for (size_t i = 0; i < NAMES; i++) {
		bool differs = n == 1 && numbers[0][i];
		char name[16];

		for (size_t k = 1; k < n; k++)
			differs |= numbers[k][i] != numbers[0][i];
		if (!differs)
			continue;
		name_of(name, i);
		buf_addf(out, "%s:", name);
		for (size_t k = 0; k < n; k++)
			buf_addf(out, "%d", numbers[k][i]);
		buf_addch(out, ' ');
	}
}

static void test_random(void **state)
{
	(void)state;
	for (size_t round = 0; round < 4000; round++) {
		size_t n = 1 + round % MAX_SIDES;
		uint32_t much = 1 + draw(30);
		int numbers[MAX_SIDES][NAMES];
		struct oid oids[MAX_SIDES];
		struct buf wanted = BUF_INIT;

		for (size_t k = 0; k < n; k++) {
			draw_side(k ? numbers[0] : NULL, numbers[k], much);
			oids[k] = make_side(numbers[k]);
		}
		expect(numbers, n, &wanted);
		check(oids, n, buf_str(&wanted));
		buf_release(&wanted);
		forget_trees();
	}
}

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What two of three have alike is not looked through for each entry. */
static void test_time(void **state)
{
	enum { N = 60000, SIDES = 3 };
	struct buf raw[SIDES] = { BUF_INIT }, out = BUF_INIT;
	struct oid oids[SIDES];
	struct error err;
	double start;

	(void)state;
	for (int i = 0; i < N; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%07d", i);
		for (size_t k = 0; k < SIDES; k++)
			add_entry(&raw[k], 0100644, name,
				  numbered(k == 2 ? 2 : 1));
	}
	for (size_t k = 0; k < SIDES; k++)
		oids[k] = add_tree(&raw[k]);
	for (size_t last = 0; last < SIDES; last++) {
		struct oid sides[] = { oids[(last + 1) % 3],
				       oids[(last + 2) % 3], oids[last] };

		start = cpu();
		buf_reset(&out);
		assert_int_equal(compare(sides, SIDES, &out, &err), 0);
		assert_int_equal(out.len, N * strlen("0000000:112 "));
		assert_true(cpu() - start < 2);
	}
	buf_release(&out);
	forget_trees();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_three),
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_prune),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_longest_path),
		cmocka_unit_test(test_deepest),
		cmocka_unit_test(test_many_paths),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
