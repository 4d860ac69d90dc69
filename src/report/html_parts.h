/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include "report/report.h"

/* Parts of the page that count findings, or list tags. */

/* Findings by the tree whose paths they are about: a table, worst first. */
void html_put_trees(const struct report *report, FILE *out);

/* The shared tags, where they are listed, and the picture. */
void html_put_tags(const struct report *report, FILE *out);

/*
 * Puts a text, cut if it is long: others choose the length of names and
 * messages.
 */
void html_put_cut(const char *text, FILE *out);

#endif
