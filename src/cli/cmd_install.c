/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commit_graph.h"
#include "cli/hook_files.h"
#include "cli/own_settings.h"
#include "cli/place.h"
#include "cli/ungoverned.h"

/* Whether the options ask for this hook. */
static bool is_wanted(const struct hook_file *hook, struct repo *repo,
		      const struct options *options)
{
	bool server = options->server, client = options->client;

	if (options->directory)
		return hook_of_directory(options->directory) == hook;
	if (options->hook && !strcmp(options->hook, hook->name))
		return true;
	if (options->hook) {
		server = hook_file_find(options->hook)->is_server;
		client = false;
	} else if (!server && !client) {
		server = !repo_work_tree(repo);
		client = !server;
	}
	if (!strcmp(hook->name, "reference-transaction"))
		return server && !options->no_transaction;
	return !options->hook &&
	       ((server && !strcmp(hook->name, "pre-receive")) ||
		(client && !strcmp(hook->name, "pre-push")));
}

/* Whether `path` is the directory `dir` or in it; both without links. */
static bool is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* Names a directory that other repositories may use before changing it. */
static void tell_shared(struct repo *repo, const struct hook_place *place)
{
	const char *real = place->kept.hooks;
	char *common = realpath(repo_common_dir(repo), NULL);
	const char *work_tree = repo_work_tree(repo);
	char *top = work_tree ? realpath(work_tree, NULL) : NULL;
	bool is_inside = (common && is_below(real, common)) ||
			 (top && is_below(real, top));

	if (!is_inside)
		complain(0, "note: the hooks of this repository are in %s, "
			 "outside of it: a hook there judges every repository "
			 "that uses that directory", real);
	free(common);
	free(top);
}

/* One hook is in one place, so that status and uninstall find it. */
static int find_place(struct repo *repo, const struct hook_file *hook,
		      const struct options *options, struct hook_place *place,
		      struct error *err)
{
	struct hook_place before;
	enum hook_state state;
	bool found;
	int rc = hook_place_recorded(repo, hook, &before, &found, err);

	*place = (struct hook_place){ 0 };
	if (!rc && options->directory)
		rc = hook_place_in(repo, options->directory, place, err);
	else if (!rc)
		rc = hook_place_find(repo, hook->is_server, place, err);
	if (!rc && found &&
	    !hook_file_state(&before, hook, &state, NULL, err) &&
	    state == HOOK_OURS && strcmp(before.kept.hooks, place->kept.hooks))
		rc = error_set(err, "%s is installed in %s: 'git treaty "
			       "uninstall' takes it out there", hook->name,
			       before.dir);
	hook_place_release(&before);
	return rc;
}

static int put_in_one(struct repo *repo, const struct hook_file *hook,
		      const struct options *options, struct error *err)
{
	char *program = hook_program(options->relocatable);
	struct hook_place place;
	bool done;
	int rc = find_place(repo, hook, options, &place, err);

	if (!rc) {
		tell_shared(repo, &place);
		rc = act_as_owner_of_hooks(&place, err);
	}
	if (!rc)
		rc = hook_file_install(&place, hook, program, &done, err);
	if (!rc && !options->quiet)
		hook_file_tell(done ? "installed" : "already installed:",
			       &place, hook);
	if (!rc)
		rc = hook_record(repo, hook, &place, err);
	hook_place_release(&place);
	free(program);
	return rc;
}

static int put_in(struct repo *repo, const struct options *options,
		  struct error *err)
{
	for (const struct hook_file *h = hook_files; h->name; h++)
		if (is_wanted(h, repo, options) &&
		    put_in_one(repo, h, options, err))
			return -1;
	return 0;
}

/* Warns now if the policy has an error and would refuse every push. */
static int check_policy(const struct options *options, struct error *err)
{
	struct place place;
	int rc = place_open(&place, options, NULL, err);

	if (!rc && options->tree && !policy_tree(place.policy, options->tree))
		rc = error_set(err, "the policy %s has no [tree \"%s\"]: "
			       "add one, or name another tree",
			       place.source.label, options->tree);
	place_release(&place);
	return rc;
}

/*
 * Says what will keep the hooks from judging; they are installed all the same.
 */
static void warn_undecided(void)
{
	const struct options none = { 0 };
	struct place place;
	struct error err;
	bool is_open = !place_open(&place, &none, NULL, &err);

	if (is_open && place_is_exempt(&place, NULL, &none)) {
		place_release(&place);
		return;
	}
	if (!is_open ||
	    (place_find_tree(&place, &none, NULL, &err) &&
	     !tree_is_by_url(place.repo, place.policy, &none)))
		complain(0, "warning: every push will be refused until this is "
			 "fixed: %s", err.msg);
	place_release(&place);
}

/* Only advice, so an error says nothing. */
static void advise(struct repo *repo)
{
	char *advice = NULL;
	struct error ignored;

	if (!commit_graph_advice(repo, &advice, &ignored) && advice)
		complain(0, "warning: %s", advice);
	free(advice);
}

/* Writes the settings first: a hook without a policy refuses every push. */
static int install(const struct options *options, struct error *err)
{
	struct repo *repo = repo_open_as_owner(err);
	int rc = -1;

	if (repo && (!options->policy || !check_policy(options, err)) &&
	    !settings_write(repo, options, err))
		rc = put_in(repo, options, err);
	if (!rc) {
		warn_undecided();
		advise(repo);
	}
	repo_free(repo);
	return rc;
}

int cmd_install(const struct command *command, const struct options *options,
		int argc, char **argv)
{
	struct error err;

	(void)argv;
	if (argc || (options->policy && options->policy_blob))
		return usage_error(command, argc ? "install takes no arguments"
				   : "use --policy or --policy-blob, not both");
	if (!hook_is_known(command, options))
		return EXIT_USAGE;
	if (options->directory && (options->hook || options->server ||
				   options->client))
		return usage_error(command, "the name of --directory says "
				   "which hook it is");
	if (options->directory && !hook_of_directory(options->directory))
		return usage_error(command, "--directory takes one such as "
				   "hooks/pre-receive.d, not '%s'",
				   options->directory);
	return install(options, &err) ?
	       complain(EXIT_UNDECIDED, "%s", err.msg) : EXIT_ACCEPTED;
}
