/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CHAPTER_H
#define REPORT_CHAPTER_H

#include "base/buf.h"

/*
 * The chapters of git-treaty-rules(7) about the rules, which the build puts
 * into the program as they are written: in scdoc(5).
 */
enum chapter_style { CHAPTER_PLAIN, CHAPTER_COLOR, CHAPTER_MARKDOWN };

/* Appends the chapter of a rule; nothing if there is none. */
void chapter_render(const char *rule, enum chapter_style style,
		    struct buf *out);

#endif
