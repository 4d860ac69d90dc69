/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/find_policy.h"
#include "cli/given_path.h"
#include "cli/terminal.h"
#include "policy/owners.h"
#include "report/formats.h"
#include "report/owner.h"
#include "report/series.h"
#include "series/commits.h"
#include "series/mails.h"

/* git treaty owner: who owns these paths. */
struct owner_call {
	const struct options *options;
	const struct policy *policy;
	FILE *out;
	struct standpoint at;
	struct owners owners;
	size_t n;			/* paths so far */
};

static void print_owned(struct owner_call *call, const struct owned_path *owned)
{
	if (call->options->format == FORMAT_JSON) {
		fputs(call->n ? ",\n" : "", call->out);
		owner_json(call->policy, owned, call->out);
	} else {
		owner_text(call->policy, owned, call->out);
	}
	call->n++;
}

/* The name that is printed: a directory ends with a slash. */
static char *shown(const struct given_path *given)
{
	return given->is_dir ? xasprintf("%s/", *given->path ? given->path :
					 ".") : xstrdup(given->path);
}

static int find_owners(struct owner_call *call, const struct given_path *given,
		       struct owned_path *owned)
{
	struct error err;

	owned->is_dir = given->is_dir;
	if (given->is_dir) {
		owned->is_exact = owners_below(call->policy, given->path,
					       &call->owners);
		return EXIT_ACCEPTED;
	}
	return owners_find(call->policy, given->path, &call->owners, &err) ?
	       complain(EXIT_UNDECIDED, "%s", err.msg) : EXIT_ACCEPTED;
}

/* A path that is not there may be a future one, so it is no error. */
static int print_owner(struct owner_call *call, const char *arg)
{
	struct owned_path owned = { .owners = &call->owners };
	struct given_path given;
	struct error err;
	char *name;
	int status;

	if (given_path_find(&call->at, arg, &given, &err))
		return complain(EXIT_USAGE, "%s", err.msg);
	name = shown(&given);
	owned.path = name;
	status = find_owners(call, &given, &owned);
	if (status == EXIT_ACCEPTED) {
		if (!given.is_there && !call->options->quiet)
			complain(0, "warning: '%s' is neither in the work tree "
				 "nor in HEAD", given.path);
		print_owned(call, &owned);
	}
	free(name);
	free(given.path);
	return status;
}

/* Reads one path per line, or paths that end with a NUL. */
static int print_input(struct owner_call *call)
{
	int end = call->options->null ? '\0' : '\n', status = EXIT_ACCEPTED;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while (status == EXIT_ACCEPTED &&
	       (n = getdelim(&line, &cap, end, stdin)) > 0) {
		if (line[n - 1] == end)
			line[--n] = '\0';
		if (strlen(line) != (size_t)n)
			status = complain(EXIT_USAGE, "standard input has a "
					  "NUL byte: use -z if NUL bytes end "
					  "the paths");
		else if (n)
			status = print_owner(call, line);
	}
	if (status == EXIT_ACCEPTED && ferror(stdin))
		status = complain(EXIT_UNDECIDED, "cannot read standard "
				  "input: %s", strerror(errno));
	free(line);
	return status;
}

static int print_owners(struct owner_call *call, int argc, char **argv)
{
	bool json = call->options->format == FORMAT_JSON;
	int status = EXIT_ACCEPTED;

	if (json)
		fputs("{\"version\":1,\"command\":\"owner\",\"paths\":[",
		      call->out);
	if (call->options->null)
		status = print_input(call);
	for (int i = 0; i < argc && status == EXIT_ACCEPTED; i++)
		status = strcmp(argv[i], "-") ? print_owner(call, argv[i]) :
						print_input(call);
	if (json && status == EXIT_ACCEPTED)
		fputs("]}\n", call->out);
	return status;
}

/* Series */

static int report_series(const struct owner_call *call,
			 const struct patch_list *patches,
			 const struct base_line *bases, size_t n_bases)
{
	struct series_report report = { .bases = bases, .n_bases = n_bases,
					.verbose = call->options->verbose };
	struct plan plan;
	struct error err;
	int status = EXIT_ACCEPTED;

	report.plan = &plan;
	if (plan_find(&plan, call->policy, patches, &err))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	else if (call->options->format == FORMAT_JSON)
		series_json(&report, call->out);
	else
		series_text(&report, call->out);
	plan_release(&plan);
	return status;
}

static int report_mails(const struct owner_call *call)
{
	struct patch_list patches = { 0 };
	struct error err;
	int status;

	if (mails_read(call->options->series, &patches, &err))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	else
		status = report_series(call, &patches, NULL, 0);
	patch_list_release(&patches);
	return status;
}

static int report_commits(const struct owner_call *call, struct repo *repo)
{
	struct series series = { 0 };
	struct base_line *bases;
	struct error err;
	int status;

	if (series_find(repo, call->policy, call->options->commits, &series,
			&err)) {
		series_release(&series);
		return complain(EXIT_UNDECIDED, "%s", err.msg);
	}
	bases = xcalloc(series.n_bases + 1, sizeof(*bases));
	for (size_t i = 0; i < series.n_bases; i++)
		bases[i] = (struct base_line){
			series.bases[i].tree->section.name,
			series.bases[i].ref, series.bases[i].n,
		};
	status = report_series(call, &series.patches, bases, series.n_bases);
	free(bases);
	series_release(&series);
	return status;
}

static int report(struct owner_call *call, struct repo *repo, int argc,
		  char **argv)
{
	struct terminal terminal;
	int status;

	if (call->options->format == FORMAT_TEXT) {
		terminal_open(&terminal, call->options, repo);
		call->out = terminal.out;
	}
	if (call->options->series)
		status = report_mails(call);
	else if (call->options->commits)
		status = report_commits(call, repo);
	else
		status = print_owners(call, argc, argv);
	if (call->options->format == FORMAT_TEXT)
		terminal_close(&terminal);
	return status;
}

int cmd_owner(const struct command *command, const struct options *options,
	      int argc, char **argv)
{
	struct owner_call call = { .options = options, .out = stdout };
	struct policy_source source = { 0 };
	struct error err;
	struct repo *repo;
	struct policy *policy = NULL;
	int given = (argc || options->null) + !!options->commits +
		    !!options->series;
	int status;

	if (given != 1)
		return usage_error(command, given ? "use only one of paths, "
				   "--commits and --series" : "expected "
				   "paths, or - to read them from standard "
				   "input, or --commits or --series");
	repo = repo_open(&err);
	if (repo || !options->commits)
		policy = policy_load(repo, options, NULL, &source, &err);
	call.policy = policy;
	/* Patches have their paths from the root, wherever this runs. */
	standpoint_init(&call.at, options->series ? NULL : repo);
	status = policy ? report(&call, repo, argc, argv) :
			  complain(EXIT_UNDECIDED, "%s", err.msg);
	owners_release(&call.owners);
	standpoint_release(&call.at);
	policy_free(policy);
	policy_source_release(&source);
	repo_free(repo);
	return status;
}
