/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
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

static void find(const struct policy *policy, const char *path,
		 struct owners *owners)
{
	struct error err;

	assert_int_equal(owners_find(policy, path, owners, &err), 0);
}

/* The owners as "NAME:LINE:DEPTH ..." in the file's order. */
static void check(const struct policy *policy, const char *path,
		  const char *wanted)
{
	struct owners owners = { 0 };
	struct buf got = BUF_INIT;

	find(policy, path, &owners);
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

	find(policy, path, &owners);
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
	find(p, "arch/x86/Kconfig", &owners);
	assert_int_equal(owners.common->line, 3);
	assert_int_equal(owners.n, 1);
	find(p, "arch/x86/Makefile", &owners);
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
	find(p, "kernel/bpf/core.c", &owners);
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
		{ "arch/**", 1 },
		{ "arch/x86/**", 2 },
		{ "arch/**/kvm", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(pattern_depth(cases[i].pattern),
				 cases[i].wanted);
}

static void test_match(void **state)
{
	struct policy *p = parse("[policy]\n"
				 "[subsystem \"tegra\"]\n"
				 "match = [^a-z]tegra\n"
				 "path = drivers/tegra*\n"
				 "exclude = drivers/tegra/gpu/\n"
				 "[subsystem \"rest\"]\npath = *\npath = */**\n"
				 "[subsystem \"headers\"]\n"
				 "match = \\.[ch]$\n"
				 "exclude-match = ^(arch|tools)/\n"
				 "[subsystem \"ps3\"]\nmatch = ps3\n");

	(void)state;
	check(p, "arch/arm/mach-tegra/a.S", "tegra:3:0 rest:8:-1");
	check(p, "net/integra/a.S", "rest:8:-1");
	check(p, "drivers/tegra1", "tegra:4:2 rest:8:-1");
	check(p, "drivers/tegra/gpu/a", "rest:8:-1");
	check(p, "net/a.c", "rest:8:-1 headers:10:0");
	check(p, "arch/ps3.c", "rest:8:-1 ps3:13:0");
	p->head.owners = OWNERS_NEAREST;
	check(p, "net/a.c", "headers:10:0");
	check(p, "drivers/tegra1", "tegra:4:2");
	policy_free(p);
}

/* A search that gives up is no "nobody's". */
static void test_undecided(void **state)
{
	struct policy *p = parse("[subsystem \"a\"]\nmatch = ^(a+)+b\n"
				 "[subsystem \"b\"]\npath = b\n");
	struct owners owners = { 0 };
	struct error err;
	char path[400];

	(void)state;
	check(p, "b", "b:4:1");
	check(p, "aab", "a:2:0");
	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 2] = 'b';
	path[sizeof(path) - 1] = '\0';
	check(p, path, "a:2:0");
	path[sizeof(path) - 3] = '/';
	assert_int_equal(owners_find(p, path, &owners, &err), -1);
	assert_non_null(strstr(err.msg, "'^(a+)+b' matches 'aaaa"));
	assert_int_equal(owners.n, 0);
	/* The next look-up is one of its own. */
	check(p, "b", "b:4:1");
	owners_release(&owners);
	policy_free(p);
}

/* As owners_below() says it: "NAME ...", with a `+` where others may come in. */
static void check_below(const struct policy *policy, const char *dir,
			const char *wanted)
{
	struct owners owners = { 0 };
	struct buf got = BUF_INIT;
	bool exact = owners_below(policy, dir, &owners);

	for (size_t i = 0; i < owners.n; i++)
		buf_addf(&got, "%s ", owners.v[i].subsystem->section.name);
	buf_addstr(&got, exact ? "." : "+");
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	owners_release(&owners);
}

static void test_below(void **state)
{
	struct policy *p = parse(sections);

	(void)state;
	check_below(p, "", "+");
	check_below(p, "arch", "+");
	check_below(p, "arch/x86", "+");
	check_below(p, "arch/x86/net", ".");
	check_below(p, "arch/x86/mm", "x86 .");
	check_below(p, "arch/x86/kvm", "x86 kvm +");
	check_below(p, "arch/x86/kvm/vmx", "x86 kvm .");
	check_below(p, "arch/x86/kernel", "x86 bpf .");
	check_below(p, "virt", "kvm .");
	check_below(p, "nowhere", ".");
	p->head.owners = OWNERS_NEAREST;
	check_below(p, "virt", "kvm .");
	check_below(p, "arch/x86/kvm/vmx", "kvm .");
	check_below(p, "arch/x86/kernel", "+");
	policy_free(p);
	p = parse("[policy]\ncommons = a/x\n[subsystem \"a\"]\npath = a/\n"
		  "[subsystem \"b\"]\nmatch = b\nexclude-match = c\n");
	check_below(p, "a", "a +");
	check_below(p, "a/d", "a +");
	check_below(p, "a/b", "a +");
	policy_free(p);
}

/* Against one pattern after the other, which is how it was before. */

