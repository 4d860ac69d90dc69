/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_LEARN_H
#define REPORT_LEARN_H

#include <stdio.h>

#include "base/strings.h"
#include "judge/learning.h"
#include "policy/learn.h"

/* What was learned, from what, and what it is worth. */
struct learn_report {
	const struct policy *policy;	/* without what was learned */
	const struct learned *learned;
	const struct learned *to_mend;
	const struct learn_pull *pulls;	/* the oldest first */
	size_t n_pulls, split;		/* those from `split` on are measured */
	/* With the policy as it is, with one kind of lines each, with all. */
	const struct measure *measures;	/* LEARNED_KINDS + 2 */
	const struct strings *unknown;	/* URLs that no tree has */
};

/* Comments of a policy: the figures, and what MAINTAINERS should say. */
void learn_figures(const struct learn_report *report, FILE *out);

/* The lines, in their sections. */
void learn_lines_text(const struct learn_report *report, FILE *out);

#endif
