/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_IMPORT_H
#define POLICY_IMPORT_H

#include "policy/maintainers.h"
#include "policy/policy.h"

/*
 * From MAINTAINERS to a part of a policy: a [tree] for each repository of the
 * T: lines, sorted, and a [subsystem] for each section that has an F: or N:, in
 * the file's order. The same input gives the same bytes, and each line stems
 * from few lines of the input, so that a small change stays a small change.
 */
struct import {
	const struct maintainers *maintainers;
	const struct policy *onto;	/* the part by hand, or NULL */
	/* Whether the tree has that directory (F: without a final slash). */
	bool (*is_dir)(void *ctx, const char *path);
	/* Told of what could not be taken over. */
	void (*warn)(void *ctx, const char *file, int line, const char *msg);
	void *ctx;
};

/*
 * Appends the part. -1 with "<file>:<line>: ..." where a pattern cannot be said
 * in a policy, or the part by hand defines the same.
 */
int import_print(const struct import *import, struct buf *out,
		 struct error *err);

/*
 * A policy file around an imported part: what stands before and behind the
 * lines that mark it. Without such lines, all stands before.
 */
struct import_frame {
	size_t before;			/* bytes */
	size_t behind;			/* offset */
};

int import_find(const char *text, size_t len, struct import_frame *frame,
		struct error *err);

/* The marks, each a line. */
extern const char import_begin[], import_end[];

/* What stands before the part where there is no policy yet. */
extern const char import_preamble[];

#endif
