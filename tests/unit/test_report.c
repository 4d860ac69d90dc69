/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/report.h"

struct scene {
	struct policy *policy;
	struct verdict verdict;
	struct report report;
};

static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	s->policy = policy_new("policy.ini");
	verdict_init(&s->verdict, s->policy);
	s->report = (struct report){
		.command = "pre-receive", .tree = "kvm",
		.verdict = &s->verdict,
	};
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	verdict_release(&s->verdict);
	policy_free(s->policy);
	free(s);
	return 0;
}

static struct oid numbered(unsigned int i)
{
	struct oid oid = { { 0xc0 } };

	oid.b[1] = (unsigned char)(i >> 8);
	oid.b[2] = (unsigned char)i;
	oid.b[19] = (unsigned char)(i + 1);
	return oid;
}

static struct finding *add(struct scene *s, enum rule_id rule,
			   const char *ref, unsigned int commit,
			   const char *subject)
{
	struct finding *f = verdict_add(&s->verdict, rule, SEVERITY_ERROR);

	assert_non_null(f);
	f->ref = verdict_text(&s->verdict, ref);
	if (commit)
		f->commit = numbered(commit);
	f->subject = subject ? verdict_text(&s->verdict, subject) : NULL;
	f->why = verdict_text(&s->verdict, "the reason");
	f->fix = verdict_text(&s->verdict, "the way out");
	f->line = 42;
	return f;
}

static void add_path(struct scene *s, struct finding *f, const char *path,
		     const char *subsystem, const char *tree)
{
	finding_add_path(&s->verdict, f, path, subsystem, tree);
}

static char *render(const struct scene *s,
		    void (*write)(const struct report *, FILE *))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	write(&s->report, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' in:\n%s", part, text);
}

/* Nothing in the text drives a terminal, ends of lines apart. */
static void assert_harmless(const char *text)
{
	for (size_t i = 0, len = strlen(text); i < len;) {
		size_t n = utf8_char(text + i, len - i);
		struct buf again = BUF_INIT;

		assert_true(n);
		if (text[i] != '\n' && text[i] != '\\') {
			text_escape(&again, text + i, n);
			if (again.len != n)
				fail_msg("%s in the output", again.ptr);
		}
		buf_release(&again);
		i += n;
	}
}

/* Text */

static void test_clean(void **state)
{
	struct scene *s = *state;
	char *text;

	s->verdict.n_commits = 2;
	text = render(s, report_text);
	assert_string_equal(text, "git-treaty: accepted: 0 errors, 0 warnings, "
			    "2 new commits judged (tree kvm, policy "
			    "policy.ini)\n");
	free(text);
	s->report.is_audit = true;
	s->verdict.n_commits = 1;
	text = render(s, report_text);
	assert_holds(text, "git-treaty: clean: ");
	assert_holds(text, "1 new commit judged");
	free(text);
}

static void test_text_of_a_commit(void **state)
{
	struct scene *s = *state;
	struct finding *f = add(s, RULE_FOREIGN_PATH, "refs/heads/main", 1,
				"kvm: touch x86");
	char *text;

	add_path(s, f, "arch/x86/a.c", "x86", "tip");
	add_path(s, f, "nobody.c", NULL, NULL);
	text = render(s, report_text);
	assert_holds(text, "error: foreign-path: ");
	assert_holds(text, rule_infos[RULE_FOREIGN_PATH].heading);
	assert_holds(text, "  1 commit in refs/heads/main\n");
	assert_holds(text, "c00001000000 kvm: touch x86\n");
	assert_holds(text, "      arch/x86/a.c  (x86, tree tip)\n");
	assert_holds(text, "      nobody.c\n");
	assert_holds(text, "  why: the reason\n");
	assert_holds(text, "  fix: the way out\n");
	assert_holds(text, "  policy: policy.ini:42\n");
	assert_holds(text, "git-treaty: refused: 1 error, 0 warnings, ");
	assert_lacks(text, "merge");
	free(text);
}

static void test_text_of_a_ref(void **state)
{
	struct scene *s = *state;
	struct finding *f = add(s, RULE_REWOUND_BRANCH, "refs/heads/main", 0,
				NULL);
	char *text;

	f->line = 0;
	text = render(s, report_text);
	assert_holds(text, "error: rewound-branch: ");
	assert_holds(text, "\n  refs/heads/main\n  why: the reason\n");
	assert_lacks(text, "policy: ");
	assert_lacks(text, "commit in");
	free(text);
}

