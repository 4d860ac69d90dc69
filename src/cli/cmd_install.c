/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hook_files.h"
#include "cli/own_settings.h"
#include "cli/place.h"

/* Whether the options ask for this hook. */
static bool is_wanted(const struct hook_file *hook, struct repo *repo,
		      const struct options *options)
{
	bool server = options->server, client = options->client;

	if (options->hook)
		return !strcmp(options->hook, hook->name);
	if (!server && !client) {
		server = !repo_work_tree(repo);
		client = !server;
	}
	return (server && !strcmp(hook->name, "pre-receive")) ||
	       (client && !strcmp(hook->name, "pre-push"));
}

static int put_in(struct repo *repo, const char *dir,
		  const struct options *options, struct error *err)
{
	for (const struct hook_file *h = hook_files; h->name; h++) {
		bool done;

		if (!is_wanted(h, repo, options))
			continue;
		if (hook_file_install(dir, h, &done, err))
			return -1;
		if (!options->quiet)
			hook_file_tell(done ? "installed" :
				       "already installed:", dir, h);
	}
	return 0;
}

/* A policy that cannot judge would refuse every push: say so now. */
static int check_policy(const struct options *options, struct error *err)
{
	struct place place;
	int rc = place_open(&place, options, NULL, err);

	if (!rc && options->tree && !policy_tree(place.policy, options->tree))
		rc = error_set(err, "the policy %s has no tree '%s'",
			       place.source.label, options->tree);
	place_release(&place);
	return rc;
}

/* What would keep the hooks from judging; they are in all the same. */
static void warn_undecided(void)
{
	const struct options none = { 0 };
	struct place place;
	struct error err;

	if (place_open(&place, &none, NULL, &err) ||
	    (place_find_tree(&place, &none, NULL, &err) &&
	     !tree_is_by_url(place.repo, place.policy, &none)))
		complain(0, "warning: until this is mended every push is "
			 "refused: %s", err.msg);
	place_release(&place);
}

int cmd_install(const struct command *command, const struct options *options,
		int argc, char **argv)
{
	struct repo *repo = NULL;
	char *dir = NULL;
	struct error err;
	int status = EXIT_UNDECIDED;

	(void)argv;
	if (argc || (options->policy && options->policy_blob))
		return usage_error(command, argc ? "install takes no arguments"
				   : "--policy or --policy-blob, not both");
	if (!hook_is_known(command, options))
		return EXIT_USAGE;
	repo = repo_open(&err);
	if (!repo || hooks_directory(repo, &dir, &err))
		goto out;
	if (options->policy && check_policy(options, &err))
		goto out;
	if (settings_write(repo, options, &err) ||
	    put_in(repo, dir, options, &err))
		goto out;
	warn_undecided();
	status = EXIT_ACCEPTED;
out:
	if (status)
		complain(status, "%s", err.msg);
	free(dir);
	repo_free(repo);
	return status;
}
