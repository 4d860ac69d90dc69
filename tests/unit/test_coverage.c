/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "policy/coverage.h"

static const char text[] =
	"[policy]\n"
	"commons = MAINTAINERS\n"
	"commons = nowhere\n"
	"[signer \"s\"]\n"
	"[tree \"linus\"]\nrole = upstream\n"
	"[tree \"tip\"]\nsigner = s\nbranch = refs/heads/x86/*\n"
	"[tree \"kvm\"]\n"
	"[tree \"mm\"]\n"
	"[subsystem \"rest\"]\ntree = tip\npath = *\npath = */**\n"
	"[subsystem \"x86\"]\ntree = tip\npath = arch/x86/\n"
	"[subsystem \"kvm\"]\ntree = kvm\npath = arch/*/kvm/\npath = virt/\n"
	"[subsystem \"kvm-mm\"]\ntree = kvm\ntree = mm\npath = virt/mm/\n"
	"[subsystem \"mm\"]\ntree = mm\npath = mm/\npath = virt/mm/\n"
	"match = hugepage\n"
	"[subsystem \"linus\"]\ntree = linus\npath = arch/x86/\n"
	"[subsystem \"docs\"]\npath = docs/\n"
	"[subsystem \"none\"]\npath = docs/old/\nexclude = docs/\n"
	"exclude = samples/\n";

static const char *const paths[] = {
	"MAINTAINERS", "Makefile", "arch/x86/a", "arch/x86/kvm/a",
	"arch/x86/kvm/b", "docs/a", "docs/old/a", "virt/a", "virt/mm/a",
};

static void coverage_of(struct coverage *s, struct policy **policy,
			const char *policy_text)
{
	struct diags diags = { 0 };
	struct error err;

	*policy = policy_parse("t", policy_text, strlen(policy_text), &diags);
	assert_non_null(*policy);
	coverage_init(s, *policy);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		assert_int_equal(coverage_add(s, paths[i], &err), 0);
	coverage_finish(s);
}

static void test_survey(void **state)
{
	struct policy *policy;
	struct coverage s;

	(void)state;
	coverage_of(&s, &policy, text);
	assert_int_equal(s.n_paths, 9);
	assert_int_equal(s.n_common, 1);
	assert_int_equal(s.n_unowned, 0);
	assert_int_equal(s.n_star, 2);
	/* Stars and upstream are no quarrel; kvm-mm makes none with either. */
	assert_int_equal(s.n_contested, 3);
	assert_int_equal(s.n_groups, 2);
	assert_string_equal(s.groups[0].trees, "kvm | tip");
	assert_int_equal(s.groups[0].n, 2);
	assert_string_equal(s.groups[0].example, "arch/x86/kvm/a");
	assert_string_equal(s.groups[1].trees, "kvm | mm");
	assert_int_equal(s.n_dead, 4);
	assert_string_equal(s.dead[0].pattern->text, "nowhere");
	assert_null(s.dead[0].subsystem);
	assert_string_equal(s.dead[1].pattern->text, "mm/");
	assert_string_equal(s.dead[2].key, "match");
	assert_string_equal(s.dead[3].pattern->text, "samples/");
	assert_int_equal(s.n_shadowed, 1);
	assert_string_equal(s.shadowed[0]->section.name, "none");
	assert_int_equal(s.n_default_branch, 2);
	assert_int_equal(s.n_no_signer, 2);
	coverage_release(&s);
	policy_free(policy);
}

static void test_unowned(void **state)
{
	struct policy *policy;
	struct coverage s;

	(void)state;
	coverage_of(&s, &policy, "[tree \"a\"]\n[subsystem \"a\"]\ntree = a\n"
		  "path = arch/\n[subsystem \"docs\"]\npath = docs/\n");
	assert_int_equal(s.n_unowned, 4);
	assert_string_equal(s.unowned[3], "virt/mm/a");
	assert_int_equal(s.n_treeless, 2);
	assert_int_equal(s.n_contested, 0);
	assert_int_equal(s.n_dead, 0);
	coverage_release(&s);
	policy_free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_survey),
		cmocka_unit_test(test_unowned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
