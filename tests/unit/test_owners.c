/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "policy/owners.h"
#include "policy/policy.h"

static struct policy *parse(const char *text)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_parse("t.ini", text, strlen(text),
					     &diags);

	assert_non_null(policy);
	diags_release(&diags);
	return policy;
}

static const char sections[] =
	"[tree \"tip\"]\n"
	"[tree \"kvm\"]\n"
	"[tree \"net\"]\n"
	"[subsystem \"x86\"]\n"
	"tree = tip\n"
	"path = arch/x86/\n"
	"path = arch/x86/kernel/*.c\n"
	"exclude = arch/x86/net/\n"
	"[subsystem \"kvm\"]\n"
	"tree = kvm\n"
	"path = arch/*/kvm/\n"
	"path = virt/\n"
	"[subsystem \"docs\"]\n"
	"path = Documentation/\n"
	"path = arch/x86/kvm/README\n"
	"[subsystem \"bpf\"]\n"
	"tree = net\n"
	"tree = tip\n"
	"path = kernel/bpf/\n"
	"path = arch/x86/kernel/\n";

/* The owners as "NAME:LINE:DEPTH ..." in the file's order. */
static void check(const struct policy *policy, const char *path,
		  const char *wanted)
{
	struct owners owners = { 0 };
	struct buf got = BUF_INIT;

	owners_find(policy, path, &owners);
	for (size_t i = 0; i < owners.n; i++)
		buf_addf(&got, "%s%s:%d:%d", i ? " " : "",
			 owners.v[i].subsystem->section.name,
			 owners.v[i].pattern->line, owners.v[i].depth);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	owners_release(&owners);
}

static void test_any(void **state)
{
	struct policy *p = parse(sections);

	(void)state;
	check(p, "README", "");
	check(p, "arch/x86/Kconfig", "x86:6:2");
	check(p, "arch/x86", "x86:6:2");
	check(p, "arch/x86/kvm/mmu.c", "x86:6:2 kvm:11:3");
	check(p, "arch/x86/kvm/README", "x86:6:2 kvm:11:3 docs:15:4");
	check(p, "arch/x86/kernel/nmi.c", "x86:7:4 bpf:20:3");
	check(p, "arch/x86/net/bpf_jit.c", "");
	check(p, "arch/x86_64", "");
	policy_free(p);
}

static void test_nearest(void **state)
{
	struct policy *p = parse(sections);

	(void)state;
	p->head.owners = OWNERS_NEAREST;
	check(p, "README", "");
	check(p, "arch/x86/Kconfig", "x86:6:2");
	check(p, "arch/x86/kvm/mmu.c", "kvm:11:3");
	check(p, "arch/x86/kvm/README", "docs:15:4");
	check(p, "arch/x86/kernel/nmi.c", "x86:7:4");
	check(p, "arch/x86/kernel/Makefile", "bpf:20:3");
	policy_free(p);
}

static void test_nearest_keeps_equals(void **state)
{
	struct policy *p = parse("[policy]\nowners = nearest\n"
				 "[subsystem \"all\"]\npath = *\n"
				 "path = */\n"
				 "[subsystem \"a\"]\npath = a/b?\n"
				 "[subsystem \"b\"]\npath = a/*c\n");

	(void)state;
	check(p, "a/bc", "a:7:2 b:9:2");
	check(p, "README", "all:4:-1");
	policy_free(p);
}

static bool foreign(const struct policy *policy, const char *path,
		    const char *tree)
{
	struct owners owners = { 0 };
	bool answer;

	owners_find(policy, path, &owners);
	answer = owners_foreign(policy, &owners, policy_tree(policy, tree));
	owners_release(&owners);
	return answer;
}

