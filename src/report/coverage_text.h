/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_COVERAGE_TEXT_H
#define REPORT_COVERAGE_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "policy/coverage.h"

/*
 * A coverage for people: the counts first, then some of each kind, or all.
 */
void coverage_text(const struct coverage *coverage, const char *rev,
		   bool verbose, FILE *out);

#endif