/* Everything that a pusher chose, with everything that must not get out. */
static void test_text_escapes(void **state)
{
	static const char evil[] = "a\x1b[31mb\nc\r\xe2\x80\xae" "d\xff"
		"\x07\t\x7f\xc2\x9b\xef\xbb\xbf\x08.";
	struct scene *s = *state;
	struct finding *f = add(s, RULE_FOREIGN_PATH, evil, 1, evil);
	char *text;

	f->why = verdict_text(&s->verdict, evil);
	f->fix = verdict_text(&s->verdict, evil);
	add_path(s, f, evil, evil, evil);
	add(s, RULE_FOREIGN_PATH, evil, 2, evil)->via = numbered(9);
	f = add(s, RULE_FOREIGN_PATH, evil, 3, evil);
	f->via = numbered(9);
	add_path(s, f, evil, evil, evil);
	f = add(s, RULE_IMMUTABLE_TAG, evil, 0, NULL);
	f->tag = verdict_text(&s->verdict, evil);
	s->report.tree = evil;
	text = render(s, report_text);
	assert_harmless(text);
	assert_holds(text, "    c00001000000 a\\x1b[31mb\\nc\\x0d"
		     "\\xe2\\x80\\xae" "d\\xff\\x07\\t\\x7f\\xc2\\x9b"
		     "\\xef\\xbb\\xbf\\x08.\n");
	assert_lacks(text, "\nc");
	free(text);
}

static void test_text_keeps_what_is_harmless(void **state)
{
	struct scene *s = *state;
	char *text;

	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "J\xc3\xb6rg \\o/ 100%s");
	text = render(s, report_text);
	assert_holds(text, "J\xc3\xb6rg \\\\o/ 100%s\n");
	free(text);
}

static void test_file_name_is_escaped(void **state)
{
	struct scene *s = *state;
	char *text;

	free(s->policy->file);
	s->policy->file = xstrdup("a\x1b[2Jb");
	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "s");
	text = render(s, report_text);
	assert_harmless(text);
	assert_holds(text, "  policy: a\\x1b[2Jb:42\n");
	free(text);
}

/* Colours are the only sequences that come out, and only where asked. */
static void test_color(void **state)
{
	struct scene *s = *state;
	char *text;

	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "a\x1b[2Jb");
	text = render(s, report_text);
	assert_int_equal(count(text, "\x1b"), 0);
	free(text);
	s->report.color = true;
	text = render(s, report_text);
	assert_true(count(text, "\x1b") > 0);
	assert_int_equal(count(text, "\x1b"), count(text, "\x1b[31m") +
			 count(text, "\x1b[1m") + count(text, "\x1b[m"));
	assert_holds(text, "a\\x1b[2Jb");
	free(text);
}

/* Grouping */

enum { MANY = 1000 };

static void add_many(struct scene *s)
{
	for (unsigned int i = 1; i <= MANY; i++) {
		char *subject = xasprintf("subject %u.", i);
		struct finding *f = add(s, RULE_FOREIGN_PATH,
					"refs/heads/main", i, subject);

		f->via = numbered(5000);
		f->why = verdict_textf(&s->verdict, "reason %u", i % 7);
		add_path(s, f, "a.c", "x86", i % 4 ? "tip" : "net");
		add_path(s, f, "b.c", "x86", i % 4 ? "tip" : "net");
		free(subject);
	}
}

static void test_one_merge_is_one_block(void **state)
{
	struct scene *s = *state;
	char *text;

	add_many(s);
	text = render(s, report_text);
	assert_int_equal(count(text, "foreign-path: "), 1);
	assert_int_equal(count(text, "why: "), 1);
	assert_int_equal(count(text, "fix: "), 1);
	assert_holds(text, "  1000 commits in refs/heads/main, brought in by "
		     "merge c01388000000\n");
	assert_holds(text, "  trees: tip (750), net (250)\n");
	assert_int_equal(count(text, "subject "), 3);
	assert_holds(text, "subject 1.\n");
	assert_holds(text, "and 997 more commits (--verbose lists all)\n");
	assert_holds(text, "git-treaty: refused: 1000 errors");
	assert_true(count(text, "\n") < 25);
	free(text);
}

static void test_verbose_lists_all(void **state)
{
	struct scene *s = *state;
	char *text;

	add_many(s);
	s->report.verbose = true;
	text = render(s, report_text);
	assert_int_equal(count(text, "foreign-path: "), 1);
	for (unsigned int i = 1; i <= MANY; i++) {
		char *subject = xasprintf("subject %u.\n", i);

		if (count(text, subject) != 1)
			fail_msg("%s", subject);
		free(subject);
	}
	assert_lacks(text, "more commits");
	free(text);
}

