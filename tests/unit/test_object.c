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
#include "git/object.h"
#include "git/tree.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HEX_C "0123456789abcdef0123456789abcdef01234567"
#define TREE "tree " HEX_A "\n"
#define PARENT_B "parent " HEX_B "\n"
#define PARENT_C "parent " HEX_C "\n"
#define PEOPLE "author A U Thor <a@example.org> 1 +0000\n" \
	"committer C O Mitter <c@example.org> 1700000000 +0100\n"

/* A copy with nothing after it: reading on is seen by the sanitizer. */
static char *exact(const char *s, size_t len)
{
	char *copy = xmalloc(len);

	memcpy(copy, s, len);
	return copy;
}

static void assert_oid(const struct oid *oid, const char *hex)
{
	char out[OID_HEX + 1];

	oid_format(out, oid);
	assert_string_equal(out, hex);
}

static void test_type_names(void **state)
{
	(void)state;
	assert_string_equal(object_type_name(OBJECT_MISSING), "missing");
	assert_string_equal(object_type_name(OBJECT_COMMIT), "commit");
	assert_string_equal(object_type_name(OBJECT_TREE), "tree");
	assert_string_equal(object_type_name(OBJECT_BLOB), "blob");
	assert_string_equal(object_type_name(OBJECT_TAG), "tag");
}

/* As git hash-object says. */
static void test_hash(void **state)
{
	static const char tag[] = "object "
		"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\ntype blob\n"
		"tag v1\ntagger A <a@x> 1 +0000\n\nv1\n";
	struct oid empty = object_hash(OBJECT_BLOB, "", 0);
	struct oid nul = object_hash(OBJECT_BLOB, "a\0b", 3);
	struct oid tagged = object_hash(OBJECT_TAG, tag, strlen(tag));

	(void)state;
	assert_oid(&empty, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	assert_oid(&nul, "20b5be91886d0b6f26dc98a225c0dac05fe2c86e");
	assert_oid(&tagged, "981afbb31fc8a203b43a6d23cff9346290670939");
}

/* Commits */

/* A commit that is its only parent several times is no merge. */
static void test_repeated_parent(void **state)
{
	static const struct {
		const char *text;
		size_t n_parents;
	} cases[] = {
		{ TREE PARENT_B PARENT_B PEOPLE "\n", 1 },
		{ TREE PARENT_B PARENT_B PARENT_B PEOPLE "\n", 1 },
		{ TREE PARENT_B PARENT_B PARENT_C PEOPLE "\n", 3 },
		{ TREE PARENT_B PARENT_C PARENT_B PEOPLE "\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = strlen(cases[i].text);
		char *raw = exact(cases[i].text, len);
		struct commit commit;
		struct error err;

		assert_int_equal(commit_parse(&commit, raw, len, &err), 0);
		assert_int_equal(commit.n_parents, cases[i].n_parents);
		free(raw);
	}
}

static void test_commit(void **state)
{
	static const char text[] = TREE PARENT_B PARENT_C PEOPLE
		"mergetag object " HEX_B "\n type commit\n"
		" committer D <d> 5 +0000\n\nsubject\n\nbody\n";
	size_t len = sizeof(text) - 1;
	char *raw = exact(text, len);
	struct commit commit;
	struct error err;
	struct oid oid;

	(void)state;
	assert_int_equal(commit_parse_tree(&oid, raw, len, &err), 0);
	assert_oid(&oid, HEX_A);
	assert_int_equal(commit_parse(&commit, raw, len, &err), 0);
	assert_oid(&commit.tree, HEX_A);
	assert_int_equal(commit.n_parents, 2);
	oid = commit_parent(&commit, 0);
	assert_oid(&oid, HEX_B);
	oid = commit_parent(&commit, 1);
	assert_oid(&oid, HEX_C);
	assert_true(commit.time == 1700000000);
	assert_int_equal(commit.message_len, strlen("subject\n\nbody\n"));
	assert_ptr_equal(commit.message + commit.message_len, raw + len);
	free(raw);
}

static void test_commit_without(void **state)
{
	static const char *const texts[] = {
		TREE, TREE "\n", TREE PEOPLE, TREE PEOPLE "\n",
		TREE "author A <a> 1 +0000",
	};
	struct commit commit;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		size_t len = strlen(texts[i]);
		char *raw = exact(texts[i], len);

		assert_int_equal(commit_parse(&commit, raw, len, &err), 0);
		assert_int_equal(commit.n_parents, 0);
		assert_int_equal(commit.message_len, 0);
		free(raw);
	}
}

/* A message may hold anything, what looks like a header included. */
static void test_commit_message_is_no_header(void **state)
{
	static const char text[] = TREE "author A <a> 1 +0000\n\n" PARENT_B
		"committer C <c> 9 +0000\n";
	struct commit commit;
	struct error err;

	(void)state;
	assert_int_equal(commit_parse(&commit, text, sizeof(text) - 1, &err),
			 0);
	assert_int_equal(commit.n_parents, 0);
	assert_true(commit.time == 0);
	assert_memory_equal(commit.message, "parent ", 7);
}

static void test_commit_bad(void **state)
{
	static const char *const texts[] = {
		"", "\n", "tree", "tree ", "tree " HEX_A,
		"tree " HEX_A " \n", "tree  " HEX_A "\n", "tree " HEX_A "a\n",
		"tree " HEX_A "\r\n", "Tree " HEX_A "\n",
		"tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag\n",
		"tree aaaaaaa\n", PARENT_B TREE, "\n" TREE, " " TREE,
		TREE "parent \n", TREE "parent " HEX_B,
		TREE "parent " HEX_B "b\n", TREE PARENT_B "parent bbb\n",
		TREE PARENT_B "parent " HEX_B " \n",
	};
	struct commit commit;
	struct oid tree;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		size_t len = strlen(texts[i]);
		char *raw = exact(texts[i], len);
		struct error err = { 0 };
		bool has_tree = !strncmp(texts[i], TREE, strlen(TREE));

		if (commit_parse(&commit, raw, len, &err) != -1)
			fail_msg("accepted: '%s'", texts[i]);
		assert_true(err.msg[0]);
		assert_int_equal(commit_parse_tree(&tree, raw, len, &err),
				 has_tree ? 0 : -1);
		free(raw);
	}
}

