/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PULLS_H
#define REPORT_PULLS_H

#include "facts/merged_pulls.h"
#include "report/report.h"

/*
 * The verdicts on merged pulls, for all formats: text and JSON go pull by pull,
 * the others print what pulls_join() makes of them.
 */
struct pulls_report {
	const struct merged_pulls *pulls;	/* the youngest first */
	const struct verdict *verdicts;	/* one for each */
	bool quiet;			/* only pulls with errors */
};

/*
 * Fills an initialised verdict with all findings, in the order of the pulls,
 * each with its `pull`, and adds up the counts. Commits of pulls that were not
 * judged do not count. Borrows texts and waivers from `verdicts`.
 */
void pulls_join(const struct pulls_report *pulls, struct verdict *all);

/*
 * "pull <merge> of <tree>", or "pull <merge>" if its tree cannot be told; ""
 * for NULL.
 */
void pulls_name(const struct merged_pull *pull, struct buf *out);

size_t pulls_n_refused(const struct pulls_report *pulls);
size_t pulls_n_untold(const struct pulls_report *pulls);

/* "refused", "accepted" or "not judged". */
const char *pulls_verdict(const struct pulls_report *pulls, size_t i);

/* What JSON says of the i-th pull, without its findings. */
struct json_t *pulls_json_pull(const struct pulls_report *pulls, size_t i);

/* How report_text() and report_json() print pulls. */
void pulls_text(const struct report *report, FILE *out);
void pulls_json(const struct report *report, FILE *out);

#endif