/* No line says less than the one it stands for: four are shown as four. */
static void test_few_are_shown(void **state)
{
	struct scene *s = *state;
	char *text;

	for (unsigned int i = 1; i <= 5; i++) {
		add(s, RULE_FOREIGN_PATH, "refs/heads/a", i, "subject")->via =
			numbered(9);
		text = render(s, report_text);
		assert_int_equal(count(text, "subject"), i < 5 ? i : 3);
		assert_int_equal(count(text, "and 2 more commits"), i == 5);
		free(text);
	}
}

static void test_paths_are_cut(void **state)
{
	struct scene *s = *state;
	struct finding *f = add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "s");
	char *text;

	for (int i = 0; i < 10; i++) {
		char *path = xasprintf("file-%d", i);

		add_path(s, f, path, "x86", "tip");
		free(path);
	}
	text = render(s, report_text);
	assert_int_equal(count(text, "file-"), 3);
	assert_holds(text, "      and 7 more\n");
	free(text);
	s->report.verbose = true;
	text = render(s, report_text);
	assert_int_equal(count(text, "file-"), 10);
	assert_lacks(text, " more");
	free(text);
}

/* A path stands once, with its owners; of many, five and a count. */
static void test_owners_of_a_path(void **state)
{
	struct scene *s = *state;
	struct finding *f = add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "s");
	char *text;

	add_path(s, f, "two", "x86", "tip");
	add_path(s, f, "two", "docs", "");
	for (int i = 0; i < 8; i++) {
		char *name = xasprintf("s%d", i);

		add_path(s, f, "eight", name, "net");
		free(name);
	}
	text = render(s, report_text);
	assert_holds(text, "      two  (x86, tree tip; docs)\n");
	assert_holds(text, "      eight  (s0, tree net; s1, tree net; "
		     "s2, tree net; s3, tree net; s4, tree net; and 3 more)\n");
	assert_lacks(text, "      and ");
	free(text);
	s->report.verbose = true;
	text = render(s, report_text);
	assert_holds(text, "s7, tree net)\n");
	free(text);
}

/* Commits of one merge may have other reasons than the first: that is said. */
static void test_other_reasons(void **state)
{
	struct scene *s = *state;
	char *text;

	for (unsigned int i = 1; i <= 3; i++) {
		struct finding *f = add(s, RULE_FOREIGN_PATH, "refs/heads/a",
					i, "s");

		f->via = numbered(9);
		f->why = verdict_text(&s->verdict, i < 3 ? "one" : "another");
	}
	text = render(s, report_text);
	assert_holds(text, "  why: one\n       (of the first commit; others "
		     "have other reasons");
	assert_lacks(text, "another");
	free(text);
	s->report.verbose = true;
	text = render(s, report_text);
	assert_lacks(text, "of the first commit");
	assert_int_equal(count(text, "why: another\n"), 1);
	free(text);
}

static void test_waived(void **state)
{
	struct scene *s = *state;
	struct value rule = { .text = (char *)"2026-12-31" };
	struct value reason = { .text = (char *)"agreed \x1b[m" };
	const struct waiver waiver = {
		.section.name = (char *)"imx", .expires = { &rule, 1, 1 },
		.reason = { &reason, 1, 1 },
	};
	json_t *json;
	char *text;

	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "s")->waiver = &waiver;
	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 2, "t");
	s->verdict.counts[SEVERITY_ERROR] = 1;
	s->verdict.n_waived = 1;
	text = render(s, report_text);
	assert_holds(text, "error: foreign-path: ");
	assert_holds(text, "\nwaived: foreign-path: ");
	assert_holds(text, "  waiver: imx, until 2026-12-31: agreed \\x1b[m\n");
	assert_holds(text, "refused: 1 error, 0 warnings, 1 waived, ");
	assert_int_equal(count(text, "1 commit in"), 2);
	free(text);
	text = render(s, report_json);
	json = json_loads(text, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json_array_get(
		json_object_get(json, "findings"), 0), "waiver")), "imx");
	assert_true(json_is_null(json_object_get(json_array_get(
		json_object_get(json, "findings"), 1), "waiver")));
	json_decref(json);
	free(text);
}

/* What stands apart: other refs, merges, severities and, with none, reasons. */
static void test_blocks(void **state)
{
	struct scene *s = *state;
	struct finding *f;
	char *text;

	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "s")->via = numbered(8);
	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 2, "s")->via = numbered(9);
	add(s, RULE_FOREIGN_PATH, "refs/heads/b", 3, "s")->via = numbered(8);
	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 4, "s");
	f = add(s, RULE_FOREIGN_PATH, "refs/heads/a", 5, "s");
	f->why = verdict_text(&s->verdict, "another reason");
	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 6, "s")->via = numbered(8);
	text = render(s, report_text);
	assert_int_equal(count(text, "foreign-path: "), 1);
	assert_int_equal(count(text, "why: "), 5);
	assert_int_equal(count(text, "brought in by merge"), 3);
	assert_int_equal(count(text, "  2 commits in refs/heads/a, "), 1);
	assert_int_equal(count(text, "  1 commit in refs/heads/a\n"), 2);
	free(text);
}

