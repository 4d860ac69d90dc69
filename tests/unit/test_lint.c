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

#include "base/buf.h"
#include "base/mem.h"
#include "policy/policy.h"

static void lint(const char *text, struct diags *diags)
{
	struct policy *policy = policy_parse("t.ini", text, strlen(text),
					     diags);

	for (size_t i = 0; i < diags->n; i++)
		print_message("%d: %s\n", diags->v[i].line, diags->v[i].msg);
	assert_non_null(policy);
	assert_int_equal(diags->n, 0);
	policy_lint(policy, diags);
	policy_free(policy);
}

/* Lints to exactly `wanted`, lines of "LINE: W: message" (E: an error). */
static void check(const char *text, const char *wanted)
{
	struct diags diags = { 0 };
	struct buf got = BUF_INIT;

	lint(text, &diags);
	for (size_t i = 0; i < diags.n; i++)
		buf_addf(&got, "%d: %c: %s\n", diags.v[i].line,
			 diags.v[i].is_error ? 'E' : 'W', diags.v[i].msg);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	diags_release(&diags);
}

#define TREES \
	"[tree \"tip\"]\n" \
	"[tree \"kvm\"]\n"		/* the sections begin on line 3 */

static void test_nothing_to_say(void **state)
{
	(void)state;
	check("[signer \"a\"]\nkeyring = a.asc\n"
	      "gpg = 0123456789ABCDEF0123456789ABCDEF01234567\n"
	      "[tree \"mainline\"]\nrole = upstream\nref = refs/tags/v*\n"
	      "signer = a\n"
	      "[tree \"next\"]\nrole = integration\nref = refs/tags/next-*\n"
	      "[tree \"tip\"]\nurl = git://a/tip.git\n"
	      "repository = /srv/git/tip.git\n"
	      "[tree \"kvm\"]\nurl = git://a/kvm.git\n"
	      "repository = /srv/git/kvm.git\n"
	      "[subsystem \"x86\"]\ntree = tip\npath = arch/x86/\n"
	      "exclude = arch/x86/kvm/\n"
	      "[subsystem \"kvm\"]\ntree = kvm\npath = arch/x86/kvm/\n"
	      "[immutable \"releases\"]\ntag = v*\n"
	      "[shared-tag \"noinstr-*\"]\ntree = tip\nscope = x86\n"
	      "consumer = kvm\nfreeze = merge\n", "");
}

static void test_no_tree(void **state)
{
	(void)state;
	check("", "0: W: the policy has no tree, so it judges nobody: add "
	      "[tree \"NAME\"] for each repository\n");
}

static void test_signer_without_key(void **state)
{
	(void)state;
	check(TREES "[signer \"tglx\"]\n",
	      "3: W: [signer \"tglx\"] has no key, so none of its signatures "
	      "can be verified: add 'gpg = FINGERPRINT' or 'ssh = PUBLIC "
	      "KEY'\n");
	check(TREES "[signer \"tglx\"]\nssh = ssh-rsa AAAA\n", "");
	check(TREES "[signer \"tglx\"]\n"
	      "gpg = 0123456789ABCDEF0123456789ABCDEF01234567\n",
	      "4: W: no keyring has the key of [signer \"tglx\"], so none of its "
	      "signatures can be verified: add 'keyring = FILE' with the "
	      "output of 'gpg --export'\n");
	check("[policy]\nkeyring = all.gpg\n"
	      TREES "[signer \"tglx\"]\n"
	      "gpg = 0123456789ABCDEF0123456789ABCDEF01234567\n", "");
}

