/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_JUDGE_AND_REPORT_H
#define CLI_JUDGE_AND_REPORT_H

#include <stdio.h>

#include "cli/cli.h"
#include "cli/place.h"
#include "judge/run.h"

/*
 * What the hooks and the audit share: judge, report, say it by an exit status.
 */
struct judge_call {
	const struct command *command;
	const struct options *options;
	const struct place *place;
	const struct judge_input *input;
	FILE *out;			/* where the report goes */
};

/* Gives an exit status; what could not be decided is said on standard error. */
int judge_and_report(const struct judge_call *call);

#endif
