/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/config_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

static bool note(void *ctx, const char *name, const char *value)
{
	buf_addf(ctx, "%s=%s\n", name, value);
	return true;
}

static bool gives(const char *text, const char *expected)
{
	struct buf found = BUF_INIT;
	char *copy = xstrdup(text);
	bool good = config_text_each(copy, note, &found);

	if (good)
		assert_string_equal(buf_str(&found), expected);
	buf_release(&found);
	free(copy);
	return good;
}

static void test_plain(void **state)
{
	(void)state;
	assert_true(gives("", ""));
	assert_true(gives("# x\n\n ; y\n", ""));
	assert_true(gives("[core]\n\tbare = true\n\tfileMode=false", "core.bare="
			  "true\ncore.filemode=false\n"));
	assert_true(gives("[Remote \"A b\"]\n  URL =  x y  \n[a]\nb =\n",
			  "remote.A b.url=x y\na.b=\n"));
	assert_true(gives("[a]\nb = 1\n[a]\nb = 2\n", "a.b=1\na.b=2\n"));
}

static void test_odd(void **state)
{
	static const char *const texts[] = {
		"a = b\n", "[a]\nb\n", "[a] b = c\n", "[a.b]\nc = d\n",
		"[a \"b\\\"]\nc = d\n", "[a \"b]\"]\nc = d\n", "[]\na = b\n",
		"[a]\nb = \"c\"\n", "[a]\nb = c ; d\n", "[a]\nb = c#d\n",
		"[a]\nb = c\\\nd\n", "[a]\nb = c\td\n", "[a]\nb = c\r\n",
		"[a]\n1b = c\n", "[a]\nb_c = d\n", "[include]\npath = x\n",
		"[IncludeIf \"gitdir:/\"]\npath = x\n",
		"[extensions]\nworktreeConfig = true\n", "[a\nb = c\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(gives(texts[i], ""));
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_list(void **state)
{
	char path[] = "/tmp/config-text-XXXXXX";
	struct config_list list = { 0 };
	const struct config_entry *entry;

	(void)state;
	close(mkstemp(path));
	assert_true(config_list_add_file(&list, path, 1));
	assert_int_equal(list.n, 0);
	write_file(path, "[Treaty]\ntree = x\n[core]\nbare = true\n");
	assert_true(config_list_add_file(&list, path, 2));
	write_file(path, "[treaty]\ntree = y\n");
	assert_true(config_list_add_file(&list, path, 3));
	assert_true(config_list_add_file(&list, "/nonexistent", 4));
	entry = config_list_find(&list, "treaty.Tree");
	assert_string_equal(entry->value, "y");
	assert_int_equal(entry->level, 3);
	assert_int_equal(config_list_find(&list, "core.bare")->level, 2);
	assert_null(config_list_find(&list, "core.baretext"));
	write_file(path, "[treaty]\ntree = \"z\"\n");
	assert_false(config_list_add_file(&list, path, 5));
	assert_false(config_list_add_file(&list, "/", 6));
	unlink(path);
	config_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
