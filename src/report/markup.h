/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <stdio.h>

#include "base/buf.h"

/*
 * Bytes that a pusher chose, for languages in which some characters are
 * special. All but text_cut() first do what text_escape() does.
 */

/* Bytes of a text that people are shown; programs get all of it. */
enum { SHOWN_TEXT = 400 };

/*
 * The first `max` bytes of a text, up to the end of a character, and "..." if
 * that is not all: others choose the length of names and messages. The caller
 * frees it.
 */
char *text_cut(const char *text, size_t max);

/* For XML 1.0 and HTML, in text and in attributes between quotes. */
void put_xml(const char *text, FILE *out);

/*
 * For Markdown, on one line, and in a cell of a table. Nobody is notified who
 * is mentioned with @.
 */
void put_markdown(const char *text, FILE *out);

/*
 * For a string between double quotes in Graphviz's DOT, which takes entities of
 * HTML in it for the characters that they name.
 */
void put_dot(const char *text, FILE *out);

/*
 * A path as a relative URI, an absolute one as file://. This one is exact: each
 * byte but letters, digits and -._~/ becomes %HH.
 */
void add_uri(const char *path, struct buf *out);

#endif
