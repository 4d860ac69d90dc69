/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "cli/judge_and_report.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/pull_line.h"
#include "judge/pull_verdicts.h"
#include "report/formats.h"
#include "report/pulls.h"

static void write_text(const struct judge_call *call, struct pulls_report *r)
{
	struct terminal terminal;

	terminal_open(&terminal, call->options, call->place->repo);
	r->report.color = terminal.has_color;
	pulls_text(r, terminal.out);
	terminal_close(&terminal);
}

static int report(struct judge_call *call, const struct merged_pulls *pulls,
		  const struct verdict *verdicts)
{
	const struct options *options = call->options;
	struct pulls_report r = {
		.report = judge_report(call, NULL),
		.policy = call->place->policy, .pulls = pulls,
		.verdicts = verdicts, .quiet = options->quiet,
	};

	if (options->format == FORMAT_JSON)
		pulls_json(&r, call->out);
	else if (!options->quiet || pulls_refuse(&r))
		write_text(call, &r);
	return pulls_refuse(&r) ? EXIT_REFUSED : EXIT_ACCEPTED;
}

/* Judges the pulls and returns an exit status, or -1. */
static int judge(struct judge_call *call, struct judge *judge,
		 const struct pull_line *line, const struct merged_pulls *pulls,
		 struct error *err)
{
	struct verdict *verdicts = xcalloc(pulls->n + 1, sizeof(*verdicts));
	struct progress progress;
	const struct pull_verdicts_in in = {
		.pulls = pulls, .excluded = &line->excluded, .now = time(NULL),
		.progress = progress_show, .progress_ctx = &progress,
	};
	int status;

	for (size_t i = 0; i < pulls->n; i++)
		verdict_init(&verdicts[i], judge->policy);
	progress_init(&progress, call->options);
	status = pull_verdicts_find(judge, &in, verdicts, err);
	progress_end(&progress);
	if (!status)
		status = report(call, pulls, verdicts);
	for (size_t i = 0; i < pulls->n; i++)
		verdict_release(&verdicts[i]);
	free(verdicts);
	return status;
}

static int audit(struct judge_call *call, int argc, char **argv,
		 struct error *err)
{
	struct place *place = call->place;
	const struct key_source keys = policy_source_keys(&place->source);
	struct merged_pulls pulls = { 0 };
	struct pull_line line;
	struct judge j;
	const struct merged_pulls_in in = {
		.repo = place->repo, .policy = place->policy,
		.signers = &j.signers, .scratch = &j.scratch,
		.merges = &line.merges,
	};
	int status = -1;

	judge_init(&j, place->repo, place->policy, &keys);
	if (!pull_line_find(&line, place->repo, call->options, argc, argv,
			    err) &&
	    !merged_pulls_find(&in, &pulls, err))
		status = judge(call, &j, &line, &pulls, err);
	merged_pulls_release(&pulls);
	judge_release(&j);
	pull_line_release(&line);
	return status;
}

int audit_pulls(const struct command *command, const struct options *options,
		int argc, char **argv)
{
	struct place place;
	struct judge_call call = { .command = command, .options = options,
				   .place = &place, .out = stdout };
	struct error err;
	int status = -1;

	if (options->tags || options->all || options->tree ||
	    options->baseline)
		return usage_error(command, "--pulls finds the tree of each "
				   "pull of one branch: it does not go with "
				   "--%s", options->tags ? "tags" :
				   options->all ? "all" :
				   options->tree ? "tree" : "baseline");
	if (options->format != FORMAT_TEXT && options->format != FORMAT_JSON)
		return usage_error(command, "--pulls prints text or json");
	if (!place_open(&place, options, NULL, &err))
		status = audit(&call, argc, argv, &err);
	if (status < 0)
		status = complain(EXIT_UNDECIDED, "cannot decide: %s",
				  err.msg);
	place_release(&place);
	return status;
}
