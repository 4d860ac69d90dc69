/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/mem.h"
#include "series/mails.h"
#include "series/plan.h"
#include "series/words.h"

/* Mails */

static void check_addresses(const char *header, const char *wanted)
{
	struct strings list = { 0 };
	struct buf got = BUF_INIT;

	address_list(header, strlen(header), &list);
	for (size_t i = 0; i < list.n; i++)
		buf_addf(&got, "%s%s", i ? " " : "", list.v[i]);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	strings_release(&list);
}

static void test_addresses(void **state)
{
	(void)state;
	check_addresses(" a@b", "a@b");
	check_addresses("A B <A@B>, c@d,\n\te@f \n", "a@b c@d e@f");
	check_addresses("\"B, A\" <a@b>, \"x\\\", <y@z>\" <c@d>", "a@b c@d");
	check_addresses("a@b (A, B), c@d", "a@b c@d");
	check_addresses("a@b, A <a@b>", "a@b");
	check_addresses("undisclosed-recipients:;, , <>", "");
	check_addresses("\"never closed <a@b>, c@d", "a@b");
}

static void check_number(const char *subject, int number, int total,
			 const char *rest)
{
	const char *got;
	int m;

	assert_int_equal(mail_number(subject, &got, &m), number);
	assert_int_equal(m, total);
	assert_string_equal(got, rest);
}

static void test_numbers(void **state)
{
	(void)state;
	check_number("[PATCH v4 03/15] x86: y", 3, 15, "x86: y");
	check_number("[PATCH 0/2] [RFC] z", 0, 2, "z");
	check_number("[tip 1/2] [x] a/b", 1, 2, "a/b");
	check_number("[PATCH] net/mac: a", -1, 0, "net/mac: a");
	check_number("3/4 things", -1, 0, "3/4 things");
	check_number("[PATCH x/y] a", -1, 0, "a");
	check_number("[PATCH 1/2", -1, 0, "[PATCH 1/2");
	check_number("[1/99999999999999999999] a", -1, 0, "a");
}

/* Routes */

static const char text[] =
	"[policy]\ncommons = MAINTAINERS\n"
	"[tree \"linus\"]\nrole = upstream\n"
	"[tree \"tip\"]\n[tree \"kvm\"]\n[tree \"xen\"]\n"
	"[subsystem \"rest\"]\ntree = linus\npath = *\npath = */**\n"
	"maintainer = L <l@x>\n"
	"[subsystem \"x86\"]\ntree = tip\npath = arch/x86/\n"
	"maintainer = T <t@x>\n"
	"[subsystem \"kvm\"]\ntree = kvm\npath = arch/*/kvm/\n"
	"maintainer = K <K@x>\n"
	"[subsystem \"xen\"]\ntree = xen\npath = xen/\n"
	"[subsystem \"docs\"]\npath = docs/\nmaintainer = D <d@x>\n";

struct fixture {
	struct policy *policy;
	struct patch_list patches;
	struct plan plan;
};

/* A patch from its paths and people, blanks between them. */
static void add(struct fixture *f, const char *paths, const char *people)
{
	struct patch *patch = patch_list_add(&f->patches);

	patch->name = xstrdup("");
	patch->subject = xstrdup("");
	for (; *paths; paths += strcspn(paths, " "), paths += *paths == ' ')
		strings_add(&patch->paths, paths, strcspn(paths, " "));
	for (; *people; people += strcspn(people, " "),
	     people += *people == ' ')
		strings_add(&patch->people, people, strcspn(people, " "));
}

static void route(struct fixture *f)
{
	struct diags diags = { 0 };
	struct error err;

	f->policy = policy_parse("t", text, strlen(text), &diags);
	diags_release(&diags);
	assert_int_equal(plan_find(&f->plan, f->policy, &f->patches, &err), 0);
}

static void release(struct fixture *f)
{
	plan_release(&f->plan);
	patch_list_release(&f->patches);
	policy_free(f->policy);
}

static void check_trees(const struct tree_list *trees, const char *wanted)
{
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < trees->n; i++)
		buf_addf(&got, "%s%s", i ? " " : "",
			 trees->v[i]->section.name);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
}

static void check_missing(const struct contacts *contacts, const char *wanted)
{
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < contacts->n; i++)
		if (contacts->v[i].is_missing)
			buf_addf(&got, "%s%s", got.len ? ", " : "",
				 contacts->v[i].maintainer);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
}

