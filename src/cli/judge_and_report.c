/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/judge_and_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/hook_call.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "policy/owners.h"
#include "report/baseline.h"
#include "report/formats.h"

/*
 * A hook without findings prints nothing. One that judges a push again does not
 * repeat findings of severity info.
 */
static bool is_silent(const struct judge_call *call,
		      const struct report *report)
{
	const struct verdict *verdict = report->verdict;

	if (call->options->quiet)
		return !report_refuses(report);
	if (call->input && call->input->refs_only)
		return verdict->n == verdict->counts[SEVERITY_INFO];
	return !report->is_audit && !verdict->n;
}

/*
 * The file where GitHub wants Markdown; see report/github.c. A summary that
 * cannot be written does not change the verdict.
 */
static FILE *open_summary(const struct report_format *format)
{
	const char *file = getenv("GITHUB_STEP_SUMMARY");
	FILE *out;

	if (!format->has_summary || !file || !*file)
		return NULL;
	out = fopen(file, "ae");
	if (!out)
		complain(0, "cannot write the summary %s: %s", file,
			 strerror(errno));
	return out;
}

static void write_text(const struct judge_call *call, struct report *report)
{
	struct repo *repo = call->place->repo;
	struct terminal terminal;

	if (is_silent(call, report))
		return;
	/* What a hook prints goes to somebody else's terminal. */
	if (!report->is_audit) {
		report->color = wants_color(call->options, repo, call->out);
		report->mark = refusal_mark();
		report_text(report, call->out);
		return;
	}
	terminal_open(&terminal, call->options, repo);
	report->color = terminal.has_color;
	report_text(report, terminal.out);
	terminal_close(&terminal);
}

static void write_report(const struct judge_call *call, struct report *report)
{
	const struct report_format *format =
		&report_formats[call->options->format];

	if (call->options->format == FORMAT_TEXT) {
		write_text(call, report);
		return;
	}
	report->summary = open_summary(format);
	format->write(report, call->out);
	if (report->summary && fclose(report->summary))
		complain(0, "cannot write the summary");
}

int print_verdict(const struct judge_call *call, const struct verdict *verdict,
		  const struct pulls_report *pulls)
{
	const struct place *place = call->place;
	struct report report = {
		.command = call->command->name,
		.tree = place->tree ? place->tree->section.name : NULL,
		.verdict = verdict,
		.is_audit = !call->input ||
			    call->input->request.mode == JUDGE_AUDIT,
		.suggest_waiver = call->options->suggest_waiver,
		.now = time(NULL),
		.verbose = call->options->verbose,
		.pulls = pulls,
	};

	write_report(call, &report);
	return report_refuses(&report) ? EXIT_REFUSED : EXIT_ACCEPTED;
}

int report_nothing(const struct judge_call *call)
{
	const struct judge_input nothing = { .request.mode = JUDGE_AUDIT };
	struct judge_call audit = *call;
	struct verdict verdict;
	int status = EXIT_ACCEPTED;

	audit.input = &nothing;
	verdict_init(&verdict, call->place->policy);
	if (call->options->format != FORMAT_TEXT)
		status = print_verdict(&audit, &verdict, NULL);
	verdict_release(&verdict);
	return status;
}

static int run(const struct judge_call *call, struct judge *judge,
	       struct judge_input *input, struct verdict *verdict,
	       struct error *err)
{
	const struct tree *tree = call->place->tree;

	if (judge_run(judge, tree, input, verdict, err))
		return -1;
	if (!call->look_again || !call->look_again(call->ctx, verdict, input))
		return 0;
	verdict_release(verdict);
	verdict_init(verdict, judge->policy);
	return judge_run(judge, tree, input, verdict, err);
}

/* Judges, and marks what an earlier audit has found. */
static int find_verdict(const struct judge_call *call, struct verdict *verdict,
			struct error *err)
{
	const struct options *options = call->options;
	const struct key_source keys =
		policy_source_keys(&call->place->source);
	struct judge_input input = *call->input;
	struct baseline baseline = { 0 };
	struct progress_line *progress;
	struct judge judge;
	int rc = 0;

	progress = progress_line_start(call->place->repo, options);
	input.now = time(NULL);
	input.fingerprints = input.request.mode == JUDGE_AUDIT &&
		(options->baseline ||
		 report_formats[options->format].has_fingerprints);
	input.lists_tags |= report_formats[options->format].lists_tags;
	if (options->baseline)
		rc = baseline_read(options->baseline, &baseline, err);
	judge_init(&judge, call->place->repo, call->place->policy, &keys);
	if (!rc)
		rc = run(call, &judge, &input, verdict, err);
	judge_release(&judge);
	if (!rc && options->baseline)
		baseline_apply(&baseline, verdict);
	progress_line_end(progress, rc != 0);
	baseline_release(&baseline);
	return rc;
}

int judge_and_report(const struct judge_call *call)
{
	bool audit = call->input->request.mode == JUDGE_AUDIT;
	struct verdict verdict;
	struct error err;
	int status;

	verdict_init(&verdict, call->place->policy);
	if (find_verdict(call, &verdict, &err))
		status = audit ? complain(EXIT_UNDECIDED, "cannot decide: %s",
					  err.msg) :
				 hook_failed(call->place, &err);
	else
		status = print_verdict(call, &verdict, NULL);
	verdict_release(&verdict);
	return status;
}
