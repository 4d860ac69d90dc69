/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Globs for paths, refs and subjects, matched in time linear in the string
 * (times the pattern's length, never exponential): a set of positions in the
 * pattern is carried along, so no pattern and no path can hang a hook.
 *
 * GLOB_PATH, from the root as gitglossary(7) has it for `glob` pathspecs:
 * `*` and `?` stop at `/`, `**` does not, a `**` followed by `/` also stands
 * for no directory at all. A trailing `/` means all below, and the name
 * itself should it be no directory (a symlink or submodule put in its place).
 * GLOB_TEXT: `*` and `?` stand for any characters. No other one is special.
 */
enum glob_kind { GLOB_PATH, GLOB_TEXT };

/* What a pattern consists of; for those who match many at once (globset.h). */
enum glob_token_type {
	TOKEN_ONE,		/* this character */
	TOKEN_ANY_IN_NAME,	/* ?: one character but / */
	TOKEN_ANY,		/* one character */
	TOKEN_STAR,		/* *: characters but / */
	TOKEN_GLOBSTAR,		/* **: characters */
	TOKEN_DIRS,		/* a ** with its slash: none, or any up to a / */
	TOKEN_BELOW,		/* end here, or a / and go on; a GLOBSTAR is next */
};

struct glob_token {
	unsigned char type;		/* enum glob_token_type */
	char c;
};

struct glob {
	struct glob_token *tokens;
	size_t n;		/* tokens */
	char *prefix;		/* what each match starts with */
	size_t prefix_len;
	bool literal;		/* the prefix is all there is */
	bool below;		/* the prefix, and all below it */
};

/* Every string is a valid pattern. The glob keeps no pointer to it. */
void glob_init(struct glob *glob, const char *pattern, enum glob_kind kind);

/* A glob that matches whatever contains the text, in which nothing is special. */
void glob_init_containing(struct glob *glob, const char *text);

/* Accepts a zeroed glob. */
void glob_release(struct glob *glob);

bool glob_match(const struct glob *glob, const char *s);

/*
 * Whether the glob, of the kind GLOB_PATH, may match a path below the directory
 * (without a slash at its end). No is sure, yes is not.
 */
bool glob_may_match_below(const struct glob *glob, const char *dir);

/*
 * Looks for a path that every one of `all` matches and none of `none`.
 * 1: found, and appended to `witness` (one of the shortest); 0: there is
 * none; -1: gave up, the search grew too large (only lints may ask this).
 */
int glob_witness(const struct glob *const *all, size_t n_all,
		 const struct glob *const *none, size_t n_none,
		 struct buf *witness);

#endif
