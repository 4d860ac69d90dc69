/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "rules/verdict.h"

/*
 * Prints a verdict as text and as JSON. Whatever a pusher chose (names, paths,
 * subjects) is escaped.
 */
struct report {
	const char *command;		/* "audit", "pre-receive", ... */
	const char *tree;
	const struct verdict *verdict;
	bool is_audit;			/* nothing is refused */
	bool suggest_waiver;		/* for what is refused */
	time_t now;			/* when a suggested one begins */
	bool verbose;			/* all findings, not a few examples */
	bool color;
	const char *mark;		/* begins the lines of a text that say
					   what is refused and why; or NULL */
	bool no_hints;			/* at 'git treaty explain' */
	FILE *summary;			/* Markdown, for GitHub; or NULL */
	const struct pulls_report *pulls;	/* of --pulls, or NULL; then
						 * `verdict` is their join */
};

/* Whether the push is refused: `mode = report` accepts whatever is found. */
bool report_refuses(const struct report *report);

/* The shared tags of the verdict: the text's first part, a member in JSON. */
void report_tags_text(const struct report *report, FILE *out);
struct json_t *report_tags_json(const struct report *report);

/* The line of a text that names the chapter about a rule. */
void report_put_hint(enum rule_id rule, FILE *out);

/* The findings alone, in blocks; "findings" of JSON. */
void report_findings_text(const struct report *report, FILE *out);
struct json_t *report_json_findings(const struct report *report);

/* An object's full name; JSON null for zero. */
struct json_t *report_json_oid(const struct oid *oid);

/* The paths of a finding, with their owners. */
struct json_t *report_json_paths(const struct finding *finding);

/*
 * "1 error, 0 warnings, ..."; with pulls, "1 of 2 pulls refused, ...": a line
 * without its end.
 */
void report_put_counts(const struct report *report, FILE *out);

/* One function a format, see report/formats.h. */
void report_text(const struct report *report, FILE *out);
void report_json(const struct report *report, FILE *out);
void report_sarif(const struct report *report, FILE *out);
void report_junit(const struct report *report, FILE *out);
void report_github(const struct report *report, FILE *out);
void report_gitlab(const struct report *report, FILE *out);
void report_html(const struct report *report, FILE *out);
void report_dot(const struct report *report, FILE *out);

#endif
