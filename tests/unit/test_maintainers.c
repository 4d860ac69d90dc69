/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "policy/maintainers.h"
#include "policy/policy.h"

/* Sections as "TITLE:LINE(F:value,...)". */
static void check_read(const char *text, const char *wanted)
{
	struct maintainers m = { 0 };
	struct buf got = BUF_INIT;

	maintainers_read(&m, "M", text, strlen(text));
	for (size_t i = 0; i < m.n; i++) {
		buf_addf(&got, "%s:%d(", m.v[i].title, m.v[i].line);
		for (size_t k = 0; k < m.v[i].n; k++)
			buf_addf(&got, "%s%c:%s", k ? "," : "",
				 m.v[i].v[k].type, m.v[i].v[k].value);
		buf_addstr(&got, ")");
	}
	assert_string_equal(buf_str(&got), wanted);
	buf_release(&got);
	maintainers_release(&m);
}

static void test_read(void **state)
{
	(void)state;
	check_read("", "");
	check_read("Explanations\n---\n\n\tF: no field\n", "");
	check_read("A\nM:\tX <x@y>\nF:a/\n\nB\nF:  b \n",
		   "A:1(M:X <x@y>,F:a/)B:5(F:b )");
	/* Blank lines and comments do not end a section, any other does. */
	check_read("A\nF: a\n\n# F: c\n  # x\nF: b\nnote\nF: c\n",
		   "A:1(F:a,F:b)note:7(F:c)");
	/* The last title counts; lower case and spaces are no field. */
	check_read("A\nB\nf: x\nF : x\nFF: x\nF: a", "FF: x:5(F:a)");
	check_read("A\r\nF: a\r\n\r\nB\r\nF: b", "A:1(F:a)B:4(F:b)");
	check_read("F: a\nA\nF: b\n", ":1(F:a)A:2(F:b)");
}

/* Files follow each other as if they were one. */
static void test_files(void **state)
{
	struct maintainers m = { 0 };

	(void)state;
	maintainers_read(&m, "1", "A\nF: a\n", 7);
	maintainers_read(&m, "2", "B\nF: b\n", 7);
	maintainers_read(&m, "3", "F: c\nC\n", 7);
	assert_int_equal(m.n, 2);
	assert_string_equal(m.v[1].file, "2");
	assert_int_equal(m.v[1].n, 2);
	maintainers_release(&m);
}

static char *translated(const char *value, bool is_dir)
{
	struct path_pattern p;
	struct buf out = BUF_INIT;
	struct error err;

	assert_int_equal(path_pattern_file(&p, value, is_dir, &err), 0);
	for (size_t i = 0; i < p.n; i++)
		buf_addf(&out, "%s%s%s", i ? " " : "", p.is_regex ? "~" : "",
			 p.v[i]);
	path_pattern_release(&p);
	return buf_detach(&out);
}