static void test_undefined_names(void **state)
{
	(void)state;
	check("[tree \"tip\"]\nsigner = tglx\n"
	      "[subsystem \"x86\"]\ntree = tpi\ntree = tip\npath = a/\n"
	      "[shared-tag \"a-*\"]\ntree = Tip\nscope = x68\n"
	      "scope = drivers\nconsumer = kvmarm\nconsumer = tip\n",
	      "2: E: 'signer = tglx' names no [signer \"...\"]: add [signer "
	      "\"tglx\"] or remove the line\n"
	      "4: E: 'tree = tpi' names no [tree \"...\"]: did you mean "
	      "'tip'?\n"
	      "8: E: 'tree = Tip' names no [tree \"...\"]: did you mean "
	      "'tip'?\n"
	      "9: E: 'scope = x68' names no [subsystem \"...\"]: did you mean "
	      "'x86'?\n"
	      "10: E: 'scope = drivers' names no [subsystem \"...\"]: add "
	      "[subsystem \"drivers\"] or remove the line\n"
	      "11: E: 'consumer = kvmarm' names no [tree \"...\"]: add [tree "
	      "\"kvmarm\"] or remove the line\n");
}

static void test_bare_subsystem(void **state)
{
	(void)state;
	check(TREES "[subsystem \"x86\"]\n",
	      "3: W: [subsystem \"x86\"] has no path, so it owns nothing: add "
	      "'path = PATTERN'\n"
	      "3: W: [subsystem \"x86\"] has no tree, so its paths are foreign "
	      "to none: add 'tree = NAME'\n");
	check(TREES "[subsystem \"x86\"]\ntree = tip\nmatch = x86\n", "");
}

static void test_excluded_by_expression(void **state)
{
	(void)state;
	check(TREES "[subsystem \"x86\"]\ntree = tip\npath = a/b\n"
	      "exclude-match = b\n"
	      "[subsystem \"kvm\"]\ntree = kvm\npath = a/b\n", "");
	check(TREES "[subsystem \"x86\"]\ntree = tip\npath = a/b\n"
	      "exclude-match = c\n"
	      "[subsystem \"kvm\"]\ntree = kvm\npath = a/b\n",
	      "9: W: [subsystem \"x86\"] (tree tip, line 5) and [subsystem "
	      "\"kvm\"] (tree kvm, line 9) both own 'a/b': exclude it from one "
	      "of them, or name a tree in both\n");
}

static void test_hidden_path(void **state)
{
	(void)state;
	check(TREES "[subsystem \"x86\"]\ntree = tip\npath = arch/x86/kvm/\n"
	      "path = arch/\nexclude = arch/x86/\n",
	      "5: W: 'path = arch/x86/kvm/' claims nothing: the 'exclude' "
	      "patterns of [subsystem \"x86\"] (line 3) hide all of it; narrow "
	      "them, or remove the line\n");
	check(TREES "[subsystem \"x86\"]\ntree = tip\npath = a/b?\n"
	      "path = *\npath = **\nexclude = a/b\nexclude = a/bc\n"
	      "exclude = c/\n", "");
	/* Two patterns that hide only together. */
	check(TREES "[subsystem \"x86\"]\ntree = tip\npath = a*\n"
	      "exclude = a\nexclude = a?*\n",
	      "5: W: 'path = a*' claims nothing: the 'exclude' patterns of "
	      "[subsystem \"x86\"] (line 3) hide all of it; narrow them, or "
	      "remove the line\n");
}

static void test_tree_without_history(void **state)
{
	(void)state;
	check(TREES "[tree \"mainline\"]\nrole = upstream\n"
	      "[tree \"next\"]\nrole = integration\n"
	      "[tree \"mm\"]\nrole = integration\nmarker-path = Next/\n",
	      "3: W: [tree \"mainline\"] is upstream, but nothing tells its "
	      "history: add 'ref = refs/...'\n"
	      "5: W: [tree \"next\"] is an integration tree, but nothing tells "
	      "its history: add 'ref = refs/...'\n");
}

static void test_same_place(void **state)
{
	(void)state;
	check("[tree \"a\"]\nurl = git://x/a.git\nurl = git://x/b\n"
	      "repository = /srv/git/a.git\n"
	      "[tree \"b\"]\nurl = git://x/a/\nrepository = /srv/git/b.git\n"
	      "[tree \"c\"]\nurl = git://x/c\nrepository = /srv/git/b*.git\n",
	      "6: W: 'url = git://x/a/' of [tree \"b\"] is a url of [tree "
	      "\"a\"] (line 1) too, so it names neither tree: remove one of "
	      "the two\n"
	      "10: W: 'repository = /srv/git/b*.git' of [tree \"c\"] overlaps "
	      "that of [tree \"b\"] on line 7, so it names neither tree: "
	      "remove one of the two\n");
}

