/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SURVEY_H
#define REPORT_SURVEY_H

#include <stdbool.h>
#include <stdio.h>

#include "policy/survey.h"

/*
 * A survey for people: the counts first, then some of each kind, or all of them.
 */
void survey_text(const struct survey *survey, const char *rev, bool verbose,
		 FILE *out);

#endif
