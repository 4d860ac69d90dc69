/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "policy/keys.h"
#include "policy/policy.h"
#include "policy/values.h"

#define POLICIES TREATY_SOURCE_DIR "/tests/policies/"

static struct policy *parse(const char *text)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_parse("test.ini", text, strlen(text),
					     &diags);

	for (size_t i = 0; i < diags.n; i++)
		print_message("%d: %s\n", diags.v[i].line, diags.v[i].msg);
	assert_int_equal(diags.n, 0);
	diags_release(&diags);
	assert_non_null(policy);
	return policy;
}

/* Calls `check` with each .ini below tests/policies/`dir`. */
static void each_file(const char *dir,
		      void (*check)(const char *path, const struct buf *text))
{
	char *root = xasprintf("%s%s", POLICIES, dir);
	struct dirent **names;
	int n = scandir(root, &names, NULL, alphasort);
	size_t seen = 0;

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", root, names[i]->d_name);
		struct buf text = BUF_INIT;
		struct error err;

		if (text_ends_with(path, ".ini")) {
			if (buf_read_file(&text, path, 1 << 20, &err))
				fail_msg("%s", err.msg);
			check(path, &text);
			seen++;
		}
		buf_release(&text);
		free(path);
		free(names[i]);
	}
	assert_true(seen > 0);
	free(names);
	free(root);
}

/* Bad files */

static const char expect[] = "; expect: ";

/* Takes the next `; expect: LINE: SUBSTRING` off `*text`. */
static bool next_expected(const char **text, long *line, char **msg)
{
	char *end;
	size_t len;

	if (!text_starts_with(*text, expect))
		return false;
	*line = strtol(*text + strlen(expect), &end, 10);
	assert_true(text_starts_with(end, ": "));
	end += strlen(": ");
	len = strcspn(end, "\r\n");
	*msg = xstrndup(end, len);
	*text = end + len + 1;
	return true;
}

static void check_bad(const char *path, const struct buf *text)
{
	struct diags diags = { 0 };
	const char *rest = text->ptr;
	size_t i = 0;
	long line;
	char *msg;

	if (policy_parse(path, text->ptr, text->len, &diags))
		fail_msg("%s is accepted", path);
	for (; next_expected(&rest, &line, &msg); i++) {
		if (i >= diags.n)
			fail_msg("%s: missing %ld: %s", path, line, msg);
		if (!diags.v[i].is_error || diags.v[i].line != line ||
		    !strstr(diags.v[i].msg, msg))
			fail_msg("%s: expected %ld: %s\nbut got %d: %s", path,
				 line, msg, diags.v[i].line, diags.v[i].msg);
		free(msg);
	}
	if (i < diags.n)
		fail_msg("%s: not expected: %d: %s", path, diags.v[i].line,
			 diags.v[i].msg);
	assert_true(i > 0);
	diags_release(&diags);
}

static void test_bad_files(void **state)
{
	(void)state;
	each_file("bad", check_bad);
}

/* Good files */

static void print_again(const char *path, const struct policy *policy)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct diags diags = { 0 };
	struct policy *again;

	policy_print(policy, &first);
	again = policy_parse(path, buf_str(&first), first.len, &diags);
	if (!again)
		fail_msg("%s: printed, then %d: %s\n%s", path,
			 diags.v[0].line, diags.v[0].msg, first.ptr);
	policy_print(again, &second);
	assert_string_equal(buf_str(&first), buf_str(&second));
	policy_free(again);
	diags_release(&diags);
	buf_release(&first);
	buf_release(&second);
}

static void check_good(const char *path, const struct buf *text)
{
	struct diags diags = { 0 };
	struct policy *policy;

	policy = policy_parse(path, buf_str(text), text->len, &diags);
	if (!policy || diags.n)
		fail_msg("%s:%d: %s", path, diags.n ? diags.v[0].line : 0,
			 diags.n ? diags.v[0].msg : "no policy");
	assert_string_equal(policy->file, path);
	print_again(path, policy);
	policy_free(policy);
	diags_release(&diags);
}

static void test_good_files(void **state)
{
	(void)state;
	each_file("good", check_good);
}

static char *printed_file(const char *name)
{
	char *path = xasprintf("%sgood/%s", POLICIES, name);
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct diags diags = { 0 };
	struct policy *policy;
	struct error err;

	assert_int_equal(buf_read_file(&text, path, 1 << 20, &err), 0);
	policy = policy_parse(path, text.ptr, text.len, &diags);
	assert_non_null(policy);
	policy_print(policy, &out);
	policy_free(policy);
	diags_release(&diags);
	buf_release(&text);
	free(path);
	return buf_detach(&out);
}

/* How the lines end changes nothing. */
static void test_same_policy(void **state)
{
	static const char *const same[] = {
		"crlf.ini", "byte-order-mark.ini", "no-newline-at-end.ini",
		"crlf-no-newline-at-end.ini",
	};
	char *wanted = printed_file("every-key.ini");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		char *printed = printed_file(same[i]);

		assert_string_equal(printed, wanted);
		free(printed);
	}
	free(wanted);
}