static void test_same_ref(void **state)
{
	(void)state;
	check("[tree \"next\"]\nrole = integration\nref = refs/tags/*-next\n"
	      "[tree \"mainline\"]\nrole = upstream\nref = refs/tags/v*\n"
	      "ref = refs/heads/master\n"
	      "[tree \"stable\"]\nrole = upstream\nref = refs/tags/v*\n"
	      "[tree \"tip\"]\nref = refs/tags/v*\n",
	      "6: W: 'refs/tags/v-next' is a ref of upstream [tree "
	      "\"mainline\"] (line 6) and of integration [tree \"next\"] (line "
	      "3), and counts as the latter: narrow one of the patterns\n"
	      "10: W: 'refs/tags/v-next' is a ref of upstream [tree "
	      "\"stable\"] (line 10) and of integration [tree \"next\"] (line "
	      "3), and counts as the latter: narrow one of the patterns\n");
}

static void test_shared_tags_overlap(void **state)
{
	(void)state;
	check(TREES "[shared-tag \"noinstr-*\"]\ntree = tip\n"
	      "[shared-tag \"kvm-*\"]\ntree = kvm\n"
	      "[shared-tag \"noinstr-kvm\"]\ntree = kvm\n",
	      "7: W: [shared-tag \"noinstr-kvm\"] and [shared-tag "
	      "\"noinstr-*\"] on line 3 both match 'noinstr-kvm', for which "
	      "the first in the file decides: narrow one of the patterns\n");
}

static void test_immutable_draft(void **state)
{
	(void)state;
	check(TREES "[immutable \"all\"]\ntag = v*\ntag = **-x\n"
	      "[shared-tag \"a-*\"]\ntree = tip\nfreeze = merge\n"
	      "[shared-tag \"b-*\"]\ntree = tip\nfreeze = push\n",
	      "6: W: [shared-tag \"a-*\"] has 'freeze = merge', but "
	      "[immutable \"all\"] (line 5) freezes 'a-x' as soon as it "
	      "exists: narrow one of the patterns, or freeze at push\n");
}

/* Paths that two trees own */

static void test_conflict(void **state)
{
	(void)state;
	check(TREES "[subsystem \"x86\"]\ntree = tip\npath = arch/x86/\n"
	      "path = include/x86/\n"
	      "[subsystem \"kvm\"]\ntree = kvm\npath = virt/\n"
	      "path = arch/*/kvm/\npath = include/x86/kvm.h\n",
	      "10: W: [subsystem \"x86\"] (tree tip, line 5) and [subsystem "
	      "\"kvm\"] (tree kvm, line 10) both own 'arch/x86/kvm': exclude "
	      "it from one of them, or name a tree in both\n");
}

#define MEMREMAP \
	"[tree \"hmm\"]\n[tree \"mm\"]\n[tree \"nvdimm\"]\n" \
	"[subsystem \"hmm\"]\ntree = hmm\npath = kernel/memremap.c\n" \
	"path = mm/hmm.c\n"

static void test_conflict_of_many_trees(void **state)
{
	(void)state;
	check(MEMREMAP "[subsystem \"mm\"]\ntree = mm\ntree = nvdimm\n"
	      "path = mm/\npath = kernel/mem*\n"
	      "exclude = mm/hmm.c\n",
	      "12: W: [subsystem \"hmm\"] (tree hmm, line 6) and [subsystem "
	      "\"mm\"] (tree mm, nvdimm, line 12) both own "
	      "'kernel/memremap.c': exclude it from one of them, or name a "
	      "tree in both\n");
}

