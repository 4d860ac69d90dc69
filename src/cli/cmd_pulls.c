/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "cli/judge_and_report.h"
#include "cli/progress.h"
#include "cli/pull_line.h"
#include "judge/pull_verdicts.h"
#include "report/baseline.h"
#include "report/formats.h"
#include "report/pulls.h"

static int report(const struct judge_call *call,
		  const struct merged_pulls *pulls,
		  const struct verdict *verdicts)
{
	const struct pulls_report r = {
		.pulls = pulls, .verdicts = verdicts,
		.quiet = call->options->quiet,
	};
	struct verdict all;
	int status;

	verdict_init(&all, call->place->policy);
	pulls_join(&r, &all);
	status = print_verdict(call, &all, &r);
	verdict_release(&all);
	return status;
}

static int judge_all(const struct judge_call *call, struct judge *judge,
		     const struct pull_verdicts_in *in,
		     struct verdict *verdicts, struct error *err)
{
	const char *file = call->options->baseline;
	struct baseline baseline = { 0 };
	int rc = 0;

	if (file)
		rc = baseline_read(file, &baseline, err);
	if (!rc)
		rc = pull_verdicts_find(judge, in, verdicts, err);
	for (size_t i = 0; !rc && file && i < in->pulls->n; i++)
		baseline_apply(&baseline, &verdicts[i]);
	baseline_release(&baseline);
	return rc;
}

/* The verdicts are an array that the caller releases, also after an error. */
static int judge(const struct judge_call *call, struct judge *judge,
		 const struct pull_line *line, const struct merged_pulls *pulls,
		 struct verdict **verdicts, struct error *err)
{
	const struct options *options = call->options;
	const struct pull_verdicts_in in = {
		.pulls = pulls, .excluded = &line->excluded, .now = time(NULL),
		.fingerprints = options->baseline ||
			report_formats[options->format].has_fingerprints,
	};

	*verdicts = xcalloc(pulls->n + 1, sizeof(**verdicts));
	for (size_t i = 0; i < pulls->n; i++)
		verdict_init(&(*verdicts)[i], judge->policy);
	return judge_all(call, judge, &in, *verdicts, err);
}

static int audit(struct judge_call *call, int argc, char **argv,
		 struct error *err)
{
	struct place *place = call->place;
	const struct key_source keys = policy_source_keys(&place->source);
	struct progress_line *progress;
	struct verdict *verdicts = NULL;
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
	progress = progress_line_start(place->repo, call->options);
	if (!pull_line_find(&line, place->repo, call->options, argc, argv,
			    err) &&
	    !merged_pulls_find(&in, &pulls, err))
		status = judge(call, &j, &line, &pulls, &verdicts, err);
	progress_line_end(progress, status != 0);
	if (!status)
		status = report(call, &pulls, verdicts);
	for (size_t i = 0; verdicts && i < pulls.n; i++)
		verdict_release(&verdicts[i]);
	free(verdicts);
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

	if (options->tags || options->all || options->tree)
		return usage_error(command, "--pulls finds the tree of each "
				   "pull of one branch: it does not go with "
				   "--%s", options->tags ? "tags" :
				   options->all ? "all" : "tree");
	if (!place_open(&place, options, NULL, &err))
		status = audit(&call, argc, argv, &err);
	if (status < 0)
		status = complain(EXIT_UNDECIDED, "cannot decide: %s",
				  err.msg);
	place_release(&place);
	return status;
}