/* Two refs are never one block, whatever else they have in common. */
static void test_refs_stand_alone(void **state)
{
	struct scene *s = *state;
	char *text;

	for (int i = 0; i < 3; i++)
		add(s, RULE_REWOUND_BRANCH, "refs/heads/a", 0, NULL);
	add(s, RULE_REWOUND_BRANCH, "refs/heads/b", 0, NULL);
	text = render(s, report_text);
	assert_int_equal(count(text, "rewound-branch: "), 1);
	assert_int_equal(count(text, "  refs/heads/a\n"), 3);
	assert_int_equal(count(text, "  refs/heads/b\n"), 1);
	free(text);
}

/*
 * Each copy names its own original, so no two reasons are the same: what there
 * is to do puts them together. Of any other rule the reason does.
 */
static void test_copies_of_one_tag(void **state)
{
	static const enum rule_id ids[] = {
		RULE_REBASED_TAG, RULE_DUPLICATE_PATCH, RULE_FOREIGN_PATH,
	};
	struct scene *s = *state;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		for (unsigned int n = 1; n <= 5; n++) {
			struct finding *f = add(s, ids[i], "refs/heads/a", n,
						"s");

			f->why = verdict_textf(&s->verdict, "copy of %u", n);
			f->fix = verdict_textf(&s->verdict, "merge %u", n / 4);
		}
	}
	text = render(s, report_text);
	assert_int_equal(count(text, "  3 commits in refs/heads/a\n"), 2);
	assert_int_equal(count(text, "  2 commits in refs/heads/a\n"), 2);
	assert_int_equal(count(text, "  1 commit in refs/heads/a\n"), 5);
	assert_int_equal(count(text, "fix: merge 0\n"), 1 + 1 + 3);
	assert_int_equal(count(text, "fix: merge 1\n"), 1 + 1 + 2);
	free(text);
}

/* Twins and lost tags are about a ref: each stands alone. */
static void test_refs_of_rebased_tag(void **state)
{
	struct scene *s = *state;
	char *text;

	add(s, RULE_REBASED_TAG, "refs/heads/a", 0, NULL);
	add(s, RULE_REBASED_TAG, "refs/heads/a", 0, NULL);
	add(s, RULE_REBASED_TAG, "refs/heads/a", 1, "s");
	text = render(s, report_text);
	assert_int_equal(count(text, "rebased-tag: "), 1);
	assert_int_equal(count(text, "  refs/heads/a\n  why: "), 2);
	assert_int_equal(count(text, "  1 commit in refs/heads/a\n"), 1);
	free(text);
}

static void add_of(struct scene *s, enum rule_id rule, int severity,
		   unsigned int commit)
{
	s->policy->rules[rule].severity = severity;
	add(s, rule, "refs/heads/a", commit, "s");
}

/* However the findings come in, each rule's heading stands once. */
static void test_one_heading_a_rule(void **state)
{
	struct scene *s = *state;
	const char *errors, *warnings, *infos;
	char *text;

	for (unsigned int i = 1; i <= 9; i += 3) {
		add_of(s, RULE_SIGN_OFF, SEVERITY_INFO, i);
		add_of(s, RULE_FOREIGN_PATH, SEVERITY_WARN, i + 1);
		add_of(s, RULE_FORBIDDEN_BASE, SEVERITY_ERROR, i + 2);
	}
	text = render(s, report_text);
	assert_int_equal(count(text, "foreign-path: "), 1);
	assert_int_equal(count(text, "forbidden-base: "), 1);
	assert_int_equal(count(text, "sign-off: "), 1);
	errors = strstr(text, "\nerror: ");
	warnings = strstr(text, "\nwarn: ");
	infos = strstr(text, "\ninfo: ");
	assert_true(errors && warnings && infos);
	assert_true(errors < warnings && warnings < infos);
	assert_holds(text, "3 errors, 3 warnings, ");
	free(text);
}

static void test_no_subject(void **state)
{
	struct scene *s = *state;
	char *text;

	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, NULL);
	add(s, RULE_FOREIGN_PATH, "", 2, "");
	text = render(s, report_text);
	assert_int_equal(count(text, "foreign-path: "), 1);
	free(text);
}

/* JSON */

static json_t *parsed(const struct scene *s)
{
	char *text = render(s, report_json);
	json_error_t err;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &err);

	if (!json)
		fail_msg("%s: %s", err.text, text);
	assert_int_equal(text[strlen(text) - 1], '\n');
	free(text);
	return json;
}

static const char *string(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_string(value))
		fail_msg("%s is no string", key);
	return json_string_value(value);
}

