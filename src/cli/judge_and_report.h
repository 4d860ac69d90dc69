/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_JUDGE_AND_REPORT_H
#define CLI_JUDGE_AND_REPORT_H

#include <stdio.h>

#include "cli/cli.h"
#include "cli/place.h"
#include "judge/run.h"
#include "report/report.h"

/*
 * What the hooks and the audit share: they judge, report, and return an exit
 * status.
 */
struct judge_call {
	const struct command *command;
	const struct options *options;
	struct place *place;
	const struct judge_input *input;
	FILE *out;			/* where the report goes */
	/*
	 * Gets the verdict before it is printed, and may add to the input. If
	 * it returns true, the input is judged again. May be NULL.
	 */
	bool (*look_again)(void *ctx, const struct verdict *verdict,
			   struct judge_input *input);
	void *ctx;
};

/*
 * Returns an exit status. If nothing could be decided, prints why on standard
 * error.
 */
int judge_and_report(const struct judge_call *call);

/* For pushes that are not judged: prints a verdict without findings in JSON. */
int report_nothing(const struct judge_call *call);

/*
 * Prints the verdict as the options ask for it, with `pulls` if it is their
 * join, and returns its exit status.
 */
int print_verdict(const struct judge_call *call, const struct verdict *verdict,
		  const struct pulls_report *pulls);

#endif
