/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_HOOK_TEXT_H
#define CLI_HOOK_TEXT_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * The text of the hook files, as those in hooks/, which name the program by
 * "git-treaty" alone; and what the text of a file found is.
 */
struct hook_file {
	const char *name;
	const char *text;
	bool is_server;
};

/* All of them; ends with a name of NULL. */
extern const struct hook_file hook_files[];

/* By name, or NULL. */
const struct hook_file *hook_file_find(const char *name);

/* The hook's text that runs this program; a new string. */
char *hook_text(const struct hook_file *hook, const char *program);

/*
 * The program to name in hook files, a new string: its absolute path, by PATH
 * if this very file is found there, or where it is `relocatable` its name
 * alone.
 */
char *hook_program(bool relocatable);

/* Appends a word as the shell reads it. */
void shell_quote(struct buf *out, const char *word);

enum hook_state {
	HOOK_NONE,		/* no such file */
	HOOK_OTHER,		/* somebody else's */
	HOOK_OURS,
	HOOK_OLDER,		/* ours; it kept NAME.before-treaty */
	HOOK_EDITED,		/* ours once, with other text now */
};

/*
 * What a text is that stands under the hook's name. `*program` (may be NULL)
 * becomes the program that one of HOOK_OURS runs, a new string, or NULL.
 */
enum hook_state hook_text_state(const struct hook_file *hook, const char *text,
				char **program);

/* Whether a file of this text, whatever its name, runs one of our hooks. */
bool hook_text_is_ours(const char *text);

#endif
