/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_OBJECT_H
#define GIT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"

/*
 * Parses raw objects as gitformat-pack(5) and git's commit.c, tag.c and fsck.c
 * describe. Nothing is copied: results point into the caller's bytes. What git
 * would not read is an error.
 */

enum object_type {
	OBJECT_MISSING,
	OBJECT_COMMIT,
	OBJECT_TREE,
	OBJECT_BLOB,
	OBJECT_TAG,
};

const char *object_type_name(enum object_type type);

/*
 * The name of an object with these bytes. Unlike git, this does not notice
 * bytes that were made to collide with others: their signature must be checked.
 */
struct oid object_hash(enum object_type type, const char *data, size_t len);

struct commit {
	struct oid tree;
	const char *parents;		/* lines of "parent <hex>\n" */
	size_t n_parents;		/* 1 if they all are the same commit:
					 * it is no merge */
	const char *author;		/* NAME <MAIL> SECONDS ZONE */
	size_t author_len;
	const char *committer;		/* the same; "" where there is none */
	size_t committer_len;
	int64_t time;			/* the committer's, 0 if unreadable */
	const char *message;		/* after the first blank line */
	size_t message_len;
};

int commit_parse(struct commit *commit, const char *raw, size_t len,
		 struct error *err);

/* The same for nothing but the tree. */
int commit_parse_tree(struct oid *tree, const char *raw, size_t len,
		      struct error *err);

/* The i-th parent, i < n_parents. */
struct oid commit_parent(const struct commit *commit, size_t i);

/*
 * Finds the name and the address in such a line, as git does: the address is
 * between the first `<` and the next `>`. False when there is none.
 */
bool ident_split(const char *ident, size_t len, size_t *name_len,
		 const char **mail, size_t *mail_len);

/* Appends the subject as git's %s does: the first paragraph on one line. */
void commit_subject(const struct commit *commit, struct buf *out);

/*
 * Calls `fn` for each value of the trailer `key` in the last paragraph of the
 * message (git-interpret-trailers(1)), without leading and trailing blanks.
 * `key` includes its colon and must match exactly.
 */
void commit_trailers(const char *message, size_t len, const char *key,
		     void (*fn)(void *ctx, const char *value, size_t len),
		     void *ctx);

struct tag {
	struct oid target;
	enum object_type type;		/* of the target, as the tag claims */
	const char *name;
	size_t name_len;
};

int tag_parse(struct tag *tag, const char *raw, size_t len,
	      struct error *err);

/* The seconds in the header `tagger` of a tag object; 0 when unreadable. */
int64_t tag_time(const char *raw, size_t len);

#endif
