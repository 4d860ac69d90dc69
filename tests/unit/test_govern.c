/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "policy/govern.h"

static const char text[] =
	"[tree \"mainline\"]\n"
	"role = upstream\n"
	"ref = refs/tags/v*\n"
	"ref = refs/heads/linus\n"
	"ref = refs/remotes/linus/*\n"
	"[tree \"next\"]\n"
	"role = integration\n"
	"ref = refs/tags/next-*\n"
	"ref = refs/heads/next\n"
	"[tree \"tip\"]\n"
	"url = git://git.kernel.org/tip/tip.git\n"
	"repository = /srv/git/tip.git\n"
	"rewind = refs/heads/auto-*\n"
	"[tree \"rcu\"]\n"
	"url = git://git.kernel.org/rcu\n"
	"url = rcu:\n"
	"repository = /srv/*/rcu.git\n"
	"branch = refs/heads/rcu/*\n"
	"branch = refs/heads/core?\n"
	"branch = refs/heads/*/for-next\n"
	"ref = refs/heads/not-a-role\n"
	"[tree \"rcu2\"]\n"
	"url = git://git.kernel.org/tip/tip/\n"
	"repository = **/rcu.git\n"
	"[immutable \"releases\"]\n"
	"tag = v*\n"
	"tag = stable/**\n"
	"[shared-tag \"noinstr-x86-*\"]\n"
	"tree = tip\n"
	"[shared-tag \"noinstr-*\"]\n"
	"tree = rcu\n"
	"[shared-tag \"v-draft-*\"]\n"
	"tree = rcu\n"
	"freeze = merge\n"
	/* Their refs have owners above. */
	"[tree \"stable\"]\n"
	"role = upstream\n"
	"ref = refs/heads/linus\n"
	"ref = refs/heads/next\n"
	"[tree \"pending\"]\n"
	"role = integration\n"
	"ref = refs/heads/next\n";

static struct policy *policy;

static int setup(void **state)
{
	struct diags diags = { 0 };

	(void)state;
	policy = policy_parse("t.ini", text, strlen(text), &diags);
	diags_release(&diags);
	return policy ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	policy_free(policy);
	return 0;
}

struct ref_case {
	const char *ref;
	enum ref_kind kind;
	int line;
	bool may_rewind, is_upstream;
};

static void check(const char *tree, const struct ref_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct ref_case *c = &cases[i];
		struct ref_rule rule = govern_ref(policy,
						  policy_tree(policy, tree),
						  c->ref);

		if (rule.kind != c->kind || rule.line != c->line ||
		    rule.may_rewind != c->may_rewind ||
		    rule.is_upstream != c->is_upstream)
			fail_msg("%s: kind %d, line %d, rewind %d, upstream %d",
				 c->ref, (int)rule.kind, rule.line,
				 rule.may_rewind, rule.is_upstream);
	}
}

/* The default, refs/heads/ and a star, means all below. */
static void test_default_branches(void **state)
{
	static const struct ref_case cases[] = {
		{ "refs/heads/master", REF_BRANCH, 10, false, false },
		{ "refs/heads/x86/entry", REF_BRANCH, 10, false, false },
		{ "refs/heads/auto-latest", REF_BRANCH, 10, true, false },
		{ "refs/heads/auto-a/b", REF_BRANCH, 10, false, false },
		{ "refs/heads/linus", REF_BRANCH, 10, false, true },
		{ "refs/heads/next", REF_INTEGRATION, 9, false, false },
		{ "refs/heads/", REF_BRANCH, 10, false, false },
		{ "refs/headsx/a", REF_UNGOVERNED, 0, false, false },
		{ "refs/notes/a", REF_UNGOVERNED, 0, false, false },
		{ "refs/remotes/linus/master", REF_UPSTREAM, 5, false, true },
		{ "refs/remotes/linus/a/b", REF_UNGOVERNED, 0, false, false },
		{ "HEAD", REF_UNGOVERNED, 0, false, false },
	};

	(void)state;
	check("tip", cases, ARRAY_SIZE(cases));
}

static void test_branches(void **state)
{
	static const struct ref_case cases[] = {
		{ "refs/heads/rcu/next", REF_BRANCH, 18, false, false },
		{ "refs/heads/rcu/a/b", REF_BRANCH, 18, false, false },
		{ "refs/heads/rcu", REF_UNGOVERNED, 0, false, false },
		{ "refs/heads/core1", REF_BRANCH, 19, false, false },
		{ "refs/heads/core/a", REF_UNGOVERNED, 0, false, false },
		{ "refs/heads/x/for-next", REF_BRANCH, 20, false, false },
		{ "refs/heads/x/y/for-next", REF_UNGOVERNED, 0, false, false },
		{ "refs/heads/auto-a", REF_UNGOVERNED, 0, false, false },
		{ "refs/heads/not-a-role", REF_UNGOVERNED, 0, false, false },
		{ "refs/heads/linus", REF_UPSTREAM, 4, false, true },
	};

	(void)state;
	check("rcu", cases, ARRAY_SIZE(cases));
}

