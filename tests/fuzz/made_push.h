/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_MADE_PUSH_H
#define FUZZ_MADE_PUSH_H

#include "git/signature.h"
#include "made_repo.h"

/*
 * A small repository and a push to it, made from bytes: whatever they are, they
 * describe one. Commits have some of a few paths, and each file is one byte: 0
 * where there is none.
 */
enum { MADE_PATHS = 15, MADE_COMMITS = 60, MADE_TAGS = 16, MADE_REFS = 14 };

struct made_files {
	unsigned char at[MADE_PATHS];
};

struct made_commit {
	struct oid oid;
	struct made_files files;
	uint64_t ancestors;		/* a bit for each, and for itself */
	size_t n_parents, parent;	/* the first one */
};

struct made_ref {
	const char *name;
	struct oid before, after;	/* zero: there is none */
};

struct made_push {
	struct made_objects objects;
	struct made_commit commits[MADE_COMMITS];
	size_t n_commits;
	struct oid tags[MADE_TAGS];
	size_t n_tags;
	struct made_ref refs[MADE_REFS];
	bool lacks_objects;
};

/* What is left of the bytes. */
struct made_bytes {
	const unsigned char *p;
	size_t left;
};

/* The next one, 0 at their end. */
unsigned char made_next(struct made_bytes *in);

/* Fills a zeroed push. The other frees what it has. */
void made_push_read(struct made_push *push, struct made_bytes *in);
void made_push_release(struct made_push *push);

/* That commit, or NULL. */
const struct made_commit *made_commit_find(const struct made_push *push,
					   const struct oid *oid);

/*
 * Merges two commits file by file, upon the youngest common ancestor. A file
 * that both changed is `theirs` where they agree, and else has no common
 * version: then its bit in the result is set.
 */
unsigned int made_merge(const struct made_push *push,
			const struct made_commit *ours,
			const struct made_commit *theirs,
			struct made_files *out);

/* Adds a tree of the files; those with a bit in `conflicts` hold markers. */
struct oid made_tree(struct made_objects *objects,
		     const struct made_files *files, unsigned int conflicts);

extern const char *const made_paths[MADE_PATHS];

/* The public key `who` (0 to 2) as in a .pub file, a new string. */
char *made_key(int who);

/* Whether one of these keys has signed, as made_push_read() lets them. */
bool made_signature_is_good(const char *raw, const struct signature *signature);

#endif
