/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "policy/pull_source.h"

/* The sources of a subject, as "TAG|BRANCH|URL; ...". */
static void check_subject(const char *subject, const char *wanted)
{
	struct pull_sources sources = { 0 };
	struct buf got = BUF_INIT;

	pull_sources_parse(subject, &sources);
	for (size_t i = 0; i < sources.n; i++) {
		const struct pull_source *s = &sources.v[i];

		buf_addf(&got, "%s%s|%s|%s", i ? "; " : "",
			 s->tag ? s->tag : "", s->branch ? s->branch : "",
			 s->url ? s->url : "");
	}
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	pull_sources_release(&sources);
}

static void test_what_git_writes(void **state)
{
	(void)state;
	check_subject("Merge tag 'kvm-6.1' of git://x.org/kvm.git",
		      "kvm-6.1||git://x.org/kvm.git");
	check_subject("Merge branch 'for-next' of x.org:a/b into next",
		      "|for-next|x.org:a/b");
	check_subject("Merge https://x.org/a", "||https://x.org/a");
	check_subject("Merge https://x.org/a into x", "||https://x.org/a");
	check_subject("Merge branch 'next'", "|next|");
	check_subject("Merge remote-tracking branch 'kvm/next' into x",
		      "|kvm/next|");
	check_subject("Merge branches 'a', 'b' and 'c' of /srv/x",
		      "|a|/srv/x; |b|/srv/x; |c|/srv/x");
	check_subject("Merge branch 'a', tag 'v1' of git://x.org/a; "
		      "branch 'b' of git://x.org/b",
		      "|a|git://x.org/a; v1||git://x.org/a; "
		      "|b|git://x.org/b");
	check_subject("Merge commit '1234' of git://x.org/a",
		      "||git://x.org/a");
	/* A quote may be part of a name, a blank may not. */
	check_subject("Merge branch 'it's' of git://x.org/a",
		      "|it's|git://x.org/a");
}

static void test_what_git_does_not_write(void **state)
{
	(void)state;
	check_subject("", "");
	check_subject("Merge", "");
	check_subject("Merged tag 'a' of git://x.org/a", "");
	check_subject("Merge patch series \"Merge tag 'a' of git://x.org/a\"",
		      "");
	check_subject("Merge tag ''", "");
	check_subject("Merge tag '", "");
	check_subject("Merge 'a' of git://x.org/a", "");
	check_subject("Merge branch 'a b' of git://x.org/a", "");
	check_subject("Merge branch 'a' of", "");
	check_subject("Merge branch 'a' of the truth", "");
	check_subject("Merge of of of", "");
	check_subject("Merge branch 'a' (and more)", "");
	check_subject("Merge tag 'a' of git://x.org/a; 'b' of git://x.org/b",
		      "a||git://x.org/a");
	check_subject("Merge  tag 'a'", "");
	check_subject("Merge ,,, ;;;", "");
	/* What a name holds is no URL. */
	check_subject("Merge branch 'git://x.org/a'", "|git://x.org/a|");
	check_subject("Merge branch 'x'of git://x.org/a", "");
}

static const char trees[] =
	"[policy]\nversion = 1\n"
	"[tree \"kvm\"]\nurl = git://git.kernel.org/scm/virt/kvm/kvm.git\n"
	"[tree \"xen/tip\"]\nurl = git://git.kernel.org/scm/xen/tip.git\n"
	"[tree \"tip\"]\nurl = https://git.kernel.org/scm/tip/tip.git\n"
	"[tree \"soc-1\"]\nurl = git://x.org/soc.git\n"
	"branch = refs/heads/one\n"
	"[tree \"soc-2\"]\nurl = git://x.org/soc.git\n"
	"branch = refs/heads/two*\n"
	"[tree \"a\"]\nurl = git://x.org/a/linux.git\n"
	"[tree \"b\"]\nurl = git://x.org/b/linux.git\n"
	"[shared-tag \"noinstr-*\"]\ntree = tip\n";

