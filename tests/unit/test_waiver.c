/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "policy/waiver.h"
#include "rules/waive.h"
#include "scene.h"

/* Noon of 2026-11-21. */
enum { NOW = 1795262400 };

static void test_dates(void **state)
{
	static const char *const real[] = {
		"2026-11-21", "2024-02-29", "0001-01-01", "9999-12-31",
	};
	static const char *const unreal[] = {
		"", "2026-11-2", "2026-11-211", "2026-02-29", "2026-13-01",
		"2026-00-01", "2026-04-31", "2026-04-00", "0000-01-01",
		"2026/11/21", "20261121", "+026-11-21", " 026-11-21",
	};
	char day[DATE_LEN + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(real); i++)
		assert_true(date_is_real(real[i]));
	for (size_t i = 0; i < ARRAY_SIZE(unreal); i++)
		if (date_is_real(unreal[i]))
			fail_msg("%s", unreal[i]);
	date_format(day, NOW, 0);
	assert_string_equal(day, "2026-11-21");
	date_format(day, NOW, 14);
	assert_string_equal(day, "2026-12-05");
	date_format(day, NOW + 43199, 0);
	assert_string_equal(day, "2026-11-21");
	date_format(day, NOW + 43200, 0);
	assert_string_equal(day, "2026-11-22");
}

/* Its last day holds until midnight, UTC; a year is the most there is. */
static void test_days(void **state)
{
	static const struct {
		const char *day, *what;
		bool is_error, has_ended;
	} cases[] = {
		{ "2026-11-20", "ended on 2026-11-20", false, true },
		{ "2020-01-01", "ended on", false, true },
		{ "2026-11-21", "ends on 2026-11-21", false, false },
		{ "2026-12-05", "ends on 2026-12-05", false, false },
		{ "2026-12-06", NULL, false, false },
		{ "2027-11-21", NULL, false, false },
		{ "2027-11-22", "write 2027-11-21 or an earlier day", true,
		  false },
		{ "9999-12-31", "a waiver ends within a year", true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *tail = xasprintf("[waiver \"w\"]\nrule = sign-off\n"
				       "tree = kvm\npath = a\n"
				       "expires = %s\n", cases[i].day);
		struct diags diags = { 0 };
		struct scene s;

		scene_init(&s, "", tail);
		waivers_check(s.policy, NOW, &diags);
		assert_int_equal(diags.n, cases[i].what != NULL);
		if (cases[i].what) {
			assert_holds(diags.v[0].msg, cases[i].what);
			assert_int_equal(diags.v[0].is_error,
					 cases[i].is_error);
			assert_int_equal(diags.v[0].line,
					 line_of(&s, "expires"));
		}
		assert_int_equal(waiver_has_ended(&s.policy->waivers[0], NOW),
				 cases[i].has_ended);
		diags_release(&diags);
		scene_release(&s);
		free(tail);
	}
}

/* A finding about commit 77, its paths and its tag. */
static void add_finding(struct scene *s, const char *path, const char *second,
			const char *tag)
{
	struct finding *f = verdict_add(&s->verdict, RULE_FOREIGN_PATH,
					SEVERITY_ERROR);

	f->commit = numbered(77);
	f->tag = tag;
	if (path)
		finding_add_path(&s->verdict, f, path, NULL, NULL);
	if (second)
		finding_add_path(&s->verdict, f, second, NULL, NULL);
}

#define RULE_AND_TREE "rule = foreign-path\ntree = kvm\n"
#define COMMIT_77 "commit = 4d0000000000000000000000000000000000004D\n"
#define COMMIT_78 "commit = 4e0000000000000000000000000000000000004e\n"

static void test_what_is_waived(void **state)
{
	static const struct {
		const char *keys;
		bool is_waived;
	} cases[] = {
		{ RULE_AND_TREE COMMIT_77, true },
		{ RULE_AND_TREE COMMIT_78 COMMIT_77, true },
		{ RULE_AND_TREE COMMIT_78, false },
		{ RULE_AND_TREE "path = mm/\npath = net/\n", true },
		{ RULE_AND_TREE "path = **\n", true },
		/* One path of two is not enough. */
		{ RULE_AND_TREE "path = mm/\n", false },
		{ RULE_AND_TREE "tag = v*\n", true },
		{ RULE_AND_TREE "tag = w*\n", false },
		/* All kinds that are given have to match. */
		{ RULE_AND_TREE COMMIT_77 "path = **\ntag = v1\n", true },
		{ RULE_AND_TREE COMMIT_78 "path = **\ntag = v1\n", false },
		{ RULE_AND_TREE COMMIT_77 "path = mm/\ntag = v1\n", false },
		{ RULE_AND_TREE COMMIT_77 "path = **\ntag = v2\n", false },
		{ "rule = foreign-path\ntree = tip\n" COMMIT_77, false },
		{ "rule = merge-changes\ntree = kvm\n" COMMIT_77, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *tail = xasprintf("[waiver \"w\"]\nexpires = 2026-11-21\n"
				       "%s", cases[i].keys);
		struct scene s;

		scene_init(&s, "", tail);
		add_finding(&s, "mm/a", "net/b", "v1");
		verdict_waive(&s.verdict, s.facts.tree, NOW);
		if ((s.verdict.n_waived == 1) != cases[i].is_waived)
			fail_msg("%s", cases[i].keys);
		assert_int_equal(verdict_refuses(&s.verdict),
				 !cases[i].is_waived);
		assert_int_equal(s.verdict.findings[0].waiver != NULL,
				 cases[i].is_waived);
		assert_int_equal(s.verdict.findings[0].severity,
				 SEVERITY_ERROR);
		scene_release(&s);
		free(tail);
	}
}

/* What a finding lacks, no pattern matches. */
static void test_finding_without(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "", "[waiver \"w\"]\nexpires = 2026-12-31\n"
		   RULE_AND_TREE "path = **\n"
		   "[waiver \"t\"]\nexpires = 2026-12-31\n"
		   RULE_AND_TREE "tag = **\n");
	add_finding(&s, NULL, NULL, NULL);
	verdict_waive(&s.verdict, s.facts.tree, NOW);
	assert_int_equal(s.verdict.n_waived, 0);
	assert_true(verdict_refuses(&s.verdict));
	scene_release(&s);
}

/* The day after its last one a waiver waives nothing. */
static void test_ended(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "", "[waiver \"w\"]\nexpires = 2026-11-20\n"
		   RULE_AND_TREE COMMIT_77);
	add_finding(&s, "mm/a", NULL, NULL);
	verdict_waive(&s.verdict, s.facts.tree, NOW);
	assert_int_equal(s.verdict.n_waived, 0);
	assert_true(verdict_refuses(&s.verdict));
	scene_release(&s);
}

