/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"

const struct command commands[] = {
	{ "pre-push", "<remote> <url>", "judge a push before it leaves (hook)",
	  CMD_PRE_PUSH, cmd_hook },
	{ "pre-receive", "", "judge a push before it is accepted (hook)",
	  CMD_PRE_RECEIVE, cmd_hook },
	{ "update", "<ref> <old> <new>", "judge one ref of a push (hook)",
	  CMD_UPDATE, cmd_hook },
	{ "reference-transaction", "<state>", "look again with the refs locked "
	  "(hook)", CMD_TRANSACTION, cmd_transaction },
	{ "audit", "[<rev>|<range>...]",
	  "judge existing history, change nothing",
	  CMD_AUDIT, cmd_audit },
	{ "owner", "[<path>...|-]", "say who owns a path, and which trees a "
	  "series must go through", CMD_OWNER, cmd_owner },
	{ "explain", "[<rule>]", "say what a rule finds, and how to mend it",
	  CMD_EXPLAIN, cmd_explain },
	{ "policy", "check|show|import|learn [<argument>...]",
	  "check, print, import or learn a policy",
	  CMD_POLICY, cmd_policy },
	{ "install", "", "install a hook", CMD_INSTALL, cmd_install },
	{ "uninstall", "", "remove the hooks", CMD_UNINSTALL,
	  cmd_uninstall },
	{ "status", "", "say what is enforced here, and by what policy",
	  CMD_STATUS, cmd_status },
	{ .name = NULL },
};

static const char *command_name(const void *ctx, size_t i)
{
	(void)ctx;
	return commands[i].name;
}

/* Words that people try as commands. */
static const struct {
	const char *word, *meant;
} mistaken[] = {
	{ "check", "policy check" },
	{ "show", "policy show" },
	{ "import", "policy import" },
	{ "learn", "policy learn" },
	{ "lint", "policy check" },
	{ "owners", "owner" },
	{ "remove", "uninstall" },
};

static const char *mistaken_word(const void *ctx, size_t i)
{
	(void)ctx;
	return i < ARRAY_SIZE(mistaken) ? mistaken[i].word : NULL;
}

/* The command that may have been meant, or NULL. */
static const char *nearest(const char *word)
{
	const char *near = text_nearest(word, command_name, NULL);
	const char *other = text_nearest(word, mistaken_word, NULL);

	for (size_t i = 0; other && i < ARRAY_SIZE(mistaken); i++)
		if (other == mistaken[i].word &&
		    (!near || !strcmp(word, other)))
			return mistaken[i].meant;
	return near;
}

static int unknown_command(const char *word)
{
	const char *near = nearest(word);

	if (near)
		return usage_error(NULL, "unknown command '%s': did you mean "
				   "'%s'?", word, near);
	return usage_error(NULL, "unknown command '%s': see 'git treaty "
			   "--help'", word);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options = { 0 };
	int status = EXIT_USAGE;

	if (!options_parse(&options, command, &argc, &argv))
		goto out;
	if (options.help) {
		usage_print(command, false);
		status = 0;
	} else if (options.version) {
		puts("git-treaty version " TREATY_VERSION);
		status = 0;
	} else {
		status = command->run(command, &options, argc, argv);
	}
out:
	options_release(&options);
	return status;
}

/* Fails if the result could not be written. */
static int flushed(int status)
{
	if (fflush(stdout) || ferror(stdout))
		return complain(EXIT_UNDECIDED, "cannot write the result");
	return status;
}

/* A file that is opened as 0, 1 or 2 would be used as input or output. */
static void open_standard_files(void)
{
	int fd = open("/dev/null", O_RDWR);

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = dup(fd);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	open_standard_files();
	/*
	 * A refusal has hundreds of pieces, and git sends a packet for each
	 * write.
	 */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	if (argc < 2) {
		usage_print(NULL, true);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		usage_print(NULL, false);
		return flushed(0);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "version")) {
		puts("git-treaty version " TREATY_VERSION);
		return flushed(0);
	}
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(argv[1], c->name))
			return flushed(run(c, argc - 1, argv + 1));
	return unknown_command(argv[1]);
}