static const json_t *array(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_array(value))
		fail_msg("%s is no array", key);
	return value;
}

static void assert_null_field(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	if (!value || !json_is_null(value))
		fail_msg("%s is not null", key);
}

static void test_json_empty(void **state)
{
	struct scene *s = *state;
	json_t *json;

	s->verdict.n_commits = 123;
	json = parsed(s);
	assert_true(json_is_integer(json_object_get(json, "version")));
	assert_int_equal(json_integer_value(json_object_get(json, "version")),
			 1);
	assert_string_equal(string(json, "command"), "pre-receive");
	assert_string_equal(string(json, "tree"), "kvm");
	assert_string_equal(string(json, "verdict"), "accept");
	assert_true(json_is_integer(json_object_get(json, "commits")));
	assert_int_equal(json_integer_value(json_object_get(json, "commits")),
			 123);
	assert_int_equal(json_array_size(array(json, "findings")), 0);
	json_decref(json);
}

static void test_json_of_a_commit(void **state)
{
	struct scene *s = *state;
	struct finding *f = add(s, RULE_FOREIGN_PATH, "refs/heads/next", 1,
				"a subject");
	const json_t *got, *paths;
	json_t *json;

	f->via = numbered(2);
	add_path(s, f, "arch/x86/a.c", "x86", "tip");
	add_path(s, f, "nobody.c", NULL, NULL);
	json = parsed(s);
	assert_string_equal(string(json, "verdict"), "refuse");
	assert_int_equal(json_array_size(array(json, "findings")), 1);
	got = json_array_get(array(json, "findings"), 0);
	assert_string_equal(string(got, "rule"), "foreign-path");
	assert_string_equal(string(got, "severity"), "error");
	assert_string_equal(string(got, "ref"), "refs/heads/next");
	assert_string_equal(string(got, "commit"),
			    "c000010000000000000000000000000000000002");
	assert_string_equal(string(got, "subject"), "a subject");
	assert_string_equal(string(got, "merge"),
			    "c000020000000000000000000000000000000003");
	assert_null_field(got, "tag");
	assert_string_equal(string(got, "policy"), "policy.ini:42");
	assert_string_equal(string(got, "why"), "the reason");
	assert_string_equal(string(got, "fix"), "the way out");
	paths = array(got, "paths");
	assert_int_equal(json_array_size(paths), 2);
	assert_string_equal(string(json_array_get(paths, 0), "path"),
			    "arch/x86/a.c");
	assert_string_equal(string(json_array_get(paths, 0), "subsystem"),
			    "x86");
	assert_string_equal(string(json_array_get(paths, 0), "tree"), "tip");
	assert_string_equal(string(json_array_get(paths, 1), "path"),
			    "nobody.c");
	assert_null_field(json_array_get(paths, 1), "subsystem");
	assert_null_field(json_array_get(paths, 1), "tree");
	json_decref(json);
}

static void test_json_of_a_tag(void **state)
{
	struct scene *s = *state;
	struct finding *f = add(s, RULE_IMMUTABLE_TAG, "refs/tags/v1", 0, NULL);
	const json_t *got;
	json_t *json;

	f->tag = verdict_text(&s->verdict, "v1");
	f->line = 0;
	json = parsed(s);
	got = json_array_get(array(json, "findings"), 0);
	assert_string_equal(string(got, "tag"), "v1");
	assert_string_equal(string(got, "ref"), "refs/tags/v1");
	assert_null_field(got, "commit");
	assert_null_field(got, "subject");
	assert_null_field(got, "merge");
	assert_null_field(got, "policy");
	assert_int_equal(json_array_size(array(got, "paths")), 0);
	json_decref(json);
}

static void test_json_bytes(void **state)
{
	static const char odd[] = "a\xff\x1b\"\\\n\xc3\xb6\xe2\x80\xae\xc3";
	static const char wanted[] =
		"a\\xff\x1b\"\\\n\xc3\xb6\xe2\x80\xae\\xc3";
	struct scene *s = *state;
	struct finding *f = add(s, RULE_IMMUTABLE_TAG, odd, 1, odd);
	const json_t *got, *path;
	json_t *json;

	f->tag = f->why = f->fix = f->ref;
	add_path(s, f, odd, odd, odd);
	s->report.tree = s->report.command = odd;
	free(s->policy->file);
	s->policy->file = xstrdup("p\xff");
	json = parsed(s);
	assert_string_equal(string(json, "tree"), wanted);
	assert_string_equal(string(json, "command"), wanted);
	got = json_array_get(array(json, "findings"), 0);
	assert_string_equal(string(got, "ref"), wanted);
	assert_string_equal(string(got, "subject"), wanted);
	assert_string_equal(string(got, "tag"), wanted);
	assert_string_equal(string(got, "why"), wanted);
	assert_string_equal(string(got, "fix"), wanted);
	assert_string_equal(string(got, "policy"), "p\\xff:42");
	path = json_array_get(array(got, "paths"), 0);
	assert_string_equal(string(path, "path"), wanted);
	assert_string_equal(string(path, "subsystem"), wanted);
	assert_string_equal(string(path, "tree"), wanted);
	json_decref(json);
}

