/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_IMPORT_H
#define POLICY_IMPORT_H

#include "policy/maintainers.h"
#include "policy/policy.h"

/*
 * Turns MAINTAINERS into a part of a policy: a [tree] for each repository of
 * the T: lines, sorted, and a [subsystem] for each section with an F: or N:, in
 * the file's order. The same input gives the same bytes, and each line depends
 * on few lines of the input, so that a small change stays small.
 *
 * Unless `is_literal`, what MAINTAINERS leaves out is inferred: a section
 * without T: gets the tree of its maintainers (policy/infer.h); one without M:
 * is left out, for it has nobody to ask; and a repository that moved to another
 * host is one tree. A comment says so.
 */
struct import {
	const struct maintainers *maintainers;
	bool is_literal;
	const struct policy *onto;	/* the hand-written part, or */
	/* Whether the tree has that directory (F: without a final slash). */
	bool (*is_dir)(void *ctx, const char *path);
	/* Called for everything that could */
	void (*warn)(void *ctx, const char *file, int line, const char *msg);
	void *ctx;
};

/*
 * Appends the part. Returns -1 with "<file>:<line>: ..." when a policy cannot
 * express a pattern, or when the hand-written part defines the same section.
 */
int import_print(const struct import *import, struct buf *out,
		 struct error *err);

/*
 * A policy file around an imported part: the text before and after its marker
 * lines. Without such lines all of it is before.
 */
struct import_frame {
	size_t before;			/* bytes */
	size_t behind;			/* offset */
};

int import_find(const char *text, size_t len, struct import_frame *frame,
		struct error *err);

/* The marks, each a line. */
extern const char import_begin[], import_end[];

/* The text before the part, for a new policy. */
extern const char import_preamble[];

#endif
