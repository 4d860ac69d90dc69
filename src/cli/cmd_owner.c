/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/find_policy.h"
#include "cli/terminal.h"
#include "series/commits.h"
#include "series/mails.h"
#include "policy/owners.h"
#include "report/formats.h"
#include "report/owner.h"
#include "report/series.h"

/* git treaty owner: who owns these paths. */
struct owner_call {
	const struct options *options;
	const struct policy *policy;
	FILE *out;
	struct owners owners;
	size_t n;			/* paths so far */
};

/* The path as git ls-files prints it; empty if it cannot be a path. */
static char *clean_path(const char *arg)
{
	while (text_starts_with(arg, "./"))
		arg += 2 + strspn(arg + 2, "/");
	return xstrdup(strcmp(arg, ".") ? arg : "");
}

/* Whether a tree can have the path: no part is empty, `.` or `..`. */
static bool is_tree_path(const char *path)
{
	return *path != '/' && !strstr(path, "//") && !text_has_dots(path);
}

static int print_owner(struct owner_call *call, const char *arg)
{
	char *path = clean_path(arg);
	struct owned_path owned = { .path = arg, .owners = &call->owners };
	size_t len = strlen(path);
	struct error err;
	int rc = 0;

	if (!is_tree_path(path)) {
		free(path);
		return complain(EXIT_USAGE, "'%s' is not a path in the tree: "
				"write it as 'git ls-files' prints it at the "
				"root of the tree", arg);
	}
	owned.is_dir = !len || path[len - 1] == '/';
	if (owned.is_dir) {
		path[len ? len - 1 : 0] = '\0';
		owned.is_exact = owners_below(call->policy, path,
					      &call->owners);
	} else {
		rc = owners_find(call->policy, path, &call->owners, &err);
	}
	free(path);
	if (rc)
		return complain(EXIT_UNDECIDED, "%s", err.msg);
	if (call->options->format == FORMAT_JSON) {
		fputs(call->n ? ",\n" : "", call->out);
		owner_json(call->policy, &owned, call->out);
	} else {
		owner_text(call->policy, &owned, call->out);
	}
	call->n++;
	return EXIT_ACCEPTED;
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
	repo = options->policy && !options->commits ? NULL : repo_open(&err);
	if (repo || !options->commits)
		policy = policy_load(repo, options, NULL, &source, &err);
	call.policy = policy;
	status = policy ? report(&call, repo, argc, argv) :
			  complain(EXIT_UNDECIDED, "%s", err.msg);
	owners_release(&call.owners);
	policy_free(policy);
	policy_source_release(&source);
	repo_free(repo);
	return status;
}