static void test_tags(void **state)
{
	static const struct ref_case cases[] = {
		{ "refs/tags/a", REF_TAG, 0, false, false },
		{ "refs/tags/a/b", REF_TAG, 0, false, false },
		{ "refs/tags/v5.12", REF_TAG, 3, false, true },
		{ "refs/tags/next-20210329", REF_INTEGRATION, 8, false,
		  false },
	};

	(void)state;
	check("tip", cases, ARRAY_SIZE(cases));
	check("rcu", cases, ARRAY_SIZE(cases));
}

static void test_protected(void **state)
{
	static const struct ref_case cases[] = {
		{ "refs/replace/0123", REF_PROTECTED, 0, false, false },
		{ "refs/treaty/log", REF_PROTECTED, 0, false, false },
		{ "refs/replaced", REF_UNGOVERNED, 0, false, false },
		{ "refs/heads/refs/replace/a", REF_BRANCH, 10, false, false },
	};

	(void)state;
	check("tip", cases, ARRAY_SIZE(cases));
}

static void test_owner(void **state)
{
	const struct tree *tip = policy_tree(policy, "tip");

	(void)state;
	assert_ptr_equal(govern_ref(policy, tip, "refs/tags/v1").owner,
			 policy_tree(policy, "mainline"));
	assert_ptr_equal(govern_ref(policy, tip, "refs/heads/next").owner,
			 policy_tree(policy, "next"));
	assert_null(govern_ref(policy, tip, "refs/heads/master").owner);
}

static void test_tag_name(void **state)
{
	(void)state;
	assert_string_equal(tag_name("refs/tags/v1"), "v1");
	assert_string_equal(tag_name("refs/tags/a/b"), "a/b");
	assert_null(tag_name("refs/heads/refs/tags/v1"));
	assert_null(tag_name("refs/tags"));
}

static void test_immutable(void **state)
{
	(void)state;
	assert_int_equal(immutable_match(policy, "v5.12-rc3")->line, 26);
	assert_int_equal(immutable_match(policy, "stable/a/b")->line, 27);
	assert_null(immutable_match(policy, "a-v1"));
	assert_null(immutable_match(policy, "v/1"));
}

static void test_shared_tag(void **state)
{
	const struct shared_tag *x86 = shared_tag_match(policy,
							"noinstr-x86-kvm");
	const struct shared_tag *rcu = shared_tag_match(policy,
							"noinstr-rcu-nmi");

	(void)state;
	assert_ptr_equal(x86, &policy->shared_tags[0]);
	assert_ptr_equal(rcu, &policy->shared_tags[1]);
	assert_null(shared_tag_match(policy, "noinstr"));
	assert_true(shared_tag_is_of(x86, policy_tree(policy, "tip")));
	assert_false(shared_tag_is_of(x86, policy_tree(policy, "rcu")));
}

static void test_freezing_line(void **state)
{
	(void)state;
	assert_int_equal(freezing_line(policy, "v1"), 26);
	assert_int_equal(freezing_line(policy, "noinstr-x86-kvm"), 28);
	assert_int_equal(freezing_line(policy, "noinstr-rcu-nmi"), 30);
	/* The release says more than the draft. */
	assert_int_equal(freezing_line(policy, "v-draft-1"), 26);
	assert_int_equal(freezing_line(policy, "a-v1"), 0);
}

static const char *by_url(const char *url, bool *ambiguous)
{
	const struct tree *second;
	const struct tree *tree = tree_by_url(policy, url, &second);

	*ambiguous = second;
	return tree ? tree->section.name : "";
}

static void test_url(void **state)
{
	bool ambiguous;

	(void)state;
	assert_string_equal(by_url("git://git.kernel.org/rcu", &ambiguous),
			    "rcu");
	assert_string_equal(by_url("git://git.kernel.org/rcu.git/",
				   &ambiguous), "rcu");
	assert_string_equal(by_url("git://git.kernel.org/rcu/.git",
				   &ambiguous), "rcu");
	assert_string_equal(by_url("rcu:", &ambiguous), "rcu");
	assert_false(ambiguous);
	assert_string_equal(by_url("git://git.kernel.org/rcu2", &ambiguous),
			    "");
	assert_string_equal(by_url("git://git.kernel.org", &ambiguous), "");
	assert_string_equal(by_url("", &ambiguous), "");
	assert_string_equal(by_url("/", &ambiguous), "");
	assert_false(ambiguous);
	assert_string_equal(by_url("git://git.kernel.org/tip/tip",
				   &ambiguous), "");
	assert_true(ambiguous);
}

static void test_repository(void **state)
{
	const struct tree *second;

	(void)state;
	assert_ptr_equal(tree_by_repository(policy, "/srv/git/tip.git",
					    &second),
			 policy_tree(policy, "tip"));
	assert_null(second);
	assert_null(tree_by_repository(policy, "/srv/git/tip", &second));
	assert_null(second);
	assert_null(tree_by_repository(policy, "/srv/git/rcu.git", &second));
	assert_ptr_equal(second, policy_tree(policy, "rcu2"));
	assert_ptr_equal(tree_by_repository(policy, "/srv/a/b/rcu.git",
					    &second),
			 policy_tree(policy, "rcu2"));
	assert_null(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_branches),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_protected),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_tag_name),
		cmocka_unit_test(test_immutable),
		cmocka_unit_test(test_shared_tag),
		cmocka_unit_test(test_freezing_line),
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_repository),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
