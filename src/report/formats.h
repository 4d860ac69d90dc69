/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include <stdbool.h>
#include <stdio.h>

#include "report/report.h"

/* The formats of --format, in the order in which the help names them. */
enum format {
	FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_JUNIT, FORMAT_GITHUB,
	FORMAT_GITLAB, FORMAT_HTML, FORMAT_DOT, FORMAT_COUNT
};

struct report_format {
	const char *name;
	void (*write)(const struct report *report, FILE *out);
	bool is_for_audits;		/* only; the others are for all */
	bool has_fingerprints;
	bool has_summary;		/* see struct report */
	bool lists_tags;
};

/* One for each format. */
extern const struct report_format report_formats[FORMAT_COUNT];

/* The format of that name, or -1. */
int format_by_name(const char *name);

#endif
