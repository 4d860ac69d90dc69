/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "policy/learn.h"

static const char base[] =
	"[policy]\n"				/* 1 */
	"version = 1\n"
	"\n"
	"[tree \"kvm\"]\n"			/* 4 */
	"; of virtual machines\n"
	"[tree \"mm\"]\n"			/* 6 */
	"[tree \"rcu\"]\n"
	"[tree \"tip\"]\n"
	"[subsystem \"mm\"]\n"			/* 9 */
	"tree = mm\n"
	"path = mm/\n"
	"[subsystem \"kvm\"]\n"
	"tree = kvm\n"
	"path = virt/\n"
	"[subsystem \"docs\"]\n"		/* 15 */
	"path = docs/\n"
	"[subsystem \"rest\"]\n"
	"path = */**\n"
	"\n";

static struct policy *make_policy(void)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_parse("p", base, sizeof(base) - 1,
					     &diags);

	assert_non_null(policy);
	diags_release(&diags);
	return policy;
}

/* A pull of one commit: a tree, and up to three paths. */
struct one {
	const char *tree, *paths[3];
};

static void learn(const struct one *ones, size_t n, enum learned_kind kind,
		  struct learned *learned)
{
	struct learn_commit commits[16];
	struct learn_pull pulls[16];
	struct policy *policy = make_policy();
	const struct learn_in in = {
		.policy = policy, .base = policy, .pulls = pulls,
		.n_pulls = n, .min_pulls = 2, .min_trees = 3,
	};
	struct error err;

	assert_true(n <= ARRAY_SIZE(pulls));
	for (size_t i = 0; i < n; i++) {
		commits[i] = (struct learn_commit){ .paths = ones[i].paths };
		while (commits[i].n_paths < 3 &&
		       ones[i].paths[commits[i].n_paths])
			commits[i].n_paths++;
		pulls[i] = (struct learn_pull){ ones[i].tree, &commits[i], 1,
						(int64_t)i * 100 * 86400 };
	}
	assert_int_equal(learn_lines(&in, kind, learned, &err), 0);
	policy_free(policy);
}

/* The lines, as "SECTION KEY = VALUE\n". */
static void check(const struct one *ones, size_t n, enum learned_kind kind,
		  const char *wanted)
{
	struct learned learned = { 0 };
	struct buf got = BUF_INIT;

	learn(ones, n, kind, &learned);
	for (size_t i = 0; i < learned.n; i++)
		buf_addf(&got, "%d %s = %s\n", learned.v[i].section,
			 learned.v[i].key, learned.v[i].value);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	learned_release(&learned);
}