/* JSON groups and leaves out nothing. */
static void test_json_has_all(void **state)
{
	struct scene *s = *state;
	json_t *json;

	add_many(s);
	json = parsed(s);
	assert_int_equal(json_array_size(array(json, "findings")), MANY);
	for (unsigned int i = 1; i <= MANY; i++) {
		char *subject = xasprintf("subject %u.", i);
		const json_t *got = json_array_get(array(json, "findings"),
						   i - 1);

		assert_string_equal(string(got, "subject"), subject);
		assert_int_equal(json_array_size(array(got, "paths")), 2);
		free(subject);
	}
	json_decref(json);
}

static void test_json_severities(void **state)
{
	static const char *const names[] = { "off", "info", "warn", "error" };
	struct scene *s = *state;
	json_t *json;

	for (int i = SEVERITY_INFO; i <= SEVERITY_ERROR; i++)
		add_of(s, RULE_FOREIGN_PATH, i, (unsigned int)i);
	json = parsed(s);
	for (size_t i = SEVERITY_INFO; i <= SEVERITY_ERROR; i++)
		assert_string_equal(string(json_array_get(
			array(json, "findings"), i - 1), "severity"), names[i]);
	json_decref(json);
}

/* Shared tags */

static const char tag_policy[] =
	"[policy]\nversion = 1\n[tree \"tip\"]\n[tree \"kvm\"]\n"
	"[subsystem \"x86\"]\ntree = tip\npath = arch/x86/\n"
	"[subsystem \"timers\"]\ntree = tip\npath = kernel/time/\n"
	"[shared-tag \"plain-*\"]\ntree = tip\n"
	"[shared-tag \"topic-*\"]\ntree = tip\nscope = x86\n"
	"scope = timers\n";

static int setup_tags(void **state)
{
	struct diags diags = { 0 };
	struct scene *s;

	setup(state);
	s = *state;
	policy_free(s->policy);
	s->policy = policy_parse("policy.ini", tag_policy,
				 strlen(tag_policy), &diags);
	assert_non_null(s->policy);
	diags_release(&diags);
	s->verdict.policy = s->policy;
	s->verdict.has_tags = true;
	s->report.is_audit = true;
	return 0;
}

/* A tag with nothing to tell. */
static struct listed_tag *list(struct scene *s, const char *name, size_t kind)
{
	struct listed_tag *tag = verdict_list_tag(&s->verdict, name);

	tag->oid = numbered(7);
	tag->shared = &s->policy->shared_tags[kind];
	tag->is_valid = true;
	return tag;
}

static void list_base(struct listed_tag *tag, unsigned int commit,
		      const char *name)
{
	GROW(tag->bases, tag->n_bases, tag->cap_bases);
	tag->bases[tag->n_bases++] = (struct listed_base){
		.commit = commit ? numbered(commit) : (struct oid){ { 0 } },
		.tag = name,
	};
}

static void list_pull(struct listed_tag *tag, const char *ref,
		      unsigned int merge)
{
	GROW(tag->pulls, tag->n_pulls, tag->cap_pulls);
	tag->pulls[tag->n_pulls++] = (struct listed_pull){
		.ref = ref,
		.merge = merge ? numbered(merge) : (struct oid){ { 0 } },
	};
}

static void test_tags_only_where_asked(void **state)
{
	struct scene *s = *state;
	json_t *json;
	char *text = render(s, report_text);

	assert_holds(text, "no shared tags\n\ngit-treaty: clean: ");
	free(text);
	json = parsed(s);
	assert_int_equal(json_array_size(array(json, "tags")), 0);
	json_decref(json);
	s->verdict.has_tags = false;
	text = render(s, report_text);
	assert_lacks(text, "tags");
	free(text);
	json = parsed(s);
	assert_null(json_object_get(json, "tags"));
	json_decref(json);
}

