/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Perl's regular expressions by PCRE2 (pcre2pattern(3)); no other file uses
 * that library. They search bytes anywhere in a string. A search that takes too
 * many steps or too much memory is an error and never "no match": no pattern
 * can hang a hook, and none can let a path through by being slow.
 */
struct regex;

/* Compiles it. Returns NULL with the reason in `err`. */
struct regex *regex_new(const char *pattern, struct error *err);

/* Accepts NULL. */
void regex_free(struct regex *regex);

/* 1: found; 0: not; -1: could not decide. Not for use by two threads. */
int regex_match(const struct regex *regex, const char *s, struct error *err);

/*
 * A text that every match contains, the longest that is easy to find, or NULL.
 * `*whole` is true if each string that contains this text also matches.
 * Borrowed from the expression.
 */
const char *regex_word(const struct regex *regex, bool *whole);

#endif
