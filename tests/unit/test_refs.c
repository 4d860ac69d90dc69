/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "git/packed_refs.h"
#include "git/ref_name.h"
#include "git/ref_store.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccc"
#define ZERO "0000000000000000000000000000000000000000"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test_refs.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *st, int flag,
			struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes the file and the directories before it. */
static void put(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *file;

	for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static struct ref_store read_store(void)
{
	struct ref_store store = { 0 };
	struct error err;

	if (ref_store_read(&store, dir, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 1; i < store.n; i++)
		assert_true(strcmp(store.v[i - 1].name, store.v[i].name) < 0);
	return store;
}

static void check(const struct ref_store *store, const char *name,
		  const char *hex)
{
	const struct ref_entry *entry = ref_store_find(store, name);
	char found[OID_HEX + 1];

	assert_non_null(entry);
	oid_format(found, &entry->oid);
	assert_string_equal(found, hex);
	assert_false(entry->is_broken);
	assert_null(entry->target);
}

static void test_none(void **state)
{
	struct ref_store store = read_store();

	(void)state;
	assert_int_equal(store.n, 0);
	assert_null(ref_store_find(&store, "refs/heads/main"));
	assert_false(ref_store_has_prefix(&store, "refs/"));
	ref_store_release(&store);
}

static void test_packed(void **state)
{
	struct ref_store store;
	char hex[OID_HEX + 1];

	(void)state;
	put("packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"
	    A " refs/heads/a\n" B " refs/tags/t\n^" C "\n"
	    C " refs/tags/u\n");
	store = read_store();
	assert_int_equal(store.n, 3);
	check(&store, "refs/heads/a", A);
	check(&store, "refs/tags/t", B);
	oid_format(hex, &ref_store_find(&store, "refs/tags/t")->peeled);
	assert_string_equal(hex, C);
	assert_true(oid_is_zero(&ref_store_find(&store, "refs/tags/u")
				->peeled));
	assert_true(ref_store_has_prefix(&store, "refs/heads/"));
	assert_false(ref_store_has_prefix(&store, "refs/replace/"));
	ref_store_release(&store);
}

static void test_unsorted(void **state)
{
	struct ref_store store;
	char hex[OID_HEX + 1];

	(void)state;
	put("packed-refs", B " refs/tags/z\n^" C "\n" A " refs/heads/a\n"
	    C " refs/replace/x\n");
	store = read_store();
	check(&store, "refs/heads/a", A);
	oid_format(hex, &ref_store_find(&store, "refs/tags/z")->peeled);
	assert_string_equal(hex, C);
	assert_true(ref_store_has_prefix(&store, "refs/replace/"));
	ref_store_release(&store);
}

static void test_loose_first(void **state)
{
	struct ref_store store;

	(void)state;
	put("packed-refs", A " refs/heads/a\n" A " refs/heads/b\n^" C "\n"
	    A " refs/heads/d\n");
	put("refs/heads/b", B "\n");
	put("refs/heads/deep/er", C);
	put("refs/tags/t", B " \n");
	store = read_store();
	assert_int_equal(store.n, 5);
	check(&store, "refs/heads/a", A);
	check(&store, "refs/heads/b", B);
	assert_true(oid_is_zero(&ref_store_find(&store, "refs/heads/b")
				->peeled));
	check(&store, "refs/heads/d", A);
	check(&store, "refs/heads/deep/er", C);
	check(&store, "refs/tags/t", B);
	ref_store_release(&store);
}

static void test_odd_files(void **state)
{
	static const char *const broken[] = { "empty", "zero", "short",
					      "long", "text" };
	struct ref_store store;

	(void)state;
	put("packed-refs", A " refs/heads/empty\n" A " refs/heads/link\n");
	put("refs/heads/empty", "");
	put("refs/heads/zero", ZERO "\n");
	put("refs/heads/short", "aaaa\n");
	put("refs/heads/long", A "aa\n");
	put("refs/heads/text", "hello");
	put("refs/heads/link", "ref: refs/heads/elsewhere\n");
	put("refs/heads/a.lock", A "\n");
	put("refs/heads/.hidden", A "\n");
	put("refs/heads/two..dots", A "\n");
	put("refs/heads/sp ace", A "\n");
	store = read_store();
	assert_int_equal(store.n, 6);
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		char *name = xasprintf("refs/heads/%s", broken[i]);

		assert_non_null(ref_store_find(&store, name));
		assert_true(ref_store_find(&store, name)->is_broken);
		free(name);
	}
	assert_string_equal(ref_store_find(&store, "refs/heads/link")->target,
			    "refs/heads/elsewhere");
	ref_store_release(&store);
}

/* Only the last component may not end with a dot. */
static void test_dots(void **state)
{
	struct ref_store store;

	(void)state;
	put("refs/heads/a./b", A "\n");
	put("refs/heads/a./b.", B "\n");
	put("refs/heads/c.", B "\n");
	store = read_store();
	assert_int_equal(store.n, 1);
	check(&store, "refs/heads/a./b", A);
	ref_store_release(&store);
}

static void test_garbled(void **state)
{
	static const char *const garbled[] = {
		A " refs/heads/a", "^" A "\n", A "\n", A " \n",
		"hello refs/heads/a\n", A "x refs/heads/a\n",
		A " refs/heads/a\n^" B "b\n", "\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(garbled); i++) {
		struct ref_store store = { 0 };
		struct error err;

		put("packed-refs", garbled[i]);
		assert_int_equal(ref_store_read(&store, dir, &err), -1);
		ref_store_release(&store);
	}
}

/* Whether the ref is found, and points to "<digit> 40 times". */
static bool is_packed(const struct packed_refs *packed, const char *name,
		      char digit)
{
	char hex[OID_HEX + 1] = { 0 };
	struct oid oid, wanted;

	memset(hex, digit, OID_HEX);
	assert_true(oid_parse(&wanted, hex, OID_HEX));
	return packed_refs_find(packed, name, &oid) &&
	       oid_equal(&oid, &wanted);
}

static void finds_packed_refs(const char *header, const char *lines)
{
	struct packed_refs packed;
	struct oid oid;
	char *text = xasprintf("%s%s", header, lines);

	put("packed-refs", text);
	assert_true(packed_refs_open(&packed, dir));
	assert_true(is_packed(&packed, "refs/heads/a", 'a'));
	assert_true(is_packed(&packed, "refs/heads/ab", 'b'));
	assert_true(is_packed(&packed, "refs/tags/v1", 'c'));
	assert_true(is_packed(&packed, "refs/tags/v2", 'a'));
	assert_false(packed_refs_find(&packed, "refs/heads", &oid));
	assert_false(packed_refs_find(&packed, "refs/heads/aa", &oid));
	assert_false(packed_refs_find(&packed, "refs/tags/v", &oid));
	assert_false(packed_refs_find(&packed, "refs/tags/v3", &oid));
	assert_false(packed_refs_find(&packed, "", &oid));
	packed_refs_close(&packed);
	free(text);
}

#define SORTED "# pack-refs with: peeled fully-peeled sorted \n"
#define TAGS C " refs/tags/v1\n^" A "\n" A " refs/tags/v2\n^" B "\n"

static void make_link(const char *to, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	assert_int_equal(symlink(to, path), 0);
	free(path);
}

/* Git follows links, and so do we; one that leads nowhere is no ref. */
static void test_links(void **state)
{
	struct ref_store store;

	(void)state;
	put("refs/heads/a", A "\n");
	put("elsewhere/b", B " what follows is not read\n");
	make_link("a", "refs/heads/link");
	make_link("../elsewhere", "refs/dir");
	make_link("nowhere", "refs/heads/dangling");
	make_link("loop", "refs/heads/loop");
	store = read_store();
	check(&store, "refs/heads/a", A);
	check(&store, "refs/heads/link", A);
	check(&store, "refs/dir/b", B);
	assert_null(ref_store_find(&store, "refs/heads/dangling"));
	assert_true(ref_store_find(&store, "refs/heads/loop")->is_broken);
	ref_store_release(&store);
}

static void test_nested(void **state)
{
	struct ref_store store = { 0 };
	struct buf name = BUF_INIT;
	struct error err;

	(void)state;
	buf_addstr(&name, "refs");
	for (int i = 0; i < 199; i++)
		buf_addstr(&name, "/d");
	buf_addstr(&name, "/x");
	put(buf_str(&name), A "\n");
	store = read_store();
	check(&store, buf_str(&name), A);
	ref_store_release(&store);
	store = (struct ref_store){ 0 };
	name.ptr[name.len - 1] = 'd';
	buf_addstr(&name, "/x");
	put(buf_str(&name), A "\n");
	assert_int_equal(ref_store_read(&store, dir, &err), -1);
	assert_non_null(strstr(err.msg, "nested too deeply"));
	ref_store_release(&store);
	buf_release(&name);
}

static void finds_single_packed_refs(void **state)
{
	static const char sorted[] = A " refs/heads/a\n" B " refs/heads/ab\n"
				     TAGS;
	static const char reversed[] = TAGS B " refs/heads/ab\n"
				       A " refs/heads/a\n";

	(void)state;
	finds_packed_refs(SORTED, sorted);
	finds_packed_refs("# pack-refs with: peeled fully-peeled sorted\n",
			  sorted);
	finds_packed_refs("# pack-refs with: peeled fully-peeled \n", sorted);
	finds_packed_refs("# pack-refs with: peeled \n", reversed);
	finds_packed_refs("", reversed);
}

static void finds_each_of_many_packed_refs(void **state)
{
	struct packed_refs packed;
	struct buf text = BUF_INIT;
	char name[32];
	struct oid oid;

	(void)state;
	buf_addstr(&text, SORTED);
	for (int i = 1000; i < 2000; i += 2)
		buf_addf(&text, "%s refs/heads/%d%s\n%s", A, i,
			 i % 7 ? "" : "/long/er", i % 3 ? "" : "^" B "\n");
	put("packed-refs", buf_str(&text));
	buf_release(&text);
	assert_true(packed_refs_open(&packed, dir));
	assert_true(packed.is_sorted);
	for (int i = 999; i < 2001; i++) {
		snprintf(name, sizeof(name), "refs/heads/%d%s", i,
			 i % 7 ? "" : "/long/er");
		assert_int_equal(packed_refs_find(&packed, name, &oid),
				 i % 2 == 0 && i >= 1000 && i < 2000);
	}
	packed_refs_close(&packed);
}

static void finds_nothing_packed(void **state)
{
	static const char *const texts[] = {
		"", "\n", SORTED, "# pack-refs", A, A " ", A " refs/heads/b",
		SORTED A, SORTED "^" A "\n", SORTED A " refs/heads/b",
	};
	struct packed_refs packed;
	struct oid oid;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		put("packed-refs", texts[i]);
		assert_true(packed_refs_open(&packed, dir));
		assert_false(packed_refs_find(&packed, "refs/heads/b", &oid));
		packed_refs_close(&packed);
	}
	assert_true(packed_refs_open(&packed, "/nowhere"));
	assert_false(packed_refs_find(&packed, "refs/heads/b", &oid));
	packed_refs_close(&packed);
}

