/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "policy/scm.h"

static void check_parse(const char *value, const char *url, const char *branch)
{
	struct scm scm;

	scm_parse(&scm, value);
	if (url)
		assert_string_equal(scm.url, url);
	else
		assert_null(scm.url);
	if (branch)
		assert_string_equal(scm.branch, branch);
	else
		assert_null(scm.branch);
	scm_release(&scm);
}

static void test_parse(void **state)
{
	(void)state;
	check_parse("git git://x.org/a.git", "git://x.org/a.git", NULL);
	check_parse("git  https://x.org/a\tnext", "https://x.org/a",
		    "refs/heads/next");
	check_parse("git git://x.org/a.git for-next/x (For ARM)",
		    "git://x.org/a.git", "refs/heads/for-next/x");
	check_parse("git git://x.org/a.git (For ARM Updates)",
		    "git://x.org/a.git", NULL);
	check_parse("git git@x.org:a/b.git", "git@x.org:a/b.git", NULL);
	check_parse("git://x.org/a", "git://x.org/a", NULL);
	check_parse("https://x.org/a.git", "https://x.org/a.git", NULL);
	check_parse("git git://x.org/a b*", "git://x.org/a", NULL);
	/* No git, or nothing at all. */
	check_parse("quilt http://x.org/patches/", NULL, NULL);
	check_parse("quilt git://x.org/a", NULL, NULL);
	check_parse("hg http://x.org:8000/a", NULL, NULL);
	check_parse("https://x.org/a", NULL, NULL);
	check_parse("git", NULL, NULL);
	check_parse("git linux-next", NULL, NULL);
	check_parse("git https://", NULL, NULL);
	/* A user of no host. */
	check_parse("git git://me@/a/b.git", NULL, NULL);
	check_parse("git git@:a/b", NULL, NULL);
	check_parse("", NULL, NULL);
}

/* The names of the trees of some T: lines, as "NAME=URLS|BRANCHES ...". */
static void check_trees(const char *const *values, const char *hand,
			const char *wanted)
{
	struct scm_trees trees = { 0 };
	struct diags diags = { 0 };
	struct policy *policy = hand ? policy_parse("t", hand, strlen(hand),
						    &diags) : NULL;
	struct buf got = BUF_INIT;

	for (; *values; values++) {
		struct scm scm;

		scm_parse(&scm, *values);
		scm_trees_add(&trees, &scm);
		scm_release(&scm);
	}
	scm_trees_name(&trees, policy);
	for (size_t i = 0; i < trees.n; i++)
		buf_addf(&got, "%s%s=%zu|%zu%s%s", i ? " " : "",
			 trees.v[i].name, trees.v[i].url.n,
			 trees.v[i].branch.n,
			 trees.v[i].all_branches ? "*" : "",
			 trees.v[i].is_known ? "!" : "");
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	scm_trees_release(&trees);
	policy_free(policy);
}

#define TREES(hand, wanted, ...) do { \
	static const char *const values[] = { __VA_ARGS__, NULL }; \
	check_trees(values, hand, wanted); \
} while (0)

static void test_names(void **state)
{
	(void)state;
	TREES(NULL, "kvm=1|0*", "git git://git.kernel.org/virt/kvm/kvm.git");
	TREES(NULL, "xen/tip=1|1", "git git://k.org/git/xen/tip.git next");
	TREES(NULL, "nvme=1|0*", "git git://git.infradead.org/nvme.git");
	/* Spellings of one. */
	TREES(NULL, "a/b=6|1*", "git git://X.org/a/b.git",
	      "git https://x.org/a/b", "git http://me@x.org/a/b/",
	      "git git@x.org:a/b.git", "git ssh://x.org//a/b.git/",
	      "git git://x.org/a/b", "git git://x.org/a/b next");
	/* Two of a name. */
	TREES(NULL, "k.org/u/linux=1|0* x.org/u/linux=1|0*",
	      "git git://x.org/u/linux.git", "git git://k.org/u/linux.git");
	TREES(NULL, "k.org/1/u/l=1|0* k.org/2/u/l=1|0*",
	      "git git://k.org/2/u/l", "git git://k.org/1/u/l");
	/* What one is called with its host is the end of another. */
	TREES(NULL, "x.org/l=1|0* y.org/l=1|0* z.org/x.org/l=1|0*",
	      "git git://x.org/l", "git git://y.org/l",
	      "git git://z.org/x.org/l");
	/* Paths tell upper from lower case. */
	TREES(NULL, "Xilinx/l=1|0* xilinx/l=1|0*",
	      "git git://k.org/Xilinx/l", "git git://k.org/xilinx/l");
}

static void test_known(void **state)
{
	static const char hand[] = "[tree \"mine\"]\n"
				   "url = https://k.org/u/linux/\n";

	(void)state;
	TREES(hand, "mine=1|0*!", "git git://k.org/u/linux.git");
	TREES(hand, "v/linux=1|0*", "git git://k.org/v/linux.git");
	TREES("[tree \"mine\"]\nurl = git://me@/\nurl = me@:a/b\n"
	      "url = ://\nurl = /srv/linux\n",
	      "v/linux=1|0*", "git git://k.org/v/linux.git");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
