/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H

#include <stdio.h>

#include "series/plan.h"

/* Commits of another tree that a series is based on. */
struct base_line {
	const char *tree;
	const char *ref;
	size_t n;
};

struct series_report {
	const struct plan *plan;
	const struct base_line *bases;
	size_t n_bases;
	bool verbose;			/* all paths, not only crossing ones */
};

/* Prints which trees a series must go through, as text and as JSON. */
void series_text(const struct series_report *report, FILE *out);
void series_json(const struct series_report *report, FILE *out);

#endif
