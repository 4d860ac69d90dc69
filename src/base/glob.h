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

/* The tokens of a pattern, for code that matches many at once (globset.h). */
enum glob_token_type {
	TOKEN_ONE,		/* this character */
	TOKEN_ANY_IN_NAME,	/* ?: one character but / */
	TOKEN_ANY,		/* one character */
	TOKEN_STAR,		/* *: characters but / */
	TOKEN_GLOBSTAR,		/* **: characters */
	TOKEN_DIRS,		/* a ** with its slash: none, or up to a / */
	TOKEN_BELOW,		/* end, or a / and on; GLOBSTAR is next */
};

struct glob_token {
	unsigned char type;		/* enum glob_token_type */
	char c;
};

/* Each byte of the prefix is a token, too: see glob_token_at(). */
struct glob {
	const char *prefix;	/* all matches start with `prefix_len` bytes */
	const struct glob_token *tail;	/* the tokens after the prefix */
	uint32_t prefix_len;
	uint32_t n;		/* tokens */
	bool literal;		/* only the prefix itself matches */
	bool below;		/* the prefix and everything below it match */
	bool is_open;		/* after the prefix there is only a star */
	bool owns_tail;
};

static inline struct glob_token glob_token_at(const struct glob *glob, size_t i)
{
	if (i >= glob->prefix_len)
		return glob->tail[i - glob->prefix_len];
	return (struct glob_token){ TOKEN_ONE, glob->prefix[i] };
}

/*
 * Every string is a valid pattern. The glob borrows it: it must neither move
 * nor change. A pattern in which only the last character is special, or none,
 * takes no more memory.
 */
void glob_init(struct glob *glob, const char *pattern, enum glob_kind kind);

/*
 * Makes a glob that matches all strings containing the text, in which no
 * character is special. It keeps no pointer to the text.
 */
void glob_init_containing(struct glob *glob, const char *text);

/* Accepts a zeroed glob. */
void glob_release(struct glob *glob);

bool glob_match(const struct glob *glob, const char *s);

/*
 * Whether the glob (of the kind GLOB_PATH) may match a path below the
 * directory, which has no slash at its end. False is certain, true is not.
 */
bool glob_may_match_below(const struct glob *glob, const char *dir);

/*
 * Looks for a path that all globs of `all` match and none of `none`. Returns 1
 * with one of the shortest such paths appended to `witness`, 0 when there is
 * none, or -1 when the search grew too large (so only lints may use this).
 */
int glob_witness(const struct glob *const *all, size_t n_all,
		 const struct glob *const *none, size_t n_none,
		 struct buf *witness);

#endif