/* As git-check-ref-format(1) says, and --allow-onelevel of capitals. */
static void test_names(void **state)
{
	static const char *const good[] = {
		"refs/heads/main", "refs/a", "a/b", "HEAD", "FETCH_HEAD",
		"refs/heads/a./b", "refs/heads/@", "refs/heads/a@b",
		"refs/heads/{a}", "refs/heads/a.lock.b", "refs/heads/lock",
		"refs/heads/-", "refs/heads/\xc3\xa4", "refs/heads/\xff",
		"refs/heads/a.b", "refs/heads/@/{", "refs/heads/a.locks",
	};
	static const char *const bad[] = {
		"", "/", "main", "refs", "Head", "@", "/refs/a", "refs/a/",
		"refs//a", "refs/.a", "refs/a/.b/c", "refs/a..b", "refs/a.",
		"refs/a.lock", "refs/a.lock/b", "refs/.lock", "refs/a b",
		"refs/a\tb", "refs/a\n", "refs/a\x7f", "refs/a\x01", "refs/a~",
		"refs/a^", "refs/a:b", "refs/a?", "refs/a*", "refs/[a]",
		"refs/a\\b", "refs/a@{b", "refs/@{", "refs/..", "refs/./a",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!ref_name_is_valid(good[i]))
			fail_msg("'%s' is refused", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (ref_name_is_valid(bad[i]))
			fail_msg("'%s' is accepted", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_packed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unsorted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_loose_first, setup,
						teardown),
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup_teardown(test_dots, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_files, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_garbled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nested, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_single_packed_refs,
						setup, teardown),
		cmocka_unit_test_setup_teardown(finds_each_of_many_packed_refs,
						setup, teardown),
		cmocka_unit_test_setup_teardown(finds_nothing_packed,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