/* Wherever the object is cut, nothing after the cut is read. */
static void test_commit_cut(void **state)
{
	static const char text[] = TREE PARENT_B PARENT_C PEOPLE "\na\n\nb: c";
	size_t parents = strlen(TREE PARENT_B PARENT_C);

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *raw = exact(text, len);
		struct commit commit;
		struct error err;
		struct buf out = BUF_INIT;

		if (!commit_parse(&commit, raw, len, &err)) {
			assert_true(len >= strlen(TREE));
			commit_subject(&commit, &out);
			if (len >= parents)
				assert_int_equal(commit.n_parents, 2);
		} else {
			assert_true(len < parents);
		}
		buf_release(&out);
		free(raw);
	}
}

static void test_commit_time(void **state)
{
	static const struct {
		const char *line;
		int64_t wanted;
	} cases[] = {
		{ "committer C <c> 1700000000 +0000\n", 1700000000 },
		{ "committer C <c> 0 +0000\n", 0 },
		{ "committer C <c> 4294967296 +0000\n", 4294967296 },
		{ "committer C <c>12\n", 12 },
		{ "committer C <c>\t 12\n", 12 },
		{ "committer C <c> 12", 12 },
		{ "committer A > B <c> 77 +0000\n", 77 },
		{ "committer C <c> 9223372036854775000 +0000\n",
		  9223372036854775000 },
		{ "committer C <c> 9223372036854775808 +0000\n", 0 },
		{ "committer C <c> 18446744073709551617 +0000\n", 0 },
		{ "committer C <c> 99999999999999999999999999999\n", 0 },
		{ "committer C <c> -5 +0000\n", 0 },
		{ "committer C <c> +5 +0000\n", 0 },
		{ "committer C <c> five\n", 0 },
		{ "committer C <c> \n", 0 },
		{ "committer C <c>", 0 },
		{ "committer C 12 +0000\n", 0 },
		{ "committer \n", 0 },
		{ "committer\n", 0 },
		{ "committers C <c> 12 +0000\n", 0 },
		{ " committer C <c> 12 +0000\n", 0 },
		{ "author C <c> 12 +0000\n", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = xasprintf("%s%s", TREE, cases[i].line);
		size_t len = strlen(text);
		char *raw = exact(text, len);
		struct commit commit;
		struct error err;

		assert_int_equal(commit_parse(&commit, raw, len, &err), 0);
		if (commit.time != cases[i].wanted)
			fail_msg("%s: %lld", cases[i].line,
				 (long long)commit.time);
		free(raw);
		free(text);
	}
}

/* Who made it: the first header of each kind, as it is. */
static void test_commit_people(void **state)
{
	static const struct {
		const char *headers, *author, *committer;
	} cases[] = {
		{ PEOPLE, "A U Thor <a@example.org> 1 +0000",
		  "C O Mitter <c@example.org> 1700000000 +0100" },
		{ "committer C <c> 2 +0000\nauthor A <a> 1 +0000\n",
		  "A <a> 1 +0000", "C <c> 2 +0000" },
		{ "author A <a> 1 +0000\nauthor B <b> 2 +0000\n"
		  "committer C <c> 3 +0000\ncommitter D <d> 4 +0000\n",
		  "A <a> 1 +0000", "C <c> 3 +0000" },
		{ "author \nauthor B <b> 2 +0000\n", "B <b> 2 +0000", "" },
		{ "author A <a>", "A <a>", "" },
		{ "author\ncommitter\n", "", "" },
		{ " author A <a> 1 +0000\n committer C <c> 3 +0000\n", "", "" },
		{ "authored A <a>\ncommitters C <c>\n", "", "" },
		{ "mergetag object x\n author A <a>\ncommitter C <c>\n", "",
		  "C <c>" },
		{ "\nauthor A <a>\ncommitter C <c>\n", "", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = xasprintf("%s%s", TREE, cases[i].headers);
		size_t len = strlen(text);
		char *raw = exact(text, len);
		struct commit commit;
		struct error err;

		assert_int_equal(commit_parse(&commit, raw, len, &err), 0);
		assert_true(commit.author && commit.committer);
		assert_int_equal(commit.author_len, strlen(cases[i].author));
		assert_memory_equal(commit.author, cases[i].author,
				    commit.author_len);
		assert_int_equal(commit.committer_len,
				 strlen(cases[i].committer));
		assert_memory_equal(commit.committer, cases[i].committer,
				    commit.committer_len);
		free(raw);
		free(text);
	}
}

static void test_ident(void **state)
{
	static const struct {
		const char *ident, *name, *mail;	/* NULL: none */
	} cases[] = {
		{ "A U Thor <a@example.org> 1 +0000", "A U Thor",
		  "a@example.org" },
		{ "A U Thor <a@example.org>", "A U Thor", "a@example.org" },
		{ "A \t <a>", "A", "a" },
		{ "A<a>", "A", "a" },
		{ "  A <a>", "  A", "a" },
		{ "<a>", "", "a" },
		{ " <a>", "", "a" },
		{ "A <>", "A", "" },
		{ "<>", "", "" },
		{ "A < a b >", "A", " a b " },
		/* the first '<', and the next '>' */
		{ "A <a> <b>", "A", "a" },
		{ "A <a <b>", "A", "a <b" },
		{ "A > B <a>", "A > B", "a" },
		{ "A <a>> 1 +0000", "A", "a" },
		{ "A <a", "A", NULL },
		{ "A a>", "A", NULL },
		{ "> A <a", "A", NULL },
		{ "A", "A", NULL },
		{ "", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = strlen(cases[i].ident), name_len, mail_len;
		char *raw = exact(cases[i].ident, len);
		const char *mail;
		bool is = ident_split(raw, len, &name_len, &mail, &mail_len);

		if (is != (cases[i].mail != NULL))
			fail_msg("'%s'", cases[i].ident);
		if (is) {
			assert_int_equal(name_len, strlen(cases[i].name));
			assert_memory_equal(raw, cases[i].name, name_len);
			assert_int_equal(mail_len, strlen(cases[i].mail));
			assert_memory_equal(mail, cases[i].mail, mail_len);
		}
		free(raw);
	}
}

static void test_subject(void **state)
{
	static const struct {
		const char *message, *wanted;
	} cases[] = {
		{ "", "" },
		{ "\n \n\t\n", "" },
		{ "one", "one" },
		{ "one\n", "one" },
		{ "one\n\nbody\n", "one" },
		{ "one\ntwo\nthree\n\nbody\n", "one two three" },
		{ "\n\n  \none\n", "one" },
		{ "one \t\n two\n", "one  two" },
		{ "  one\n", "  one" },
		{ "one\r\ntwo\r\n\r\nbody\r\n", "one two" },
		{ "one\n \t \nbody", "one" },
		{ "\xff\x1b\n", "\xff\x1b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT;
		struct commit commit = {
			.message = cases[i].message,
			.message_len = strlen(cases[i].message),
		};

		commit_subject(&commit, &out);
		assert_non_null(out.ptr);
		assert_string_equal(out.ptr, cases[i].wanted);
		buf_release(&out);
	}
}

static void test_subject_is_appended(void **state)
{
	struct commit commit = { .message = "a\nb\n\nc", .message_len = 6 };
	struct buf out = BUF_INIT;

	(void)state;
	buf_addstr(&out, "x: ");
	commit_subject(&commit, &out);
	assert_string_equal(out.ptr, "x: a b");
	buf_release(&out);
}

/* Trailers */

static void collect(void *ctx, const char *value, size_t len)
{
	struct buf *out = ctx;

	buf_addch(out, '[');
	buf_add(out, value, len);
	buf_addch(out, ']');
}

static void test_trailers(void **state)
{
	static const struct {
		const char *message, *wanted;
	} cases[] = {
		{ "s\n\nAcked-by: A <a>\n", "[A <a>]" },
		{ "s\n\nAcked-by: A\nAcked-by: B", "[A][B]" },
		{ "s\n\nb\n\nAcked-by: A\nCc: x\nAcked-by:B\n\n \n", "[A][B]" },
		{ "s\n\nAcked-by: \t A \t \n", "[A]" },
		{ "s\n\nAcked-by: A\r\n", "[A]" },
		{ "s\n\nAcked-by:\n", "[]" },
		{ "s\n\nAcked-by: \n", "[]" },
		{ "s\n\nb\nAcked-by: A\n", "[A]" },
		{ "\n\ns\n \nAcked-by: A\n", "[A]" },
		/* not the last paragraph */
		{ "s\n\nAcked-by: A\n\nbody\n", "" },
		{ "s\n\nAcked-by: A\n \t\nbody\n", "" },
		{ "s\n\nAcked-by: A\n\nAcked-by: B\n", "[B]" },
		/* the subject is none */
		{ "Acked-by: A\n", "" },
		{ "\n\nAcked-by: A\n\n", "" },
		{ "s\nAcked-by: A\n", "" },
		{ "", "" },
		/* another key */
		{ "s\n\nacked-by: A\n", "" },
		{ "s\n\nACKED-BY: A\n", "" },
		{ "s\n\nAcked-By: A\n", "" },
		{ "s\n\n Acked-by: A\n", "" },
		{ "s\n\nAcked-by : A\n", "" },
		{ "s\n\nAcked-by A\n", "" },
		{ "s\n\nAcked-by", "" },
		{ "s\n\nNot-Acked-by: A\n", "" },
		{ "s\n\nAcked-by-x86: A\n", "" },
		{ "s\n\nAcked-for-kvm-by: A\n", "" },
		{ "s\n\n> Acked-by: A\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = strlen(cases[i].message);
		char *raw = exact(cases[i].message, len);
		struct buf out = BUF_INIT;

		commit_trailers(raw, len, "Acked-by:", collect, &out);
		if (strcmp(buf_str(&out), cases[i].wanted))
			fail_msg("'%s' gives %s", cases[i].message,
				 buf_str(&out));
		buf_release(&out);
		free(raw);
	}
}

/* Tags */

static void test_tag(void **state)
{
	static const struct {
		const char *name;
		enum object_type type;
	} types[] = {
		{ "commit", OBJECT_COMMIT }, { "tree", OBJECT_TREE },
		{ "blob", OBJECT_BLOB }, { "tag", OBJECT_TAG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		char *text = xasprintf("object %s\ntype %s\ntag v1.0\n"
				       "tagger T <t> 1 +0000\n\ntag v2\n",
				       HEX_C, types[i].name);
		struct tag tag;
		struct error err;

		assert_int_equal(tag_parse(&tag, text, strlen(text), &err), 0);
		assert_oid(&tag.target, HEX_C);
		assert_int_equal(tag.type, types[i].type);
		assert_int_equal(tag.name_len, 4);
		assert_memory_equal(tag.name, "v1.0", 4);
		free(text);
	}
}

static void test_tag_bad(void **state)
{
	static const char *const texts[] = {
		"", "object", "object " HEX_A, "object aaaa\n",
		"object " HEX_A "\n", "object " HEX_A "a\ntype commit\ntag v\n",
		"type commit\nobject " HEX_A "\ntag v\n",
		"object " HEX_A "\ntype", "object " HEX_A "\ntype \ntag v\n",
		"object " HEX_A "\ntype commits\ntag v\n",
		"object " HEX_A "\ntype comm\ntag v\n",
		"object " HEX_A "\ntype Commit\ntag v\n",
		"object " HEX_A "\ntype missing\ntag v\n",
		"object " HEX_A "\ntype commit", "object " HEX_A
		"\ntype commit\n", "object " HEX_A "\ntype commit\ntagger T\n",
		"object " HEX_A "\ntag v\ntype commit\n",
		"object " HEX_A "\ntype commit\n\ntag v\n",
		TREE PEOPLE "\ns\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		size_t len = strlen(texts[i]);
		char *raw = exact(texts[i], len);
		struct error err = { 0 };
		struct tag tag;

		if (tag_parse(&tag, raw, len, &err) != -1)
			fail_msg("accepted: '%s'", texts[i]);
		assert_true(err.msg[0]);
		free(raw);
	}
}

static void test_tag_time(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} tags[] = {
		{ "object x\ntag v1\ntagger A <a@x> 1577880000 +0100\n\nx\n",
		  1577880000 },
		{ "tagger A <a@x> 7 +0000", 7 },
		{ "tagger A <a@x>\n\nx\n", 0 },
		{ "tag v1\n\ntagger A <a@x> 1577880000 +0000\n", 0 },
		{ "tag v1\n", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		assert_int_equal(tag_time(tags[i].text, strlen(tags[i].text)),
				 tags[i].time);
}

/* Trees */

struct plain {
	const char *mode, *name;
};

static void add_entry(struct buf *raw, const char *mode, const char *name,
		      unsigned char byte)
{
	unsigned char oid[OID_SIZE];

	memset(oid, byte, sizeof(oid));
	buf_addf(raw, "%s %s", mode, name);
	buf_addch(raw, '\0');
	buf_add(raw, oid, sizeof(oid));
}

static struct buf tree_of(const struct plain *list)
{
	struct buf raw = BUF_INIT;

	for (size_t i = 0; list[i].mode; i++)
		add_entry(&raw, list[i].mode, list[i].name,
			  (unsigned char)(i + 1));
	return raw;
}

/* Parses a copy of exactly that length. */
static int parse_tree(struct tree_entries *entries, const char *raw,
		      size_t len, struct error *err)
{
	char *copy = exact(raw, len);
	int rc = tree_parse(entries, copy, len, err);

	free(copy);
	return rc;
}

static void test_tree(void **state)
{
	static const struct plain list[] = {
		{ "100644", "..." }, { "100644", ".git-blame" },
		{ "100644", ".gitignore" }, { "100644", "a" },
		{ "100755", "a-b" }, { "40000", "a.d" }, { "40000", "ab" },
		{ "120000", "l" }, { "160000", "module" },
		{ "100644", "with space" }, { "100664", "\xfd" },
		{ "100744", "\xfe" }, { "100655", "\xff" },
		{ NULL, NULL },
	};
	static const unsigned int modes[] = {
		0100644, 0100644, 0100644, 0100644, 0100755, 0040000, 0040000,
		0120000, 0160000, 0100644, 0100644, 0100755, 0100644,
	};
	struct tree_entries entries = { 0 };
	struct buf raw = tree_of(list);
	struct error err = { 0 };

	(void)state;
	assert_int_equal(tree_parse(&entries, raw.ptr, raw.len, &err), 0);
	assert_int_equal(entries.n, ARRAY_SIZE(modes));
	for (size_t i = 0; i < entries.n; i++) {
		struct tree_entry e = tree_entry_at(&entries, i);

		assert_int_equal(e.mode, modes[i]);
		assert_int_equal(e.name_len, strlen(list[i].name));
		assert_memory_equal(e.name, list[i].name, e.name_len);
		assert_int_equal(e.oid.b[0], i + 1);
		assert_int_equal(e.oid.b[OID_SIZE - 1], i + 1);
		assert_int_equal(mode_is_tree(e.mode),
				 modes[i] == MODE_TREE);
	}
	tree_entries_release(&entries);
	assert_int_equal(entries.n, 0);
	buf_release(&raw);
}

static void test_tree_is_reused(void **state)
{
	struct tree_entries entries = { 0 };
	struct buf raw = BUF_INIT;
	struct error err;

	(void)state;
	add_entry(&raw, "100644", "a", 1);
	add_entry(&raw, "100644", "b", 2);
	assert_int_equal(tree_parse(&entries, raw.ptr, raw.len, &err), 0);
	assert_int_equal(entries.n, 2);
	assert_int_equal(tree_parse(&entries, raw.ptr, raw.len, &err), 0);
	assert_int_equal(entries.n, 2);
	assert_int_equal(tree_parse(&entries, raw.ptr, 0, &err), 0);
	assert_int_equal(entries.n, 0);
	tree_entries_release(&entries);
	tree_entries_release(&entries);
	buf_release(&raw);
}

static void test_tree_bad(void **state)
{
	static const struct {
		const char *wanted;
		struct plain list[6];
	} cases[] = {
		{ "order", { { "100644", "b" }, { "100644", "a" } } },
		{ "order", { { "40000", "a" }, { "100644", "a.c" } } },
		{ "order", { { "100644", "a0" }, { "40000", "a" } } },
		{ "order", { { "100644", "\xff" }, { "100644", "a" } } },
		{ "twice", { { "100644", "a" }, { "100644", "a" } } },
		{ "twice", { { "100644", "a" }, { "120000", "a" } } },
		{ "twice", { { "40000", "a" }, { "40000", "a" } } },
		{ "order", { { "40000", "a" }, { "100644", "a" } } },
		{ "one name", { { "100644", "a" }, { "40000", "a" } } },
		{ "one name", { { "160000", "a" }, { "40000", "a" } } },
		{ "one name", { { "120000", "a" }, { "100644", "a-b" },
				{ "100644", "a.c" }, { "40000", "a" } } },
		{ "one name", { { "100644", "a" }, { "100644", "a--" },
				{ "40000", "a-" }, { "100644", "a.c" },
				{ "40000", "a" } } },
		{ "slash", { { "100644", "a/b" } } },
		{ "slash", { { "100644", "/" } } },
		{ "slash", { { "40000", "a/" } } },
		{ "'.'", { { "40000", "." } } },
		{ "'..'", { { "40000", ".." } } },
		{ "'.git'", { { "40000", ".git" } } },
		{ "'.git'", { { "40000", ".GIT" } } },
		{ "'.git'", { { "100644", ".Git" } } },
		{ "empty", { { "100644", "" } } },
		{ "garbled", { { "", "a" } } },
		{ "garbled", { { "0", "a" } } },
		{ "garbled", { { "100648", "a" } } },
		{ "garbled", { { "-100644", "a" } } },
		{ "garbled", { { "+100644", "a" } } },
		{ "garbled", { { "0x1ff", "a" } } },
		{ "garbled", { { "100644\t", "a" } } },
		{ "garbled", { { "10100644", "a" } } },
		{ "garbled", { { "10000000000000000040000", "a" } } },
	};
	struct tree_entries entries = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf raw = tree_of(cases[i].list);
		struct error err = { 0 };

		if (parse_tree(&entries, raw.ptr, raw.len, &err) != -1)
			fail_msg("case %zu (%s) is accepted", i,
				 cases[i].wanted);
		if (!strstr(err.msg, cases[i].wanted))
			fail_msg("case %zu: no '%s' in '%s'", i,
				 cases[i].wanted, err.msg);
		buf_release(&raw);
	}
	tree_entries_release(&entries);
}

/* What only looks like a twin, or like a name that is refused. */
static void test_tree_near_misses(void **state)
{
	static const struct plain lists[][6] = {
		{ { "40000", "a-" }, { "40000", "a" }, { "40000", "a0" } },
		{ { "100644", "aa" }, { "40000", "aaa" } },
		{ { "100644", "A" }, { "40000", "a" } },
		{ { "100644", "a" }, { "100644", "a-b" }, { "40000", "a-c" } },
		{ { "100644", ".gi" }, { "100644", ".gitt" } },
		{ { "100644", "git" } }, { { "100644", "\\" } },
		{ { "040000", "padded" } }, { { "100644", " " } },
		{ { "100644", "........\xaf" } }, { { "100644", "00000000\xae\xb0" } },
	};
	struct tree_entries entries = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct buf raw = tree_of(lists[i]);
		struct error err = { 0 };

		if (parse_tree(&entries, raw.ptr, raw.len, &err))
			fail_msg("list %zu: %s", i, err.msg);
		buf_release(&raw);
	}
	tree_entries_release(&entries);
}

/*
 * Each directory's name is what all names before it begin with: so many that to
 * look at each of these takes seconds.
 */
static void test_tree_time(void **state)
{
	enum { DIRS = 1000, FILES = 20000 };
	struct tree_entries entries = { 0 };
	char name[DIRS + 8], *end = name + DIRS;
	struct buf raw = BUF_INIT;
	struct error err = { 0 };
	clock_t start;

	(void)state;
	memset(name, '!', DIRS);
	for (int i = 0; i < FILES; i++) {
		snprintf(end, 8, "%07d", i);
		for (char *p = end; *p; p++)
			*p = (char)(*p - '0' + '!');
		add_entry(&raw, "100644", name, 1);
	}
	for (; end > name; end--) {
		*end = '\0';
		add_entry(&raw, "40000", name, 2);
	}
	start = clock();
	assert_int_equal(tree_parse(&entries, raw.ptr, raw.len, &err), 0);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 1);
	assert_int_equal(entries.n, DIRS + FILES);
	tree_entries_release(&entries);
	buf_release(&raw);
}

/* Cut anywhere but between two entries, a tree is garbled. */
static void test_tree_cut(void **state)
{
	struct tree_entries entries = { 0 };
	struct buf raw = BUF_INIT;
	size_t ends[4] = { 0 };

	(void)state;
	for (unsigned char i = 1; i < ARRAY_SIZE(ends); i++) {
		char name[] = { (char)('a' + i), 'x', '\0' };

		add_entry(&raw, i == 2 ? "40000" : "100644", name, i);
		ends[i] = raw.len;
	}
	for (size_t len = 0, n = 0; len <= raw.len; len++) {
		struct error err = { 0 };
		int rc = parse_tree(&entries, raw.ptr, len, &err);

		if (n < ARRAY_SIZE(ends) && len == ends[n]) {
			assert_int_equal(rc, 0);
			assert_int_equal(entries.n, n);
			n++;
		} else {
			assert_int_equal(rc, -1);
			assert_non_null(strstr(err.msg, "cut"));
		}
	}
	tree_entries_release(&entries);
	buf_release(&raw);
}

/* The object name's bytes are not looked at: they may be spaces and NULs. */
static void test_tree_any_oid(void **state)
{
	struct tree_entries entries = { 0 };
	struct buf raw = BUF_INIT;
	struct error err;

	(void)state;
	add_entry(&raw, "100644", "a", ' ');
	add_entry(&raw, "100644", "b", 0);
	add_entry(&raw, "100644", "c", '/');
	assert_int_equal(parse_tree(&entries, raw.ptr, raw.len, &err), 0);
	assert_int_equal(entries.n, 3);
	tree_entries_release(&entries);
	buf_release(&raw);
}

static int sign(int n)
{
	return n < 0 ? -1 : n > 0;
}

static void test_tree_equal(void **state)
{
	const struct oid one = { { 1 } }, other = { { 1, 2 } };
	const struct tree_entry file = { .mode = 0100644, .oid = one };
	const struct tree_entry v[] = {
		{ .mode = 0, .oid = one }, { .mode = 0, .oid = other }, file,
		{ .mode = 0100755, .oid = one },
		{ .mode = 0100644, .oid = other }, { .mode = MODE_TREE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		for (size_t k = 0; k < ARRAY_SIZE(v); k++)
			assert_int_equal(tree_entry_equal(&v[i], &v[k]),
					 i == k || i + k == 1);
	assert_true(tree_entry_equal(&v[2], &file));
}

/* As base_name_compare() of git has it. */
static void test_tree_order(void **state)
{
	static const struct {
		unsigned int mode;
		const char *name;
	} sorted[] = {
		{ 0100644, "A" }, { 0100644, "a" }, { 0100644, "a\x01" },
		{ 0100644, "a-" }, { MODE_TREE, "a-" }, { 0100644, "a.c" },
		{ MODE_TREE, "a" }, { 0100644, "a0" }, { MODE_TREE, "a0" },
		{ 0160000, "aa" }, { 0120000, "ab" },
		{ 0100644, "a\x7f" }, { 0100644, "a\x80" },
		{ 0100644, "a\xff" }, { 0100644, "b" },
	};
	struct tree_entry v[ARRAY_SIZE(sorted)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = (struct tree_entry){
			.mode = sorted[i].mode, .name = sorted[i].name,
			.name_len = strlen(sorted[i].name),
		};
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		for (size_t k = 0; k < ARRAY_SIZE(v); k++)
			if (sign(tree_entry_cmp(&v[i], &v[k])) !=
			    (i < k ? -1 : i > k))
				fail_msg("%s (%zu) and %s (%zu)", v[i].name,
					 i, v[k].name, k);
}

static uint32_t any(uint32_t *random, size_t n)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 8) % (uint32_t)n;
}

/* Some entries, in order; a file and a directory of one name may be there. */
static struct buf any_tree(uint32_t *random)
{
	static const struct plain sorted[] = {
		{ "100644", "100644 b" }, { "100644", "a" },
		{ "100644", "a-" }, { "40000", "a-" }, { "100644", "a.c" },
		{ "40000", "a" }, { "100644", "a0" }, { "40000", "a0" },
		{ "100644", "b" }, { "40000", "b" }, { "100644", "b00" },
	};
	struct buf raw = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		if (any(random, 2))
			add_entry(&raw, sorted[i].mode, sorted[i].name,
				  (unsigned char)(any(random, 4) ? 1 : 2));
	return raw;
}

/* Takes bytes away and puts others there. */
static void damage(struct buf *raw, uint32_t *random)
{
	static const char *const parts[] = { "", "100644 a0", "b", "/", "1" };
	size_t at = any(random, raw->len + 1);
	size_t end = at + any(random, raw->len - at + 1);
	struct buf out = BUF_INIT;

	buf_add(&out, buf_str(raw), at);
	buf_addstr(&out, parts[any(random, ARRAY_SIZE(parts))]);
	buf_add(&out, buf_str(raw) + end, raw->len - end);
	buf_release(raw);
	*raw = out;
}

/* Whether it parses: with the help of another tree and without, it is alike. */
static bool parses_like(const struct buf *tree, const struct tree_entries *like)
{
	struct tree_entries alone = { 0 }, helped = { 0 };
	struct error err = { 0 }, helped_err = { 0 };
	char *raw = exact(buf_str(tree), tree->len);
	int rc = tree_parse(&alone, raw, tree->len, &err);

	assert_int_equal(tree_parse_like(&helped, raw, tree->len, like,
					 &helped_err), rc);
	assert_string_equal(helped_err.msg, err.msg);
	if (!rc) {
		assert_int_equal(helped.n, alone.n);
		assert_memory_equal(helped.starts, alone.starts,
				    (alone.n + 1) * sizeof(*alone.starts));
	}
	tree_entries_release(&alone);
	tree_entries_release(&helped);
	free(raw);
	return !rc;
}

static void test_tree_like(void **state)
{
	size_t n_good = 0, n_bad = 0;
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		struct buf first = any_tree(&random);
		struct buf second = any_tree(&random);
		struct tree_entries like = { 0 };
		char *known = exact(buf_str(&first), first.len);
		struct error err;

		if (!any(&random, 8))
			buf_add(&second, buf_str(&first), first.len);
		if (!any(&random, 4))
			damage(&second, &random);
		if (!tree_parse(&like, known, first.len, &err))
			++*(parses_like(&second, &like) ? &n_good : &n_bad);
		tree_entries_release(&like);
		free(known);
		buf_release(&first);
		buf_release(&second);
	}
	assert_true(n_good > 1000 && n_bad > 1000);
}

/* Any bytes: an answer or an error, never more than what is there. */
static void test_any_bytes(void **state)
{
	static const char *const words[] = {
		"100644 ", "40000 ", "a", "b", "/", ".", "..", ".git", "-",
		"tree ", "parent ", HEX_A, "\n", "type commit\n", "object ",
		"tag ", "committer ", "<>", "99999999999", " ", "aaaaaaaaaa",
	};
	struct tree_entries entries = { 0 };
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf raw = BUF_INIT;
		struct commit commit;
		struct error err;
		struct tag tag;
		char *copy;

		for (int i = 0; i < 10; i++) {
			random = random * 1664525u + 1013904223u;
			if ((random >> 28) < 3)
				buf_addch(&raw, '\0');
			buf_addstr(&raw, words[(random >> 16) %
					       ARRAY_SIZE(words)]);
		}
		copy = exact(raw.ptr, raw.len);
		(void)commit_parse(&commit, copy, raw.len, &err);
		(void)tag_parse(&tag, copy, raw.len, &err);
		(void)tree_parse(&entries, copy, raw.len, &err);
		free(copy);
		buf_release(&raw);
	}
	tree_entries_release(&entries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_type_names),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_repeated_parent),
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_commit_without),
		cmocka_unit_test(test_commit_message_is_no_header),
		cmocka_unit_test(test_commit_bad),
		cmocka_unit_test(test_commit_cut),
		cmocka_unit_test(test_commit_time),
		cmocka_unit_test(test_commit_people),
		cmocka_unit_test(test_ident),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_subject_is_appended),
		cmocka_unit_test(test_trailers),
		cmocka_unit_test(test_tag),
		cmocka_unit_test(test_tag_bad),
		cmocka_unit_test(test_tag_time),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_is_reused),
		cmocka_unit_test(test_tree_bad),
		cmocka_unit_test(test_tree_near_misses),
		cmocka_unit_test(test_tree_time),
		cmocka_unit_test(test_tree_cut),
		cmocka_unit_test(test_tree_any_oid),
		cmocka_unit_test(test_tree_equal),
		cmocka_unit_test(test_tree_order),
		cmocka_unit_test(test_tree_like),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