#define CHECK(ones, kind, wanted) \
	check(ones, ARRAY_SIZE(ones), LEARNED_##kind, wanted)

static void test_neighbours(void **state)
{
	const struct one twice[] = {
		{ "kvm", { "mm/slab_a.c" } }, { "kvm", { "mm/slab_b.c" } },
		{ "mm", { "mm/slab_c.c" } }, { "rcu", { "mm/slab_d.c" } },
		{ NULL, { "mm/slab_e.c" } }, { "gone", { "mm/slab_f.c" } },
		{ "kvm", { "virt/a", "docs/b" } },
	};
	const struct one in_one_pull[] = {
		{ "kvm", { "mm/slab_a.c", "mm/slab_b.c" } },
	};
	const struct one strange[] = {
		{ "kvm", { "mm/a*b", "mm/c d", "mm/#" } },
		{ "kvm", { "mm/a*b", "mm/c d", "mm/#" } },
		{ "kvm", { "mm/\033", "", NULL } },
		{ "kvm", { "mm/\033", "", NULL } },
	};

	(void)state;
	CHECK(twice, NEIGHBOUR, "4 neighbour = mm/slab*\n");
	CHECK(in_one_pull, NEIGHBOUR, "");
	CHECK(strange, NEIGHBOUR, "");
}

/* A directory: for who changes this and that there, unless all do. */
static void test_directories(void **state)
{
	const struct one ones[] = {
		{ "kvm", { "mm/x/a.c" } }, { "kvm", { "mm/x/b.c" } },
		{ "kvm", { "mm/x/c.c" } }, { "rcu", { "mm/x/d.c" } },
		{ "rcu", { "mm/x/e.c" } }, { "rcu", { "mm/x/f.c" } },
		{ "rcu", { "mm/x/g.c" } }, { "rcu", { "mm/x/h.c" } },
		{ "rcu", { "mm/x/i.c" } }, { "rcu", { "mm/x/j.c" } },
		{ "rcu", { "mm/x/k.c" } }, { "rcu", { "mm/x/l.c" } },
		{ "rcu", { "mm/x/m.c" } },
	};

	(void)state;
	check(ones, 2, LEARNED_NEIGHBOUR, "");
	check(ones, 3, LEARNED_NEIGHBOUR, "4 neighbour = mm/x/\n");
	/* Three of twelve are a fourth, three of thirteen are not. */
	check(ones, 12, LEARNED_NEIGHBOUR, "4 neighbour = mm/x/\n"
	      "7 neighbour = mm/x/\n");
	check(ones, 13, LEARNED_NEIGHBOUR, "7 neighbour = mm/x/\n");
}

static void test_glue(void **state)
{
	const struct one own[] = {
		{ "kvm", { "virt/a", "mm/Kconfig" } },
		{ "kvm", { "virt/a", "mm/Kconfig" } },
		{ "kvm", { "virt/a", "mm/Kconfig" } },
	};
	const struct one alone[] = {
		{ "kvm", { "mm/util.c" } }, { "tip", { "mm/util.c" } },
		{ "rcu", { "mm/util.c" } }, { "mm", { "mm/own.c" } },
	};

	(void)state;
	CHECK(own, GLUE, "");
	CHECK(alone, GLUE, "1 commons = mm/util.c\n");
}

/* What a section claims, and its tree leaves to others. */
static void test_excludes(void **state)
{
	const struct one ones[] = {
		{ "mm", { "mm/x/y/d.c" } }, { "mm", { "mm/x/y/d.c" } },
		{ "mm", { "mm/x/y/d.c" } },
		{ "kvm", { "mm/x/y/a.c" } }, { "kvm", { "mm/x/y/a.c" } },
		{ "kvm", { "virt/a", "mm/x/z/c.c" } },
		{ "rcu", { "mm/x/y/b.c" } }, { "rcu", { "mm/x/y/b.c" } },
		{ "rcu", { "mm/x/y/b.c" } }, { "tip", { "mm/x/y/a.c" } },
		{ "tip", { "mm/x/y/a.c" } },
		{ "tip", { "mm/x/z/c.c", "docs/a" } },
		{ "mm", { "mm/util.c" } },
	};
	const struct one two_files[] = {
		{ "kvm", { "mm/a.c" } }, { "kvm", { "mm/a.c" } },
		{ "kvm", { "mm/a.c" } }, { "rcu", { "mm/b.c" } },
		{ "rcu", { "mm/b.c" } }, { "rcu", { "mm/b.c" } },
		{ "tip", { "mm/a.c" } }, { "tip", { "mm/a.c" } },
		{ "tip", { "mm/a.c" } }, { "tip", { "mm/c.c" } },
	};

	(void)state;
	/* Not yet in three pulls of three trees, or three files. */
	check(ones + 3, 8, LEARNED_EXCLUDE, "");
	check(ones + 3, 9, LEARNED_EXCLUDE, "9 exclude = mm/x/\n");
	check(two_files, 9, LEARNED_EXCLUDE, "");
	check(two_files, 10, LEARNED_EXCLUDE, "9 exclude = mm/\n");
	/* Nine of eleven are enough, nine of twelve are not. */
	check(ones + 1, 11, LEARNED_EXCLUDE, "9 exclude = mm/x/\n");
	check(ones, 12, LEARNED_EXCLUDE, "");
	/* A tree that has just pulled keeps what it ever changed. */
	check(ones + 1, 12, LEARNED_EXCLUDE, "");
	check(ones + 3, 10, LEARNED_EXCLUDE, "9 exclude = mm/x/\n");
}

static void test_trees(void **state)
{
	const struct one most[] = {
		{ "kvm", { "docs/a" } }, { "kvm", { "docs/b" } },
		{ "kvm", { "docs/c" } }, { "kvm", { "docs/d" } },
		{ "rcu", { "docs/e" } }, { "rcu", { "else/a" } },
		{ "rcu", { "else/b" } },
	};

	(void)state;
	/* Who claims all there is gets no tree. */
	CHECK(most, TREE, "15 tree = kvm\n");
	check(most + 1, ARRAY_SIZE(most) - 1, LEARNED_TREE, "");
}

static void test_insert_and_remove(void **state)
{
	const struct one ones[] = {
		{ "kvm", { "mm/slab_a.c" } }, { "kvm", { "mm/slab_b.c" } },
	};
	struct learned learned = { 0 };
	struct buf with = BUF_INIT, without = BUF_INIT, none = BUF_INIT;
	struct error err;

	(void)state;
	learn(ones, 2, LEARNED_NEIGHBOUR, &learned);
	learned_insert(&learned, ~0U, base, sizeof(base) - 1, &with);
	assert_non_null(strstr(buf_str(&with), "[tree \"kvm\"]\n; >>>> "));
	assert_non_null(strstr(buf_str(&with), "neighbour = mm/slab*   ; "
			       "2 pulls, 2 commits, last 1970-04\n; <<<< "));
	assert_int_equal(learned_remove(buf_str(&with), with.len, &without,
					&err), 0);
	assert_string_equal(buf_str(&without), base);
	learned_insert(&learned, 0, base, sizeof(base) - 1, &none);
	assert_string_equal(buf_str(&none), base);
	/* Half of a pair. */
	*strstr(with.ptr, "<<<<") = 'x';
	buf_reset(&without);
	assert_int_equal(learned_remove(buf_str(&with), with.len, &without,
					&err), -1);
	buf_release(&with);
	buf_release(&without);
	buf_release(&none);
	learned_release(&learned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_glue),
		cmocka_unit_test(test_excludes),
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_insert_and_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
