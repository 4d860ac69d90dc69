/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PULLS_H
#define REPORT_PULLS_H

#include "facts/merged_pulls.h"
#include "report/report.h"

/*
 * Prints the verdicts on merged pulls, pull by pull. Whatever others chose
 * (subjects, names, paths) is escaped.
 */
struct pulls_report {
	struct report report;		/* its tree and verdict are set here */
	const struct policy *policy;
	const struct merged_pulls *pulls;
	const struct verdict *verdicts;	/* one for each */
	bool quiet;			/* only pulls with errors */
};

/* Whether one of the pulls has a finding of severity error. */
bool pulls_refuse(const struct pulls_report *report);

void pulls_text(const struct pulls_report *report, FILE *out);
void pulls_json(const struct pulls_report *report, FILE *out);

#endif
