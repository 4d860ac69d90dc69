/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/plain_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

#define OURS "[treaty]\n\tpolicy = /etc/p.ini\n\ttree = kvm\n"

static bool parses(const char *text)
{
	struct plain_config config = { 0 };
	char *copy = xstrdup(text);
	bool good = plain_config_parse(&config, copy);

	if (good) {
		assert_string_equal(config.policy, "/etc/p.ini");
		assert_string_equal(config.tree, "kvm");
	}
	plain_config_release(&config);
	free(copy);
	return good;
}

static void test_plain(void **state)
{
	static const char *const texts[] = {
		OURS,
		"[core]\n\tbare = true\n\trepositoryformatversion = 0\n" OURS,
		"# \"x\"\n\n; y\n[remote \"a b\"]\nfetch = +refs/*:refs/*\n" OURS,
		OURS "[user]\n\tname =\n",
		"[treaty]\npolicy=/etc/p.ini  \n[a]\ntree = x\n"
		"policyBlob = y\n[TREATY]\n  Tree  =kvm",
		"[treaty \"x\"]\npolicy = /other\n" OURS,
		OURS "timeLimit = 5\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_true(parses(texts[i]));
}

static void test_odd(void **state)
{
	static const char *const texts[] = {
		"", "[treaty]\n", "policy = /etc/p.ini\ntree = kvm\n",
		"[treaty]\npolicy = /etc/p.ini\n",
		"[treaty]\ntree = kvm\n",
		"[treaty]\npolicy = p.ini\ntree = kvm\n",
		"[treaty]\npolicy = ~/p.ini\ntree = kvm\n",
		"[treaty]\npolicy = \"/etc/p.ini\"\ntree = kvm\n",
		"[treaty]\npolicy = /etc/p.ini ; x\ntree = kvm\n",
		"[treaty]\npolicy = /etc/p.ini # x\ntree = kvm\n",
		"[treaty]\npolicy = /etc/p.ini\ntree =\n",
		"[treaty]\npolicy = /etc/p.ini\ntree\n",
		"[treaty] policy = /etc/p.ini\ntree = kvm\n",
		"[treaty.x]\n" OURS, "[treaty \"x\\\"]\n" OURS,
		OURS "tree = tip\n", OURS OURS,
		OURS "policyBlob = main:p.ini\n",
		OURS "[include]\npath = more\n",
		OURS "[INCLUDE]\npath = more\n",
		OURS "[includeIf \"gitdir:/\"]\npath = more\n",
		OURS "[extensions]\nworktreeConfig = true\n",
		OURS "[a]\nb = c\\\n[treaty]\ntree = tip\n",
		OURS "[a]\nb = \"c\n", OURS "[a\n", OURS "[]\n", OURS "[a]]\n",
		OURS "[a] x\n", OURS "1 = 2\n", OURS "a.b = 2\n", OURS "\r\n",
		OURS "\001", "\357\273\277" OURS, OURS "a b = c\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(parses(texts[i]));
}

static void test_no_file(void **state)
{
	struct plain_config config = { 0 };

	(void)state;
	assert_false(plain_config_read(&config, "/nonexistent"));
	assert_false(plain_config_read(&config, "/"));
	assert_false(plain_config_read(&config, "/dev/null"));
	plain_config_release(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
