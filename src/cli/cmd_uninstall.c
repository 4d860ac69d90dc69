/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hook_files.h"
#include "cli/judged_push.h"
#include "cli/own_settings.h"

static int take_out_one(struct repo *repo, const struct hook_file *hook,
			const struct options *options, bool *done, bool *left,
			struct error *err)
{
	bool is_asked = !options->hook || !strcmp(options->hook, hook->name);
	struct hook_place place;
	enum hook_state state;
	bool is_part;
	int rc = hook_place_recorded(repo, hook, &place, &is_part, err);

	*done = false;
	if (!rc && !is_part)
		rc = hook_place_find(repo, hook->is_server, &place, err);
	if (!rc)
		rc = act_as_owner_of_hooks(&place, err);
	if (!rc && is_asked)
		rc = hook_file_uninstall(&place, hook, done, err);
	if (!rc && is_asked && *done)
		judged_push_forget_all(repo);
	if (!rc && is_asked)
		rc = hook_record(repo, hook, NULL, err);
	if (!rc && *done && !options->quiet)
		hook_file_tell("taken out:", &place, hook);
	if (!rc)
		rc = hook_file_state(&place, hook, &state, NULL, err);
	*left |= !rc && (state == HOOK_OURS || state == HOOK_OLDER);
	hook_place_release(&place);
	return rc;
}

/* `*left`: one of our hooks is still in. */
static int take_out(struct repo *repo, const struct options *options,
		    bool *left, struct error *err)
{
	bool any = false, done;

	*left = false;
	for (const struct hook_file *h = hook_files; h->name; h++) {
		if (take_out_one(repo, h, options, &done, left, err))
			return -1;
		any |= done;
	}
	if (!any && !options->quiet)
		puts("no hook of git-treaty is installed");
	return act_as_owner(repo_common_dir(repo), err);
}

int cmd_uninstall(const struct command *command, const struct options *options,
		  int argc, char **argv)
{
	int status = EXIT_ACCEPTED;
	struct repo *repo;
	struct error err;
	bool left;

	(void)argv;
	if (argc)
		return usage_error(command, "uninstall takes no arguments");
	if (!hook_is_known(command, options))
		return EXIT_USAGE;
	repo = repo_open_as_owner(&err);
	if (!repo || take_out(repo, options, &left, &err) ||
	    (!left && settings_restore(repo, &err)))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	repo_free(repo);
	return status;
}
