/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_HOOK_INPUT_H
#define CLI_HOOK_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "facts/request.h"

/*
 * Reads what git writes to its hooks (githooks(5)): one line for each ref.
 * Anything else is an error, because a line that is not understood is a ref
 * that is not judged.
 */
struct push {
	struct ref_update *updates;
	char **local;		/* pre-push: what is pushed, as git calls it */
	size_t n, cap;
	bool is_one_by_one;	/* update: git writes ref by ref, so some of the
				 * push may be written already */
	pid_t taker;		/* the process that does so, then */
};

/* "<old> SP <new> SP <ref>" */
int push_parse_receive(struct push *push, const char *text, size_t len,
		       struct error *err);

/* The same of reference-transaction, without what is no ref below refs/. */
int push_parse_transaction(struct push *push, const char *text, size_t len,
			   struct error *err);

/* "<local ref> SP <local id> SP <remote ref> SP <remote id>" */
int push_parse_push(struct push *push, const char *text, size_t len,
		    struct error *err);

/* The arguments of the update hook. */
int push_parse_update(struct push *push, const char *ref, const char *old,
		      const char *new, struct error *err);

/* Accepts a zeroed struct. */
void push_release(struct push *push);

#endif