static void look_for_keys(const struct section_info *info, const char *text)
{
	char *section = xasprintf("\n[%s", info->name);
	const char *at = strstr(text, section);

	for (const struct key *key = info->keys; key->name; key++) {
		char *line = xasprintf("\n%s ", key->name);

		if (!at || !strstr(at, line))
			fail_msg("no '%s' in [%s]", key->name, info->name);
		free(line);
	}
	free(section);
}

/* The file good/every-key.ini has no less than it says. */
static void test_every_key_is_covered(void **state)
{
	char *path = xasprintf("%sgood/every-key.ini", POLICIES);
	struct buf text = BUF_INIT;
	struct error err;

	(void)state;
	assert_int_equal(buf_read_file(&text, path, 1 << 20, &err), 0);
	for (size_t i = 0; i < SECTION_KINDS; i++)
		look_for_keys(&section_infos[i], text.ptr);
	buf_release(&text);
	free(path);
}

/* What is read */

static void test_defaults(void **state)
{
	struct policy *p = parse("[tree \"tip\"]\n[shared-tag \"a-*\"]\n"
				 "tree = tip\n");

	(void)state;
	assert_int_equal(p->head.mode, MODE_ENFORCE);
	assert_int_equal(p->head.unowned, UNOWNED_ALLOW);
	assert_int_equal(p->head.owners, OWNERS_ANY);
	assert_int_equal(p->head.commons.n, 0);
	assert_string_equal(p->head.version.v[0].text, "1");
	assert_int_equal(p->trees[0].role, ROLE_MAINTAINER);
	assert_int_equal(p->trees[0].is_signed, true);
	assert_int_equal(p->trees[0].branch.n, 1);
	assert_string_equal(p->trees[0].branch.v[0].text, "refs/heads/*");
	assert_int_equal(p->shared_tags[0].freeze, FREEZE_PUSH);
	assert_int_equal(p->shared_tags[0].is_signed, true);
	for (int id = 0; id < RULE_COUNT; id++) {
		assert_int_equal(p->rules[id].severity,
				 rule_infos[id].severity);
		assert_int_equal(p->rules[id].accept_ack, false);
		assert_int_equal(p->rules[id].section.line, 0);
	}
	policy_free(p);
}

static void test_values_and_lines(void **state)
{
	struct policy *p = parse("\n[subsystem \"x86\"] ; ours\n"
				 "; path = no/\n"
				 "path = arch/x86/ ; all\n\n"
				 "path\t=  b c \t\r\n"
				 "exclude = d;e\n"
				 "[rule \"sign-off\"]\nseverity = info\n");
	const struct subsystem *s = policy_subsystem(p, "x86");

	(void)state;
	assert_non_null(s);
	assert_int_equal(s->section.line, 2);
	assert_int_equal(s->path.n, 2);
	assert_string_equal(s->path.v[0].text, "arch/x86/");
	assert_int_equal(s->path.v[0].line, 4);
	assert_true(glob_match(&s->path.v[0].glob, "arch/x86/Kconfig"));
	assert_string_equal(s->path.v[1].text, "b c");
	assert_int_equal(s->path.v[1].line, 6);
	assert_string_equal(s->exclude.v[0].text, "d;e");
	assert_int_equal(p->rules[RULE_SIGN_OFF].severity, SEVERITY_INFO);
	assert_int_equal(p->rules[RULE_SIGN_OFF].section.line, 8);
	policy_free(p);
}

/* inih alone would make one of these two. */
#define LONG "a name of forty-nine bytes before what differs: 49"

static void test_long_names_differ(void **state)
{
	struct policy *p = parse("[tree \"" LONG " one\"]\nurl = 1\n"
				 "[tree \"" LONG " two\"]\nurl = 2\n");

	(void)state;
	assert_int_equal(p->n_trees, 2);
	assert_ptr_equal(policy_tree(p, LONG " two"), &p->trees[1]);
	assert_string_equal(p->trees[1].url.v[0].text, "2");
	policy_free(p);
}

static void test_names_are_unescaped(void **state)
{
	struct policy *p = parse("[signer \"a \\\"b\\\" \\\\ ]\"]\n");

	(void)state;
	assert_string_equal(p->signers[0].section.name, "a \"b\" \\ ]");
	assert_non_null(policy_signer(p, "a \"b\" \\ ]"));
	assert_null(policy_signer(p, "a"));
	policy_free(p);
}

/* Text after a NUL in the text's length is read, or at least not ignored. */
static void test_nul_hides_nothing(void **state)
{
	static const char text[] = "[policy]\0\nmode = report\n";
	struct diags diags = { 0 };

	(void)state;
	assert_null(policy_parse("t", text, sizeof(text) - 1, &diags));
	assert_int_equal(diags_errors(&diags), 1);
	assert_int_equal(diags.v[0].line, 1);
	diags_release(&diags);
}