static void test_tags_text(void **state)
{
	struct scene *s = *state;
	struct listed_tag *tag = list(s, "plain-a", 0);
	char *text;

	list_base(tag, 1, "v5.7-rc1");
	tag = list(s, "topic-b", 1);
	tag->is_frozen = true;
	tag->is_valid = false;
	tag->signer = "tglx";
	list_base(tag, 1, "v5.7-rc1");
	list_base(tag, 2, NULL);
	list_base(tag, 0, NULL);
	list_pull(tag, "refs/heads/main", 3);
	list_pull(tag, "refs/heads/next", 0);
	tag = list(s, "topic-c", 1);
	tag->unsigned_why = "it bears no signature";
	list_base(tag, 2, NULL);
	text = render(s, report_text);
	assert_holds(text, "tag plain-a of tip: draft\n"
		     "  signer: none needed\n"
		     "  base:   v5.7-rc1\n"
		     "  scope:  all of tip's\n"
		     "  pulled: by no branch here\n"
		     "\ntag topic-b of tip: frozen, does not count (see "
		     "below)\n"
		     "  signer: tglx\n"
		     "  base:   v5.7-rc1, c00002000000, a commit "
		     "without parents\n"
		     "  scope:  x86, timers\n"
		     "  pulled: refs/heads/main (merge c00003000000), "
		     "refs/heads/next\n"
		     "\ntag topic-c of tip: draft\n"
		     "  signer: none that counts: it bears no signature\n"
		     "  base:   c00002000000\n"
		     "  scope:  x86, timers\n"
		     "  pulled: by no branch here\n"
		     "\ngit-treaty: clean: ");
	free(text);
}

static void assert_text(const json_t *list, size_t i, const char *wanted)
{
	const json_t *value = json_array_get(list, i);

	assert_true(json_is_string(value));
	assert_string_equal(json_string_value(value), wanted);
}

static void test_tags_json(void **state)
{
	struct scene *s = *state;
	struct listed_tag *tag = list(s, "topic-b", 1);
	const json_t *got, *one;
	json_t *json;

	tag->is_frozen = true;
	tag->signer = "tglx";
	list_base(tag, 1, "v5.7-rc1");
	list_base(tag, 0, NULL);
	list_pull(tag, "refs/heads/main", 3);
	list_pull(tag, "refs/heads/next", 0);
	tag = list(s, "plain-a", 0);
	tag->is_valid = false;
	tag->unsigned_why = "it bears no signature";
	json = parsed(s);
	assert_int_equal(json_array_size(array(json, "tags")), 2);
	got = json_array_get(array(json, "tags"), 0);
	assert_string_equal(string(got, "tag"), "topic-b");
	assert_string_equal(string(got, "object"),
			    "c000070000000000000000000000000000000008");
	assert_string_equal(string(got, "tree"), "tip");
	assert_string_equal(string(got, "state"), "frozen");
	assert_true(json_is_true(json_object_get(got, "counts")));
	assert_string_equal(string(got, "signer"), "tglx");
	assert_null_field(got, "unsigned");
	assert_int_equal(json_array_size(array(got, "bases")), 2);
	one = json_array_get(array(got, "bases"), 0);
	assert_string_equal(string(one, "commit"),
			    "c000010000000000000000000000000000000002");
	assert_string_equal(string(one, "tag"), "v5.7-rc1");
	one = json_array_get(array(got, "bases"), 1);
	assert_null_field(one, "commit");
	assert_null_field(one, "tag");
	assert_int_equal(json_array_size(array(got, "scope")), 2);
	assert_text(array(got, "scope"), 0, "x86");
	assert_text(array(got, "scope"), 1, "timers");
	assert_int_equal(json_array_size(array(got, "pulled")), 2);
	one = json_array_get(array(got, "pulled"), 0);
	assert_string_equal(string(one, "ref"), "refs/heads/main");
	assert_string_equal(string(one, "merge"),
			    "c000030000000000000000000000000000000004");
	one = json_array_get(array(got, "pulled"), 1);
	assert_null_field(one, "merge");
	got = json_array_get(array(json, "tags"), 1);
	assert_string_equal(string(got, "state"), "draft");
	assert_true(json_is_false(json_object_get(got, "counts")));
	assert_null_field(got, "signer");
	assert_string_equal(string(got, "unsigned"), "it bears no signature");
	assert_int_equal(json_array_size(array(got, "bases")), 0);
	assert_int_equal(json_array_size(array(got, "scope")), 0);
	assert_int_equal(json_array_size(array(got, "pulled")), 0);
	json_decref(json);
}

