/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/terminal.h"
#include "policy/rule_list.h"
#include "report/chapter.h"

static const char *rule_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < RULE_COUNT ? rule_infos[i].name : NULL;
}

static int unknown_rule(const struct command *command, const char *word)
{
	const char *near = text_nearest(word, rule_name, NULL);

	if (near)
		return usage_error(command, "unknown rule '%s': did you mean "
				   "'%s'?", word, near);
	return usage_error(command, "unknown rule '%s': 'git treaty explain' "
			   "lists the rules", word);
}

static void list_rules(void)
{
	for (int id = 0; id < RULE_COUNT; id++)
		printf("%-16s %s\n", rule_infos[id].name,
		       rule_infos[id].heading);
}

int cmd_explain(const struct command *command, const struct options *options,
		int argc, char **argv)
{
	struct buf text = BUF_INIT;
	struct terminal terminal;

	if (argc > 1)
		return usage_error(command, "explain takes one rule");
	if (!argc) {
		list_rules();
		return 0;
	}
	if (rule_by_name(argv[0]) < 0)
		return unknown_rule(command, argv[0]);
	terminal_open(&terminal, options, NULL);
	chapter_render(argv[0], terminal.has_color ? CHAPTER_COLOR :
						     CHAPTER_PLAIN, &text);
	fputs(buf_str(&text), terminal.out);
	terminal_close(&terminal);
	buf_release(&text);
	return 0;
}