static void test_file_patterns(void **state)
{
	static const struct {
		const char *value, *wanted;
	} cases[] = {
		{ "kernel/fork.c", "kernel/fork.c*" },
		{ "drivers/net/", "drivers/net/" },
		{ "*", "*" },
		{ "*/", "*/**" },
		{ "", "*" },
		{ "*/net/*", "*/net/*" },
		{ "*/net/", "*/**/net/**" },
		{ "arch/*/kvm/", "arch/?**/kvm/**" },
		{ "arch/**/kvm/", "arch/?**/kvm/**" },
		{ "drivers/*/", "drivers/?**/**" },
		{ "a/b*/", "a/b**/**" },
		{ "a/*b/", "a/**b/**" },
		{ "*b/c/", "**b/c/**" },
		{ "a/**b*", "a/*b*" },
		{ "a/da72??.c", "a/da72??.c*" },
		{ "a.[ch]", "a.c* a.h*" },
		{ "d[79]*.[ch]", "d7*.c* d9*.c* d7*.h* d9*.h*" },
		{ ".mailmap", ".mailmap*" },
		/* No path is like that. */
		{ "/a", "" }, { "a//b", "" }, { "./a", "" }, { "a/../b", "" },
		/* Regular expressions, with as many slashes. */
		{ "a?b/", "~^a.b/" },
		{ "k\\+p", "~^(?=[^/]*\\z)k\\+p" },
		{ "a/b.c ", "~^(?=[^/]*(?:/[^/]*){1}\\z)a/b\\.c\\x20" },
		{ "a/[a-c]*", "~^(?=[^/]*(?:/[^/]*){1}\\z)a/[a-c].*" },
		{ "a|b/", "~^(?=(?s:.*?)(?:^a|b/))" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *got = translated(cases[i].value, false);

		assert_string_equal(got, cases[i].wanted);
		free(got);
	}
}

static void test_directories(void **state)
{
	char *got = translated("Documentation/x86", true);

	(void)state;
	assert_string_equal(got, "Documentation/x86/");
	free(got);
	/* -d sees the value as it was made into a regular expression. */
	assert_true(path_pattern_may_be_dir("drivers/net"));
	assert_false(path_pattern_may_be_dir("drivers/net/"));
	assert_false(path_pattern_may_be_dir(".github"));
	assert_false(path_pattern_may_be_dir("drivers/*"));
	got = translated(".github", true);
	assert_string_equal(got, ".github*");
	free(got);
}

static void check_name(const char *value, const char *wanted)
{
	struct path_pattern p;
	struct error err;

	assert_int_equal(path_pattern_name(&p, value, &err), 0);
	assert_int_equal(p.n, *wanted ? 1 : 0);
	if (p.n)
		assert_string_equal(p.v[0], wanted);
	path_pattern_release(&p);
}

static void test_name_patterns(void **state)
{
	struct path_pattern p;
	struct error err;

	(void)state;
	check_name("[^a-z]tegra", "[^a-z]tegra");
	check_name("sun50i  ", "sun50i");
	check_name("sun50i # the SoC", "sun50i");
	check_name("a b", "(?x)a b");
	check_name("a\\ b", "a\\x20b");
	check_name("[ #]a\\#", "[\\x20#]a\\#");
	check_name("[]#]a", "[]#]a");
	check_name("a ;b", "(?x)a;b");
	check_name("", "");
	check_name("# nothing", "");
	assert_int_equal(path_pattern_name(&p, "a(", &err), -1);
	path_pattern_release(&p);
	assert_int_equal(path_pattern_file(&p, "a[", false, &err), -1);
	path_pattern_release(&p);
}

/* What get_maintainer.pl makes of it: file_match_pattern(). */

static size_t slashes(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '/';
	return n;
}

static bool script_matches(const char *value, const char *path)
{
	struct buf text = BUF_INIT;
	struct error err;
	struct regex *regex;
	bool found, is_dir = *value && value[strlen(value) - 1] == '/';

	buf_addstr(&text, "^");
	for (const char *p = value; *p; p++)
		buf_addf(&text, "%s%c", *p == '.' ? "\\" : *p == '*' ? "." : "",
			 *p == '?' ? '.' : *p);
	regex = regex_new(buf_str(&text), &err);
	assert_non_null(regex);
	found = regex_match(regex, path, &err) == 1 &&
		(is_dir || slashes(value) == slashes(path));
	regex_free(regex);
	buf_release(&text);
	return found;
}

static bool policy_matches(const struct path_pattern *p, const char *path)
{
	bool found = false;
	struct error err;

	for (size_t i = 0; i < p->n; i++) {
		struct regex *regex;
		struct glob glob;

		if (!p->is_regex) {
			glob_init(&glob, p->v[i], GLOB_PATH);
			found |= glob_match(&glob, path);
			glob_release(&glob);
			continue;
		}
		regex = regex_new(p->v[i], &err);
		found |= regex_match(regex, path, &err) == 1;
		regex_free(regex);
	}
	return found;
}

/* `a/` of a policy also claims `a`, should it be no directory. */
static bool is_exception(const struct path_pattern *p, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < p->n; i++)
		if (!strncmp(p->v[i], path, n) && !strcmp(p->v[i] + n, "/"))
			return true;
	return false;
}

static void random_text(struct buf *out, const char *const *parts, size_t n)
{
	buf_reset(out);
	for (int i = 1 + rand() % 6; i > 0; i--)
		buf_addstr(out, parts[(size_t)rand() % n]);
}

static void test_against_script(void **state)
{
	static const char *const parts[] = {
		"a", "b", "/", "/", "*", "*", "a/", "?", ".", "[ab]", "ab",
		"[^a]", "a+", "b|a", " ", "**", "*/",
	};
	static const char *const path_parts[] = {
		"a", "b", "/a", "/b", "ab", ".", "a/", "b/", " ", "a.b",
	};
	struct buf value = BUF_INIT, path = BUF_INIT;
	size_t found = 0;

	(void)state;
	srand(4);
	for (int round = 0; round < 30000; round++) {
		struct path_pattern p;
		struct error err;

		random_text(&value, parts, ARRAY_SIZE(parts));
		random_text(&path, path_parts, ARRAY_SIZE(path_parts));
		/* What can be a path, and what can be compiled. */
		if (path.ptr[0] == '/' || path.ptr[path.len - 1] == '/' ||
		    strstr(path.ptr, "//") || !strcmp(path.ptr, ".") ||
		    strstr(path.ptr, "./") || strstr(path.ptr, "/.") ||
		    strstr(value.ptr, "+*") || strstr(value.ptr, "+?") ||
		    path_pattern_file(&p, value.ptr, false, &err))
			continue;
		if (!is_exception(&p, path.ptr) &&
		    policy_matches(&p, path.ptr) !=
		    script_matches(value.ptr, path.ptr))
			fail_msg("'%s' and '%s': %d in the script", value.ptr,
				 path.ptr, script_matches(value.ptr, path.ptr));
		found += script_matches(value.ptr, path.ptr);
		path_pattern_release(&p);
	}
	assert_true(found > 500);
	buf_release(&value);
	buf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_file_patterns),
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_name_patterns),
		cmocka_unit_test(test_against_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