/* Names of tags and branches are whatever somebody pushed. */
static void test_tags_escape(void **state)
{
	static const char evil[] = "a\x1b[31mb\nc\r\xe2\x80\xae" "d\xff\".";
	static const char wanted[] = "a\x1b[31mb\nc\r\xe2\x80\xae" "d\\xff\".";
	struct scene *s = *state;
	struct listed_tag *tag = list(s, evil, 1);
	const json_t *got;
	json_t *json;
	char *text;

	tag->unsigned_why = evil;
	list_base(tag, 1, evil);
	list_pull(tag, evil, 2);
	text = render(s, report_text);
	assert_harmless(text);
	assert_holds(text, "tag a\\x1b[31mb\\nc\\x0d\\xe2\\x80\\xae" "d\\xff\"."
		     " of tip: draft\n");
	assert_int_equal(count(text, "a\\x1b[31mb\\nc\\x0d"), 4);
	free(text);
	json = parsed(s);
	got = json_array_get(array(json, "tags"), 0);
	assert_string_equal(string(got, "tag"), wanted);
	assert_string_equal(string(got, "unsigned"), wanted);
	assert_string_equal(string(json_array_get(array(got, "bases"), 0),
				   "tag"), wanted);
	assert_string_equal(string(json_array_get(array(got, "pulled"), 0),
				   "ref"), wanted);
	json_decref(json);
}

/* Both */

/* The same findings give the same bytes, wherever they lie in memory. */
static void test_same_again(void **state)
{
	void (*const writers[])(const struct report *, FILE *) = {
		report_text, report_json,
	};
	struct scene *s = *state, *other;

	assert_int_equal(setup((void **)&other), 0);
	for (int i = 0; i < 500; i++)
		verdict_textf(&other->verdict, "in the way %d", i);
	add_many(s);
	add_many(other);
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		char *one = render(s, writers[i]);
		char *two = render(s, writers[i]);
		char *three = render(other, writers[i]);

		assert_string_equal(one, two);
		assert_string_equal(one, three);
		free(one);
		free(two);
		free(three);
	}
	teardown((void **)&other);
}

static void json_verdict(struct scene *s, const char *wanted)
{
	json_t *json = parsed(s);

	assert_string_equal(string(json, "verdict"), wanted);
	json_decref(json);
}

static void test_verdicts(void **state)
{
	struct scene *s = *state;
	char *text;

	json_verdict(s, "accept");
	add_of(s, RULE_FOREIGN_PATH, SEVERITY_INFO, 1);
	add_of(s, RULE_FOREIGN_PATH, SEVERITY_WARN, 2);
	json_verdict(s, "accept");
	assert_false(report_refuses(&s->report));
	text = render(s, report_text);
	assert_holds(text, "git-treaty: accepted: 0 errors, 1 warning, ");
	free(text);
	add_of(s, RULE_FOREIGN_PATH, SEVERITY_ERROR, 3);
	json_verdict(s, "refuse");
	assert_true(report_refuses(&s->report));
}

/* `mode = report` shows it all and accepts; an audit refuses nothing. */
static void test_mode_report(void **state)
{
	struct scene *s = *state;
	char *text;

	s->policy->head.mode = MODE_REPORT;
	text = render(s, report_text);
	assert_lacks(text, "mode = report");
	free(text);
	add(s, RULE_FOREIGN_PATH, "refs/heads/a", 1, "a subject");
	assert_false(report_refuses(&s->report));
	json_verdict(s, "accept");
	text = render(s, report_text);
	assert_holds(text, "error: foreign-path: ");
	assert_holds(text, "a subject");
	assert_holds(text, "git-treaty: accepted: 1 error, ");
	assert_holds(text, "would have been refused");
	free(text);
	s->report.is_audit = true;
	assert_true(report_refuses(&s->report));
	json_verdict(s, "refuse");
	text = render(s, report_text);
	assert_holds(text, "git-treaty: found: 1 error, ");
	assert_lacks(text, "would have been refused");
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TAG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup_tags, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_clean),
		TEST(test_text_of_a_commit),
		TEST(test_text_of_a_ref),
		TEST(test_text_escapes),
		TEST(test_text_keeps_what_is_harmless),
		TEST(test_file_name_is_escaped),
		TEST(test_color),
		TEST(test_one_merge_is_one_block),
		TEST(test_verbose_lists_all),
		TEST(test_few_are_shown),
		TEST(test_paths_are_cut),
		TEST(test_owners_of_a_path),
		TEST(test_other_reasons),
		TEST(test_waived),
		TEST(test_blocks),
		TEST(test_refs_stand_alone),
		TEST(test_copies_of_one_tag),
		TEST(test_refs_of_rebased_tag),
		TEST(test_one_heading_a_rule),
		TEST(test_no_subject),
		TEST(test_json_empty),
		TEST(test_json_of_a_commit),
		TEST(test_json_of_a_tag),
		TEST(test_json_bytes),
		TEST(test_json_has_all),
		TEST(test_json_severities),
		TAG_TEST(test_tags_only_where_asked),
		TAG_TEST(test_tags_text),
		TAG_TEST(test_tags_json),
		TAG_TEST(test_tags_escape),
		TEST(test_same_again),
		TEST(test_verdicts),
		TEST(test_mode_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