static bool regexes_match(const struct values *values, const char *path)
{
	struct error err;

	for (size_t i = 0; i < values->n; i++)
		if (regex_match(values->v[i].regex, path, &err) == 1)
			return true;
	return false;
}

static bool claims(const struct subsystem *s, const char *path, int *depth)
{
	bool found = false;

	for (size_t i = 0; i < s->path.n; i++) {
		int d = pattern_depth(s->path.v[i].text);

		if (!glob_match(&s->path.v[i].glob, path))
			continue;
		if (!found || d > *depth)
			*depth = d;
		found = true;
	}
	if (regexes_match(&s->match, path)) {
		if (!found || *depth < 0)
			*depth = 0;
		found = true;
	}
	return found && !values_match(&s->exclude, path) &&
	       !regexes_match(&s->exclude_match, path);
}

static void check_against_all(const struct policy *p, const char *path,
			      struct owners *owners)
{
	int depth, deepest = -2;
	size_t n = 0;

	find(p, path, owners);
	assert_ptr_equal(owners->common,
			 values_match(&p->head.commons, path));
	for (size_t i = 0; i < p->n_subsystems; i++)
		if (claims(&p->subsystems[i], path, &depth) && depth > deepest)
			deepest = depth;
	for (size_t i = 0; i < p->n_subsystems; i++) {
		if (!claims(&p->subsystems[i], path, &depth) ||
		    (p->head.owners == OWNERS_NEAREST && depth != deepest))
			continue;
		assert_true(n < owners->n);
		assert_ptr_equal(owners->v[n].subsystem, &p->subsystems[i]);
		assert_int_equal(owners->v[n].depth, depth);
		n++;
	}
	assert_int_equal(owners->n, n);
}

static const char *const path_patterns[] = {
	"a/", "a/b/", "*", "*/**", "a/*", "a/*.c", "a/**/b", "**/b/*", "b*",
	"?/b", "a/b/c.c", "*/b/", "**", "a/b*", "b/", "b/a/**",
};
static const char *const match_patterns[] = {
	"a", "b", "^a/", "[ab]/c", "c$", "/b", "c.c", "a|x", "bb*",
};
static const char *const paths[] = {
	"a", "b", "ab", "a/a", "a/b", "a/c.c", "b/a", "a/b/c.c", "a/b/b",
	"b/b/c", "c/b/a", "b/a/b/c", "c", "c/c/c", "a/bb/c.c", "b/a/a/a/a.c",
};

/* A line, or nothing. */
static void maybe_add(struct buf *out, const char *key,
		      const char *const *from, size_t n)
{
	if (rand() % 2)
		buf_addf(out, "%s = %s\n", key, from[(size_t)rand() % n]);
}

static struct policy *random_policy(void)
{
	struct buf text = BUF_INIT;
	struct policy *p;

	buf_addstr(&text, "[policy]\n");
	maybe_add(&text, "commons", path_patterns, ARRAY_SIZE(path_patterns));
	maybe_add(&text, "commons", path_patterns, ARRAY_SIZE(path_patterns));
	for (int i = 1 + rand() % 8; i > 0; i--) {
		buf_addf(&text, "[subsystem \"%d\"]\n", i);
		for (int k = rand() % 4; k > 0; k--)
			maybe_add(&text, "path", path_patterns,
				  ARRAY_SIZE(path_patterns));
		maybe_add(&text, "match", match_patterns,
			  ARRAY_SIZE(match_patterns));
		if (rand() % 2)
			maybe_add(&text, "exclude", path_patterns,
				  ARRAY_SIZE(path_patterns));
		if (rand() % 3 == 0)
			maybe_add(&text, "exclude-match", match_patterns,
				  ARRAY_SIZE(match_patterns));
	}
	p = parse(buf_str(&text));
	p->head.owners = rand() % 2;
	buf_release(&text);
	return p;
}

/* What owners_below() says must hold of every path. */
static void check_below_against(const struct policy *p, const char *path,
				struct owners *owners)
{
	struct owners below = { 0 };
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');
	size_t n = 0;
	bool exact;

	*(slash ? slash : dir) = '\0';
	exact = owners_below(p, dir, &below);
	find(p, path, owners);
	for (size_t i = 0; i < owners->n; i++)
		if (n < below.n &&
		    below.v[n].subsystem == owners->v[i].subsystem)
			n++;
	assert_int_equal(n, below.n);
	if (exact)
		assert_int_equal(owners->n, below.n);
	if (exact || below.common)
		assert_true(!owners->common == !below.common);
	owners_release(&below);
	free(dir);
}

static void test_against_all(void **state)
{
	struct owners owners = { 0 };

	(void)state;
	srand(4);
	for (int round = 0; round < 3000; round++) {
		struct policy *p = random_policy();

		for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
			check_against_all(p, paths[i], &owners);
			check_below_against(p, paths[i], &owners);
		}
		policy_free(p);
	}
	owners_release(&owners);
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
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_undecided),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_against_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