/* The text need not end in a NUL. */
static void test_reads_only_its_length(void **state)
{
	static const char text[] = "[policy]\nmode = reportXXX";
	char *exact = xstrndup(text, sizeof(text) - 4);
	struct diags diags = { 0 };
	struct policy *p;

	(void)state;
	exact = xreallocarray(exact, sizeof(text) - 4, 1);
	p = policy_parse("t", exact, sizeof(text) - 4, &diags);
	assert_non_null(p);
	assert_int_equal(p->head.mode, MODE_REPORT);
	policy_free(p);
	diags_release(&diags);
	free(exact);
}

/* Errors from before are the caller's: they spoil no policy. */
static void test_earlier_errors(void **state)
{
	struct diags diags = { 0 };
	struct policy *p;

	(void)state;
	diags_add(&diags, 9, true, "earlier");
	p = policy_parse("t", "", 0, &diags);
	assert_non_null(p);
	assert_int_equal(diags.n, 1);
	policy_free(p);
	diags_release(&diags);
}

static void test_diags(void **state)
{
	struct diags diags = { 0 };

	(void)state;
	diags_sort(&diags);
	diags_add(&diags, 3, true, "c%d", 3);
	diags_add(&diags, 1, false, "b");
	diags_add(&diags, 1, true, "a");
	diags_sort(&diags);
	assert_string_equal(diags.v[0].msg, "a");
	assert_string_equal(diags.v[1].msg, "b");
	assert_string_equal(diags.v[2].msg, "c3");
	assert_int_equal(diags_errors(&diags), 2);
	diags_release(&diags);
	assert_int_equal(diags.n, 0);
}

static void test_values(void **state)
{
	struct policy *policy = policy_new("p");
	struct values values = { 0 }, matches = { 0 };
	char below[] = "a/", open[] = "a/b*", word[] = "a", bad[] = "a(";
	struct error err;

	(void)state;
	assert_null(values_match(&values, "a/b"));
	assert_int_equal(policy_add_value(policy, &values, KEY_PATH, below, 1,
					  &err), 0);
	assert_int_equal(policy_add_value(policy, &values, KEY_PATH, open, 2,
					  &err), 0);
	assert_int_equal(policy_add_value(policy, &matches, KEY_REGEX, word, 3,
					  &err), 0);
	assert_int_equal(policy_add_value(policy, &matches, KEY_REGEX, bad, 4,
					  &err), -1);
	assert_non_null(strstr(err.msg, "'a(' is not a regular expression"));
	assert_int_equal(matches.n, 2);
	assert_true(values_have(&values, "a/"));
	assert_false(values_have(&values, "a/b"));
	assert_int_equal(values_match(&values, "a/b")->line, 1);
	assert_null(values_match(&values, "b"));
	values_release_compiled(&values);
	values_release_compiled(&matches);
	policy_free(policy);
}

static void test_rule_names(void **state)
{
	(void)state;
	for (int id = 0; id < RULE_COUNT; id++)
		assert_int_equal(rule_by_name(rule_infos[id].name), id);
	assert_int_equal(rule_by_name("foreign"), -1);
	assert_string_equal(severity_name(SEVERITY_OFF), "off");
	assert_string_equal(severity_name(SEVERITY_ERROR), "error");
}

static void test_free_accepts_null(void **state)
{
	(void)state;
	policy_free(NULL);
}

/* Any bytes: an answer or an error, and what is accepted prints and rereads. */
static void test_any_text(void **state)
{
	static const char *const words[] = {
		"[policy]", "[tree \"a\"]", "[subsystem \"b", "\"]", "\n", "\n",
		"path", " = ", "=", ";", " ;", "#", "a/", "\"", "\\", "\r", " ",
		"url", "*", "\xff", "[", "]", "mode = report", ":", "\t",
	};
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf text = BUF_INIT;
		struct diags diags = { 0 };
		struct policy *p;

		buf_addstr(&text, round % 2 ? "[subsystem \"a\"]\npath =" : "");
		for (int i = 0; i < 12; i++) {
			random = random * 1664525u + 1013904223u;
			buf_addstr(&text, words[(random >> 16) %
						ARRAY_SIZE(words)]);
		}
		p = policy_parse("t", text.ptr, text.len, &diags);
		assert_true(!p == (diags_errors(&diags) > 0));
		if (p)
			print_again(text.ptr, p);
		policy_free(p);
		diags_release(&diags);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_good_files),
		cmocka_unit_test(test_same_policy),
		cmocka_unit_test(test_every_key_is_covered),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values_and_lines),
		cmocka_unit_test(test_long_names_differ),
		cmocka_unit_test(test_names_are_unescaped),
		cmocka_unit_test(test_nul_hides_nothing),
		cmocka_unit_test(test_reads_only_its_length),
		cmocka_unit_test(test_earlier_errors),
		cmocka_unit_test(test_diags),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_rule_names),
		cmocka_unit_test(test_free_accepts_null),
		cmocka_unit_test(test_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