static void test_one_tree(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add(&f, "arch/x86/a MAINTAINERS", "t@x");
	add(&f, "MAINTAINERS", "d@x");
	add(&f, "arch/x86/kvm/a", "k@x t@x");
	route(&f);
	check_trees(&f.plan.carriers, "tip");
	check_trees(&f.plan.routes[0].carriers, "tip");
	check_trees(&f.plan.routes[2].carriers, "tip kvm");
	check_missing(&f.plan.contacts, "");
	release(&f);
}

static void test_crossing(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add(&f, "arch/x86/a arch/x86/kvm/b", "");
	add(&f, "xen/a", "a@x");
	add(&f, "arch/x86/c xen/b", "k@x");
	route(&f);
	check_trees(&f.plan.carriers, "");
	check_trees(&f.plan.routes[0].owners, "tip kvm");
	check_trees(&f.plan.routes[0].carriers, "tip");
	check_trees(&f.plan.routes[2].owners, "tip xen");
	check_trees(&f.plan.routes[2].carriers, "");
	assert_string_equal(f.plan.best->section.name, "tip");
	/* Of the first nothing is known, of the last T is missing. */
	check_missing(&f.plan.routes[0].contacts, "");
	check_missing(&f.plan.contacts, "T <t@x>");
	release(&f);
}

static void test_nobodys(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add(&f, "MAINTAINERS", "");
	add(&f, "", "");
	route(&f);
	assert_true(f.plan.is_free);
	check_trees(&f.plan.carriers, "");
	assert_null(f.plan.best);
	release(&f);
}

/* What only upstream has is foreign to all, but no mail goes there. */
static void test_upstream(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add(&f, "Makefile", "a@x");
	route(&f);
	assert_false(f.plan.is_free);
	check_trees(&f.plan.carriers, "");
	check_missing(&f.plan.contacts, "");
	release(&f);
}

/* Order */

static void check_words(const struct strings *words, const char *wanted)
{
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < words->n; i++)
		buf_addf(&got, "%s%s", i ? " " : "", words->v[i]);
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
}

static void test_words(void **state)
{
	static const char diff[] =
		"diff --git a/no_header b/no_header\n"
		"index 123..456 100644\n--- a/no_header\n+++ b/no_header\n"
		"@@ -1,3 +1,3 @@ in_function(void)\n"
		" is_context;\n-was_removed;\n"
		"+is_added(is_added, sho_t, nounderscore, CONFIG_KEY_XY)\n"
		"+0x_number CONFIG_ at_the_end_cut";
	static const char message[] =
		"Subject\n\nRequires:  a thing \r\nrequires:\nNot Requires: x\n"
		"DEPENDS-ON: last";
	struct patch_list list = { 0 };
	struct patch *patch = patch_list_add(&list);

	(void)state;
	words_of_diff(patch, diff, strlen(diff) - strlen("_cut"));
	check_words(&patch->added, "CONFIG_ KEY_XY at_the_end is_added");
	check_words(&patch->around, "in_function is_context was_removed");
	words_of_message(patch, message, strlen(message));
	check_words(&patch->trailers, "a thing last");
	patch_list_release(&list);
}

static void say(struct fixture *f, const char *added, const char *around)
{
	struct patch *patch = &f->patches.v[f->patches.n - 1];

	words_of_diff(patch, added, strlen(added));
	words_of_diff(patch, around, strlen(around));
}

static void test_order(void **state)
{
	struct fixture f = { 0 };
	const struct route *r;

	(void)state;
	add(&f, "xen/a", "");
	say(&f, "+new_word other_word\n", " old_word\n");
	add(&f, "xen/b", "");
	say(&f, "+new_word\n", "");		/* xen carries both */
	add(&f, "MAINTAINERS", "");
	say(&f, "+new_word\n", "");		/* any tree does */
	add(&f, "arch/x86/a", "");
	say(&f, "+new_word other_word old_word\n", "");
	add(&f, "arch/x86/b", "");
	say(&f, "+old_word\n", " new_word\n");
	add(&f, "arch/x86/a xen/a", "");
	route(&f);
	assert_int_equal(f.plan.n_waiting, 2);
	for (size_t i = 0; i < f.plan.n; i++)
		assert_int_equal(f.plan.routes[i].n_after,
				 i == 3 ? 1 : i == 5 ? 2 : 0);
	r = f.plan.routes;
	assert_ptr_equal(r[3].after[0].route, &r[0]);
	assert_string_equal(r[3].after[0].word, "new_word");
	assert_ptr_equal(r[5].after[0].route, &r[3]);
	assert_string_equal(r[5].after[0].path, "arch/x86/a");
	assert_ptr_equal(r[5].after[1].route, &r[0]);
	release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_one_tree),
		cmocka_unit_test(test_crossing),
		cmocka_unit_test(test_nobodys),
		cmocka_unit_test(test_upstream),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