static void check_tree(const char *subject, const char *tag, const char *tree,
		       enum told_by how)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_parse("p", trees, sizeof(trees) - 1,
					     &diags);
	struct pull_sources sources = { 0 };
	struct tree_places places;
	struct told told;

	assert_non_null(policy);
	tree_places_init(&places, policy);
	pull_sources_parse(subject, &sources);
	told = pull_tree(&places, &sources, &tag, tag != NULL);
	assert_string_equal(told.tree ? told.tree->section.name : "none",
			    tree);
	assert_int_equal(told.how, how);
	pull_sources_release(&sources);
	tree_places_release(&places);
	policy_free(policy);
	diags_release(&diags);
}

static void test_by_url(void **state)
{
	(void)state;
	check_tree("Merge tag 'x' of https://git.kernel.org/scm/xen/tip",
		   NULL, "xen/tip", TOLD_BY_URL);
	check_tree("Merge git://other.org/mirror/tip/tip.git", NULL, "tip",
		   TOLD_BY_URL);
	check_tree("Merge git://other.org/kvm", NULL, "kvm", TOLD_BY_URL);
	/* Two are as near as each other; none is near. */
	check_tree("Merge git://other.org/tip", NULL, "none", TOLD_BY_NOTHING);
	check_tree("Merge git://other.org/linux", NULL, "none",
		   TOLD_BY_NOTHING);
	check_tree("Merge git://kvm/other", NULL, "none", TOLD_BY_NOTHING);
	check_tree("Merge git://x.org/notkvm", NULL, "none", TOLD_BY_NOTHING);
	/* One repository with two trees. */
	check_tree("Merge branch 'two-2' of git://x.org/soc", NULL, "soc-2",
		   TOLD_BY_URL);
	check_tree("Merge branch 'six' of git://x.org/soc", NULL, "none",
		   TOLD_BY_NOTHING);
	/* A URL that says nothing is not made up for by a branch's name. */
	check_tree("Merge branch 'kvm' of git://x.org/y", NULL, "none",
		   TOLD_BY_NOTHING);
}

static void test_by_branch(void **state)
{
	(void)state;
	check_tree("Merge remote-tracking branch 'kvm/next'", NULL, "kvm",
		   TOLD_BY_BRANCH);
	check_tree("Merge branch 'xen/tip/for-linus'", NULL, "xen/tip",
		   TOLD_BY_BRANCH);
	check_tree("Merge branch 'kvm'", NULL, "kvm", TOLD_BY_BRANCH);
	check_tree("Merge branch 'b/linux/master'", NULL, "b", TOLD_BY_BRANCH);
	check_tree("Merge branch 'virt/kvm/kvm/next'", NULL, "kvm",
		   TOLD_BY_BRANCH);
	check_tree("Merge branch 'virt/next'", NULL, "none", TOLD_BY_NOTHING);
	check_tree("Merge branch 'linux/master'", NULL, "none",
		   TOLD_BY_NOTHING);
	check_tree("Merge branch 'kvmx/next'", NULL, "none", TOLD_BY_NOTHING);
	check_tree("Merge branch 'next'", NULL, "none", TOLD_BY_NOTHING);
}

static void test_by_tag(void **state)
{
	(void)state;
	check_tree("Merge tag 'noinstr-1'", NULL, "tip", TOLD_BY_TAG);
	check_tree("Merge tag 'noinstr-1' of git://z.org/z", NULL, "tip",
		   TOLD_BY_TAG);
	check_tree("Anything", "noinstr-1", "tip", TOLD_BY_TAG);
	check_tree("Anything", "other", "none", TOLD_BY_NOTHING);
	/* The URL comes first. */
	check_tree("Merge tag 'noinstr-1' of git://x.org/kvm", "noinstr-1",
		   "kvm", TOLD_BY_URL);
}

static void test_two_trees_are_none(void **state)
{
	(void)state;
	check_tree("Merge branches 'kvm/a' and 'kvm/b'", NULL, "kvm",
		   TOLD_BY_BRANCH);
	check_tree("Merge branches 'kvm/a' and 'tip/b'", NULL, "none",
		   TOLD_BY_NOTHING);
	check_tree("Merge branches 'kvm/a' and 'mine'", NULL, "none",
		   TOLD_BY_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_git_writes),
		cmocka_unit_test(test_what_git_does_not_write),
		cmocka_unit_test(test_by_url),
		cmocka_unit_test(test_by_branch),
		cmocka_unit_test(test_by_tag),
		cmocka_unit_test(test_two_trees_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
