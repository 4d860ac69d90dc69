/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include <sys/types.h>

#include "report/report.h"

/* The parts of a page. They may be cut, but what they count is everything. */
struct page {
	const struct report *report;
	FILE *out;			/* in memory */
	off_t limit;			/* where findings must end */
	/* Whether findings name their rule and their pull: else a heading above
	 * them does. */
	bool names_rules, names_pulls;
};

/*
 * Puts a text, cut if it is long: others choose the length of names and
 * messages.
 */
void html_put_cut(const char *text, FILE *out);

/* Puts "and N more", if fewer than all `n` were shown. */
void html_put_more(size_t n, size_t shown, FILE *out);

/*
 * Lets what follows have so many bytes, but no more than there are up to `end`;
 * the functions below end soon after that.
 */
void page_limit(struct page *page, off_t bytes, off_t end);
bool page_is_full(const struct page *page);

/* Puts <dt> and <dd>; nothing without a text. */
void html_put_entry(const char *term, const char *text, FILE *out);

/* "error" and so on, in its color. */
void html_put_word(const char *severity, FILE *out);

/* Findings in the order of findings_in_order(), with why, fix and policy. */
void page_put_findings(const struct page *page, struct finding *const *v,
		       size_t n);

/*
 * The sections. By tree: findings by the tree whose paths they are about, worst
 * first. By pull: the refused ones, the accepted ones, those not judged, and
 * the picture. Tags: the shared tags and the picture.
 */
void page_put_trees(struct page *page);
void page_put_pulls(struct page *page);
void page_put_tags(const struct page *page);

/* The picture, or why there is none. */
void page_put_picture(const struct page *page, const char *heading);

#endif
