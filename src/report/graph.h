/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_GRAPH_H
#define REPORT_GRAPH_H

#include "base/buf.h"
#include "report/report.h"

/*
 * The picture of a verdict whose tags are listed: trees, the shared tags that
 * they made, who pulled these and who may, and the ways from tips to commits of
 * integration trees. Of pulls: how much each tree's were. At most `max` tags
 * and ways, or trees, are drawn.
 */
void graph_put(const struct report *report, size_t max, FILE *out);

/*
 * Has Graphviz draw it: appends an <svg> element. Returns -1 with a clause in
 * `err` if there is no dot(1), or it fails.
 */
int graph_draw(const struct report *report, size_t max, struct buf *svg,
	       struct error *err);

#endif
