/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * An error means "could not decide", never "refused": a refusal is a finding.
 *
 * Fallible functions take a `struct error *` as their last argument and return
 * 0, or -1 with one sentence in it. The caller owns it; nothing is to be freed.
 */
struct error {
	char msg[1024];
};

/*
 * Writes the sentence, cut at the size of `msg`, and returns -1, so that
 * callers can `return error_set(err, ...)`. Bytes from outside belong in it
 * as they are: whoever prints an error escapes it.
 */
int error_set(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts "<context>: " in front of the sentence already there; returns -1. */
int error_wrap(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
