/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * An error means "could not decide", never "refused": a refusal is a finding.
 *
 * Fallible functions take a `struct error *` as their last argument. They
 * return 0, or -1 with one sentence in it. The caller owns it; there is nothing
 * to free.
 */
enum error_kind {
	ERROR_OTHER,
	ERROR_ACCESS,		/* a file cannot be read, or a program cannot be
				 * run: perhaps rights are missing */
};

struct error {
	char msg[1024];
	enum error_kind kind;
};

/*
 * Writes the sentence, cut at the size of `msg`, with kind ERROR_OTHER, and
 * returns -1, so that callers can `return error_set(err, ...)`. Put bytes from
 * outside in as they are: the code that prints an error escapes it.
 */
int error_set(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with kind ERROR_ACCESS. */
int error_access(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The same with ": " and the text of `errno` after it; the kind is ERROR_ACCESS
 * if that is EACCES.
 */
int error_errno(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Puts "<context>: " in front of the sentence already there, and keeps its
 * kind; returns -1.
 */
int error_wrap(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