static void test_foreign(void **state)
{
	struct policy *p = parse(sections);

	(void)state;
	assert_false(foreign(p, "arch/x86/Kconfig", "tip"));
	assert_true(foreign(p, "arch/x86/Kconfig", "kvm"));
	assert_false(foreign(p, "arch/x86/kvm/mmu.c", "tip"));
	assert_false(foreign(p, "arch/x86/kvm/mmu.c", "kvm"));
	assert_true(foreign(p, "arch/x86/kvm/mmu.c", "net"));
	assert_true(foreign(p, "arch/arm64/kvm/arm.c", "tip"));
	assert_false(foreign(p, "kernel/bpf/core.c", "net"));
	assert_false(foreign(p, "kernel/bpf/core.c", "tip"));
	assert_true(foreign(p, "kernel/bpf/core.c", "kvm"));
	/* Owned by nobody, or by a subsystem that has no tree. */
	assert_false(foreign(p, "README", "kvm"));
	assert_false(foreign(p, "Documentation/index.rst", "kvm"));
	p->head.owners = OWNERS_NEAREST;
	assert_true(foreign(p, "arch/x86/kvm/mmu.c", "tip"));
	assert_false(foreign(p, "arch/x86/kvm/README", "tip"));
	policy_free(p);
}

static void test_commons(void **state)
{
	struct policy *p = parse("[policy]\ncommons = MAINTAINERS\n"
				 "commons = arch/*/Kconfig\n"
				 "[tree \"tip\"]\n[tree \"kvm\"]\n"
				 "[subsystem \"all\"]\ntree = tip\n"
				 "path = **\n");
	struct owners owners = { 0 };

	(void)state;
	owners_find(p, "arch/x86/Kconfig", &owners);
	assert_int_equal(owners.common->line, 3);
	assert_int_equal(owners.n, 1);
	owners_find(p, "arch/x86/Makefile", &owners);
	assert_null(owners.common);
	owners_release(&owners);
	assert_false(foreign(p, "MAINTAINERS", "kvm"));
	assert_true(foreign(p, "MAINTAINERS.old", "kvm"));
	policy_free(p);
}

static void test_unowned(void **state)
{
	struct policy *p = parse(sections);

	(void)state;
	p->head.unowned = UNOWNED_DENY;
	assert_true(foreign(p, "README", "kvm"));
	assert_true(foreign(p, "arch/x86/net/bpf_jit.c", "tip"));
	/* Owned, though by a subsystem without a tree. */
	assert_false(foreign(p, "Documentation/index.rst", "kvm"));
	assert_false(foreign(p, "virt/kvm.c", "kvm"));
	policy_free(p);
	p = parse("[policy]\nunowned = deny\ncommons = a\n[tree \"tip\"]\n");
	assert_false(foreign(p, "a", "tip"));
	assert_true(foreign(p, "b", "tip"));
	policy_free(p);
}

static void test_have_tree(void **state)
{
	struct policy *p = parse(sections);
	struct owners owners = { 0 };

	(void)state;
	assert_false(owners_have_tree(&owners, "tip"));
	owners_find(p, "kernel/bpf/core.c", &owners);
	assert_true(owners_have_tree(&owners, "net"));
	assert_true(owners_have_tree(&owners, "tip"));
	assert_false(owners_have_tree(&owners, "kvm"));
	owners_release(&owners);
	assert_int_equal(owners.n, 0);
	policy_free(p);
}

static void test_depth(void **state)
{
	static const struct {
		const char *pattern;
		int wanted;
	} cases[] = {
		{ "MAINTAINERS", 1 },
		{ "arch/", 1 },
		{ "arch/x86", 2 },
		{ "arch/x86/", 2 },
		{ "arch/*/kvm/", 3 },
		{ "arch/x86/kvm/*.c", 4 },
		{ "*", -1 },
		{ "*/", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(pattern_depth(cases[i].pattern),
				 cases[i].wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_nearest_keeps_equals),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_commons),
		cmocka_unit_test(test_unowned),
		cmocka_unit_test(test_have_tree),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
