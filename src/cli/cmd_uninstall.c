/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hook_files.h"
#include "cli/own_settings.h"

static int take_out(const char *dir, const struct options *options,
		    struct error *err)
{
	bool any = false;

	for (const struct hook_file *h = hook_files; h->name; h++) {
		bool done;

		if (options->hook && strcmp(options->hook, h->name))
			continue;
		if (hook_file_uninstall(dir, h, &done, err))
			return -1;
		if (done && !options->quiet)
			hook_file_tell("taken out:", dir, h);
		any |= done;
	}
	if (!any && !options->quiet)
		puts("no hook of git-treaty's is in");
	return 0;
}

/* Whether one of our hooks is still in. */
static int any_left(const char *dir, bool *left, struct error *err)
{
	*left = false;
	for (const struct hook_file *h = hook_files; h->name; h++) {
		enum hook_state state;

		if (hook_file_state(dir, h, &state, err))
			return -1;
		*left |= state == HOOK_OURS;
	}
	return 0;
}

int cmd_uninstall(const struct command *command, const struct options *options,
		  int argc, char **argv)
{
	struct repo *repo = NULL;
	char *dir = NULL;
	struct error err;
	int status = EXIT_UNDECIDED;
	bool left;

	(void)argv;
	if (argc)
		return usage_error(command, "uninstall takes no arguments");
	if (!hook_is_known(command, options))
		return EXIT_USAGE;
	repo = repo_open(&err);
	if (!repo || hooks_directory(repo, &dir, &err) ||
	    take_out(dir, options, &err) || any_left(dir, &left, &err))
		goto out;
	if (!left && settings_restore(repo, &err))
		goto out;
	status = EXIT_ACCEPTED;
out:
	if (status)
		complain(status, "%s", err.msg);
	free(dir);
	repo_free(repo);
	return status;
}