/* What is suggested is a policy's section, and waives what it is for. */
static void test_suggestion(void **state)
{
	struct buf text = BUF_INIT;
	struct finding *found;
	struct scene s, again;

	(void)state;
	scene_init(&s, "", "");
	add_finding(&s, "mm/a", NULL, NULL);
	found = &s.verdict.findings[0];
	waiver_suggest(&found, 1, "kvm", NOW, &text);
	assert_holds(buf_str(&text), "[waiver \"foreign-path-4d0000000000\"]"
		     "\nrule = foreign-path\ntree = kvm\n"
		     "commit = 4d0000000000000000000000000000000000004d\n"
		     "expires = 2026-12-21\nreason = ");
	scene_init(&again, "", buf_str(&text));
	add_finding(&again, "mm/a", NULL, NULL);
	verdict_waive(&again.verdict, again.facts.tree, NOW);
	assert_int_equal(again.verdict.n_waived, 1);
	buf_reset(&text);
	found->commit = (struct oid){ { 0 } };
	waiver_suggest(&found, 1, "kvm", NOW, &text);
	assert_int_equal(text.len, 0);
	found->tag = "v1";
	waiver_suggest(&found, 1, "kvm", NOW, &text);
	assert_holds(buf_str(&text), "\ntag = v1\nexpires = ");
	buf_release(&text);
	scene_release(&again);
	scene_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_what_is_waived),
		cmocka_unit_test(test_finding_without),
		cmocka_unit_test(test_ended),
		cmocka_unit_test(test_suggestion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
