/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_BLOCKS_H
#define REPORT_BLOCKS_H

#include "rules/verdict.h"

/* Groups findings for people: a block is what says the same. */

/*
 * The findings in the order of a report: worst first, waived ones last, by
 * rule, those of one block together. Leaves out what a baseline has. The caller
 * frees the array.
 */
struct finding **findings_in_order(const struct verdict *verdict, size_t *n);

/*
 * How many of them, from the first on, are one block: the same is said of these
 * commits, of one ref and one merge. 0 if n is 0.
 */
size_t block_length(struct finding *const *v, size_t n);

/* Whether two of them stand under different headings. */
bool starts_heading(const struct finding *before, const struct finding *f);

/* "error", "warn", "info", or "waived". */
const char *finding_severity(const struct finding *f);

/* How many entries of paths, from the i-th on, are one path: one per owner. */
size_t owners_of_path(const struct finding *f, size_t i);

#endif