static void test_no_conflict(void **state)
{
	(void)state;
	/* A tree in both. */
	check(MEMREMAP "[subsystem \"mm\"]\ntree = mm\ntree = hmm\n"
	      "path = mm/\npath = kernel/mem*\n", "");
	/* All that they share is anyone's. */
	check(MEMREMAP "[subsystem \"mm\"]\ntree = mm\npath = mm/\n"
	      "path = kernel/mem*\n[policy]\ncommons = */*.c\n", "");
	/* Each excludes what is the other's. */
	check(TREES "[subsystem \"a\"]\ntree = tip\npath = mm/*.?\n"
	      "path = fs/\nexclude = mm/*.h\nexclude = fs/nfs/\n"
	      "[subsystem \"b\"]\ntree = kvm\npath = mm/*.h\n"
	      "path = fs/nfs/\npath = fs/x*\nexclude = fs/x*\npath = b\n",
	      "13: W: 'path = fs/x*' claims nothing: the 'exclude' patterns "
	      "of [subsystem \"b\"] (line 9) hide all of it; narrow them, or "
	      "remove the line\n");
	/* Names that only begin alike. */
	check(TREES "[subsystem \"a\"]\ntree = tip\npath = mm\npath = fs/\n"
	      "[subsystem \"b\"]\ntree = kvm\npath = mm.c\npath = fs2/\n", "");
}

static void test_without_tree_no_conflict(void **state)
{
	(void)state;
	check(MEMREMAP "[subsystem \"mm\"]\npath = mm/\n",
	      "8: W: [subsystem \"mm\"] has no tree, so its paths are foreign "
	      "to none: add 'tree = NAME'\n");
}

static void test_nearest(void **state)
{
	(void)state;
	check(TREES "[policy]\nowners = nearest\n"
	      "[subsystem \"a\"]\ntree = tip\npath = arch/x86/\n"
	      "[subsystem \"b\"]\ntree = kvm\npath = arch/x86/kvm/\n", "");
	check(TREES "[policy]\nowners = nearest\n"
	      "[subsystem \"a\"]\ntree = tip\npath = arch/x86/\n"
	      "[subsystem \"b\"]\ntree = kvm\npath = arch/?86/\n",
	      "10: W: [subsystem \"a\"] (tree tip, line 7) and [subsystem "
	      "\"b\"] (tree kvm, line 10) both own 'arch/x86': exclude it from "
	      "one of them, or name a tree in both\n");
}

static void test_keeps_earlier_diags(void **state)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_new("t.ini");

	(void)state;
	diags_add(&diags, 4, true, "earlier");
	policy_lint(policy, &diags);
	assert_int_equal(diags.n, 2);
	assert_string_equal(diags.v[1].msg, "earlier");
	policy_free(policy);
	diags_release(&diags);
}

/* As many sections as Linux has, nested, two trees in turn. */
static void test_scales(void **state)
{
	struct buf text = BUF_INIT;
	struct diags diags = { 0 };
	clock_t start = clock();

	(void)state;
	buf_addstr(&text, TREES);
	for (int i = 0; i < 2600; i++) {
		buf_addf(&text, "[subsystem \"%d\"]\ntree = %s\n", i,
			 i % 2 ? "tip" : "kvm");
		for (int k = 0; k < 4; k++)
			buf_addf(&text, "path = drivers/%d/%d/%d%s\n", k,
				 i % 40, i, k % 2 ? "/" : "*.c");
	}
	buf_addstr(&text, "[subsystem \"all\"]\ntree = tip\n"
		   "path = drivers/0/\n");
	lint(text.ptr, &diags);
	assert_int_equal(diags.n, 1300);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 30);
	diags_release(&diags);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_no_tree),
		cmocka_unit_test(test_signer_without_key),
		cmocka_unit_test(test_undefined_names),
		cmocka_unit_test(test_bare_subsystem),
		cmocka_unit_test(test_excluded_by_expression),
		cmocka_unit_test(test_hidden_path),
		cmocka_unit_test(test_tree_without_history),
		cmocka_unit_test(test_same_place),
		cmocka_unit_test(test_same_ref),
		cmocka_unit_test(test_shared_tags_overlap),
		cmocka_unit_test(test_immutable_draft),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_conflict_of_many_trees),
		cmocka_unit_test(test_no_conflict),
		cmocka_unit_test(test_without_tree_no_conflict),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_keeps_earlier_diags),
		cmocka_unit_test(test_scales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
