/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/config.h"
#include "cli/hookfile.h"
#include "cli/settings.h"

/* Hooks */

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

static bool is_known(const struct command *command,
		     const struct options *options)
{
	if (!options->hook || hook_file_find(options->hook))
		return true;
	usage_error(command, "no hook '%s': expected pre-push, pre-receive or "
		    "update", options->hook);
	return false;
}

static void tell(const char *what, const char *dir,
		 const struct hook_file *hook)
{
	char *text = text_escaped(dir);

	printf("%s %s/%s\n", what, text, hook->name);
	free(text);
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
			tell(done ? "installed" : "already installed:", dir, h);
	}
	return 0;
}

/* A policy that cannot judge would refuse every push: say so now. */
static int check_policy(struct repo *repo, const struct options *options,
			struct error *err)
{
	struct policy_source source = { 0 };
	struct policy *policy;
	int rc = -1;

	policy = policy_load(repo, options, NULL, &source, err);
	if (policy)
		rc = 0;
	if (policy && options->tree && !policy_tree(policy, options->tree))
		rc = error_set(err, "the policy %s has no tree '%s'",
			       source.label, options->tree);
	policy_free(policy);
	policy_source_release(&source);
	return rc;
}

/* What would keep the hooks from judging; they are in all the same. */
static void warn_undecided(struct repo *repo)
{
	const struct options none = { 0 };
	struct policy_source source = { 0 };
	struct error err;
	struct policy *policy = policy_load(repo, &none, NULL, &source, &err);

	if (!policy || (!tree_find(repo, policy, &none, NULL, NULL, &err) &&
			!tree_is_by_url(repo, policy, &none)))
		complain(0, "warning: until this is mended every push is "
			 "refused: %s", err.msg);
	policy_free(policy);
	policy_source_release(&source);
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
	if (!is_known(command, options))
		return EXIT_USAGE;
	repo = repo_open(&err);
	if (!repo || hooks_directory(repo, &dir, &err))
		goto out;
	if (options->policy && check_policy(repo, options, &err))
		goto out;
	if (settings_write(repo, options, &err) ||
	    put_in(repo, dir, options, &err))
		goto out;
	repo_free(repo);
	repo = repo_open(&err);
	if (!repo)
		goto out;
	warn_undecided(repo);
	status = EXIT_ACCEPTED;
out:
	if (status)
		complain(status, "%s", err.msg);
	free(dir);
	repo_free(repo);
	return status;
}

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
			tell("taken out:", dir, h);
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
	if (!is_known(command, options))
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
