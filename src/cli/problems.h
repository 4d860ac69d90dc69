/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PROBLEMS_H
#define CLI_PROBLEMS_H

#include "git/repo.h"

/*
 * What status prints: lines of a label and a text, escaped, and at the end what
 * keeps the repository from being protected.
 */
struct problems {
	char **v;
	size_t n, cap;
};

/* One line on standard output. */
void status_line(const char *label, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Keeps a sentence for the end. */
void problem_add(struct problems *problems, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints them, and frees them. */
void problems_print(struct problems *problems);

/* Says which hooks are in, and adds those that are not as they should be. */
int status_hooks(struct repo *repo, struct problems *problems,
		 struct error *err);

#endif
